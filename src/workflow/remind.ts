/** The school reminds whoever is to sign now, at most once a day. */
import type { PartyRole } from '../agreement/parties.ts';
import { AppError } from '../errors.ts';
import { beijingText, toInstant } from '../instant.ts';
import { authorizeBatch } from './authorize.ts';
import { sendEach } from './deliver-invitations.ts';
import { type Invitation, invite } from './invite.ts';
import { recipientOf } from './recipient.ts';
import { rolesInTurn } from './signing-order.ts';
import { caseOf, displayValues } from './stored-data.ts';
import type { AgreementRecord, Tenant } from './stores.ts';
import type { Ports } from './workflow.ts';

const COOL_DOWN_MS = 24 * 3_600_000;

/** `sent`: through the messenger, to open the link they have. `links`: new links of those whose turn it is, for the school to hand out. */
export type Reminder = { readonly kind: 'sent' } | { readonly kind: 'links'; readonly invitations: readonly Invitation[] };

/**
 * @param baseUrl where links begin, without a slash at the end
 * @throws AppError BATCH_UNKNOWN, INVITATION_NOT_NEEDED, REMINDED_RECENTLY (`on`, `next`), MESSAGES_NOT_SENT once the others are reminded
 */
export async function remind(
  ports: Pick<Ports, 'agreements' | 'batches' | 'ceremonies' | 'clock' | 'contacts' | 'messenger' | 'random' | 'templates'>,
  tenant: Tenant,
  batchId: string,
  baseUrl: string,
): Promise<Reminder> {
  const batch = await authorizeBatch(ports, tenant, batchId);
  const agreements = (await ports.agreements.listOfBatch(batch.id)).filter(({ state }) => state === 'signing');
  const due = new Map<string, { readonly role: PartyRole; readonly agreement: AgreementRecord }>();
  for (const agreement of agreements) {
    for (const role of rolesInTurn(batch.order, agreement.parties)) {
      const single = role === 'student' || role === 'guardian';
      const key = agreement.parties.find((party) => party.role === role)?.signatoryKey ?? '';
      due.set(single ? `${role} ${caseOf(agreement)}` : `${role} ${key}`, { role, agreement });
    }
  }
  if (due.size === 0) throw new AppError('INVITATION_NOT_NEEDED');
  const at = ports.clock.now();
  const event = { tenant: tenant.id, at, kind: 'SIGNATORIES_REMINDED', subject: batch.id, detail: { reminded: due.size } };
  const last = await ports.batches.remind(batch.id, at, toInstant(at - COOL_DOWN_MS), event);
  if (last !== null) throw new AppError('REMINDED_RECENTLY', { on: beijingText(last), next: beijingText(toInstant(last + COOL_DOWN_MS)) });
  if (ports.messenger === null)
    return { kind: 'links', invitations: await invite(ports, tenant, batchId, undefined, undefined, 'in-turn') };
  const zh = '岗位实习三方协议还等您签署。请打开先前收到的签署链接；找不到链接请联系学校老师。这里可以查看签署进度。';
  const messages = [];
  for (const { role, agreement } of due.values()) {
    const message = { ...(await recipientOf(ports, agreement, role)), role, zh, link: `${baseUrl}/v/${caseOf(agreement)}` };
    messages.push({ name: displayValues(agreement)[`${role}Name`] ?? '', message });
  }
  await sendEach(ports.messenger, messages, { what: '提醒', next: '请在进度看板上给他们重发链接' });
  return { kind: 'sent' };
}
