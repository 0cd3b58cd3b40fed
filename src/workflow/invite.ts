/** Links for signatories: one per person and agreement, one per organisation and batch. */
import type { PartyRole } from '../agreement/parties.ts';
import { signatoryOf } from '../agreement/signatories.ts';
import { AppError } from '../errors.ts';
import { type Instant, toInstant } from '../instant.ts';
import type { Recipient } from '../ports.ts';
import { authorizeBatch, voidedRefusal } from './authorize.ts';
import { recipientOf } from './recipient.ts';
import { hashOfToken, makeId, makeToken } from './secrets.ts';
import { signatoryKeyOf } from './signatory-key.ts';
import { rolesInTurn } from './signing-order.ts';
import { caseOf, dataOf } from './stored-data.ts';
import type { AgreementRecord, NewCeremony, Tenant } from './stores.ts';
import type { Ports } from './workflow.ts';

/** Days that a link lasts unless the school says otherwise. */
export const LINK_DAYS = 15;
const DAY_MS = 86_400_000;

export interface Invitation {
  readonly role: PartyRole;
  /** The person, or the organisation, by whole name: for the school that hands the links out. */
  readonly recipient: string;
  readonly studentName: string | null;
  readonly studentNumber: string | null;
  readonly studentClass: string | null;
  readonly agreementNumber: string | null;
  /** Telephone number as the agreement has it. */
  readonly phone: string;
  readonly recipientAt: Recipient;
  /** Path with the token; it exists nowhere else. */
  readonly path: string;
  readonly expiresAt: Instant;
}

/**
 * Makes a new link for every signatory who has not signed yet, or for one of them; older links of the same signatory stop working.
 * @throws AppError BATCH_UNKNOWN, INVITATION_NOT_NEEDED, AGREEMENT_UNKNOWN
 */
export async function invite(
  ports: Pick<Ports, 'agreements' | 'batches' | 'ceremonies' | 'clock' | 'contacts' | 'random' | 'templates'>,
  tenant: Tenant,
  batchId: string,
  only?: { readonly agreementNumber: string; readonly role: PartyRole },
  days: number = LINK_DAYS,
  whom: 'all' | 'in-turn' = 'all',
): Promise<readonly Invitation[]> {
  const batch = await authorizeBatch(ports, tenant, batchId);
  const all = await ports.agreements.listOfBatch(batch.id);
  const chosen = only === undefined ? all : all.filter((agreement) => caseOf(agreement) === only.agreementNumber);
  if (only !== undefined && chosen[0]?.state === 'voided') throw voidedRefusal(chosen[0]);
  if (only !== undefined && chosen.length === 0) throw new AppError('AGREEMENT_UNKNOWN');
  const createdAt = ports.clock.now();
  const expiresAt = toInstant(createdAt + days * DAY_MS);
  const made = new Map<string, { readonly ceremony: NewCeremony; readonly invitation: Invitation }>();
  for (const agreement of chosen) {
    if (agreement.state !== 'signing') continue;
    for (const party of agreement.parties) {
      if (whom === 'in-turn' && !rolesInTurn(batch.order, agreement.parties).includes(party.role)) continue;
      if (party.signedAt !== null || (only !== undefined && party.role !== only.role)) continue;
      const single = party.role === 'student' || party.role === 'guardian';
      const name = single ? `${party.role} ${caseOf(agreement)}` : `${party.role} ${party.signatoryKey}`;
      if (made.has(name)) continue;
      const token = makeToken(ports.random);
      const invitation = {
        ...describe(ports, agreement, party.role),
        recipientAt: await recipientOf(ports, agreement, party.role),
        expiresAt,
        path: `/${single ? 's' : 'b'}/${token}`,
      };
      const ceremony = {
        id: makeId(ports.random),
        tenant: tenant.id,
        batch: batch.id,
        role: party.role,
        agreement: single ? caseOf(agreement) : null,
        signatoryKey: party.signatoryKey,
        createdAt,
        expiresAt,
        tokenHash: hashOfToken(token),
      };
      made.set(name, { ceremony, invitation });
    }
  }
  if (made.size === 0) throw new AppError('INVITATION_NOT_NEEDED');
  await ports.ceremonies.replace(
    [...made.values()].map((entry) => entry.ceremony),
    { tenant: tenant.id, at: createdAt, kind: 'SIGNATORIES_INVITED', subject: batch.id, detail: { links: made.size } },
    'afresh',
  );
  return [...made.values()].map((entry) => entry.invitation);
}

/** Whom a link is for, in words that may stand beside it. */
function describe(
  ports: Pick<Ports, 'templates'>,
  agreement: AgreementRecord,
  role: PartyRole,
): Omit<Invitation, 'path' | 'expiresAt' | 'recipientAt'> {
  const { fields } = dataOf(agreement, ports.templates);
  const signatory = signatoryOf(fields, role);
  if (signatoryKeyOf(signatory) !== agreement.parties.find((party) => party.role === role)?.signatoryKey) throw new Error('party moved');
  const phone = fields[`${role}Phone`] ?? '';
  return 'organisation' in signatory
    ? { role, phone, recipient: signatory.organisation, studentName: null, studentNumber: null, studentClass: null, agreementNumber: null }
    : {
        role,
        phone,
        recipient: signatory.name,
        studentName: fields['studentName'] ?? '',
        studentNumber: fields['studentNumber'] ?? null,
        studentClass: fields['studentClass'] ?? null,
        agreementNumber: caseOf(agreement),
      };
}
