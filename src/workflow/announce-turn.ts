/** Tells the next party that it is their turn, where a messenger is connected. The link they were given still serves. */
import type { PartyRole } from '../agreement/parties.ts';
import { recipientOf } from './recipient.ts';
import { rolesInTurn } from './signing-order.ts';
import { isIssued } from './stored-data.ts';
import type { AgreementRecord, BatchSummary } from './stores.ts';
import type { Ports } from './workflow.ts';

/** Persons are told at once; an organisation when its first agreement comes up, and again when none is held back any more. */
const isWorthSaying = (role: PartyRole, agreement: AgreementRecord, batch: BatchSummary, all: readonly AgreementRecord[]): boolean => {
  if (role === 'student' || role === 'guardian') return true;
  const own = agreement.parties.find((party) => party.role === role);
  const open = all.filter((one) =>
    one.parties.some((party) => party.role === role && party.signatoryKey === own?.signatoryKey && party.signedAt === null),
  );
  const ready = open.filter((one) => rolesInTurn(batch.order, one.parties).includes(role)).length;
  return ready === 1 || ready === open.length;
};

/**
 * Called after a signature was stored.
 * @param baseUrl where links begin, without a slash at the end
 */
export async function announceTurn(
  ports: Pick<Ports, 'agreements' | 'batches' | 'contacts' | 'messenger'>,
  agreementNumber: string,
  baseUrl: string,
): Promise<void> {
  if (ports.messenger === null) return;
  const agreement = await ports.agreements.find(agreementNumber);
  const batch = agreement && (await ports.batches.find(agreement.batch));
  if (agreement === undefined || batch === undefined || !isIssued(agreement)) return;
  const all = await ports.agreements.listOfBatch(batch.id);
  for (const role of rolesInTurn(batch.order, agreement.parties).filter((next) => isWorthSaying(next, agreement, batch, all))) {
    const zh = '岗位实习三方协议轮到您签署了。请打开先前收到的签署链接；找不到链接请联系学校老师。这里可以查看签署进度。';
    await ports.messenger.send({ ...(await recipientOf(ports, agreement, role)), role, zh, link: `${baseUrl}/v/${agreementNumber}` });
  }
}
