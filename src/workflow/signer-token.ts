/** Tokens with which a program of the school or of a unit prepares and hands in signatures made outside. */
import { AppError } from '../errors.ts';
import { beijingText, toInstant } from '../instant.ts';
import { hashOfToken, makeId, makeToken } from './secrets.ts';
import { displayValues } from './stored-data.ts';
import type { SignerToken } from './stores/signer.ts';
import type { AgreementRecord, Tenant } from './stores.ts';
import type { Ports } from './workflow.ts';

const DAY_MS = 86_400_000;

export interface Organisation {
  readonly role: 'unit' | 'school';
  readonly organisation: string;
  readonly creditCode: string;
}

/** The organisation of a role as an agreement names it. */
export function organisationIn(agreement: AgreementRecord, role: Organisation['role']): Organisation {
  const values = displayValues(agreement);
  return { role, organisation: values[`${role}Name`] ?? '', creditCode: values[`${role}CreditCode`] ?? '' };
}

export const isSameOrganisation = (a: Organisation, b: Organisation): boolean =>
  a.role === b.role && a.organisation === b.organisation && a.creditCode === b.creditCode;

/** The school and the units of its agreements, each once. */
export async function listOrganisations(ports: Pick<Ports, 'agreements' | 'batches'>, tenant: Tenant): Promise<readonly Organisation[]> {
  const found = new Map<string, Organisation>();
  for (const batch of await ports.batches.list(tenant.id)) {
    for (const agreement of await ports.agreements.listOfBatch(batch.id)) {
      for (const role of ['school', 'unit'] as const) {
        const one = organisationIn(agreement, role);
        found.set(`${role} ${one.creditCode} ${one.organisation}`, one);
      }
    }
  }
  return [...found.values()].sort(
    (a, b) => Number(a.role === 'unit') - Number(b.role === 'unit') || a.creditCode.localeCompare(b.creditCode),
  );
}

/**
 * Makes a token for one organisation. It is returned once; only its hash is kept.
 * @throws AppError SIGNER_ORGANISATION_UNKNOWN
 */
export async function makeSignerToken(
  ports: Pick<Ports, 'agreements' | 'batches' | 'clock' | 'random' | 'signerTokens'>,
  tenant: Tenant,
  request: { readonly label: string; readonly role: Organisation['role']; readonly creditCode: string; readonly days: number },
): Promise<{ readonly token: string; readonly record: SignerToken }> {
  const organisation = (await listOrganisations(ports, tenant)).find(
    ({ role, creditCode }) => role === request.role && creditCode === request.creditCode,
  );
  if (organisation === undefined) throw new AppError('SIGNER_ORGANISATION_UNKNOWN');
  const token = makeToken(ports.random);
  const at = ports.clock.now();
  const record: SignerToken = {
    id: makeId(ports.random),
    tenant: tenant.id,
    label: request.label,
    ...organisation,
    createdAt: at,
    expiresAt: toInstant(at + request.days * DAY_MS),
    lastUsedAt: null,
    revokedAt: null,
  };
  const detail = { role: organisation.role, expiresAt: record.expiresAt };
  await ports.signerTokens.save(
    { ...record, tokenHash: hashOfToken(token) },
    { tenant: tenant.id, at, kind: 'SIGNER_TOKEN_MADE', subject: record.id, detail },
  );
  return { token, record };
}

/** @throws AppError SIGNER_TOKEN_UNKNOWN, also for another school's */
export async function revokeSignerToken(ports: Pick<Ports, 'clock' | 'signerTokens'>, tenant: Tenant, id: string): Promise<void> {
  const at = ports.clock.now();
  const event = { tenant: tenant.id, at, kind: 'SIGNER_TOKEN_REVOKED', subject: id, detail: {} };
  if (!(await ports.signerTokens.revoke(id, tenant.id, at, event))) throw new AppError('SIGNER_TOKEN_UNKNOWN');
}

/** @throws AppError SIGNER_TOKEN_WRONG, SIGNER_TOKEN_ENDED */
export async function authorizeSigner(ports: Pick<Ports, 'clock' | 'signerTokens'>, token: string | undefined): Promise<SignerToken> {
  const signer = token === undefined ? undefined : await ports.signerTokens.findByToken(hashOfToken(token));
  if (signer === undefined) throw new AppError('SIGNER_TOKEN_WRONG');
  const endedAt = signer.revokedAt ?? signer.expiresAt;
  if (endedAt <= ports.clock.now()) throw new AppError('SIGNER_TOKEN_ENDED', { on: beijingText(endedAt) });
  return signer;
}
