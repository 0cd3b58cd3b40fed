/** Who may do what: a school its own things, a signatory what the link was made for, after proving identity. */
import { AppError } from '../errors.ts';
import { hashOfToken } from './secrets.ts';
import { isIssued } from './stored-data.ts';
import type { AgreementRecord, BatchSummary, Ceremony, IssuedAgreement, RosterDraft, Tenant } from './stores.ts';
import type { Ports } from './workflow.ts';

/** Wrong answers to the identity question before a link locks. */
export const ATTEMPT_LIMIT = 5;

/** @throws AppError SCHOOL_SESSION_MISSING */
export async function authorizeSchool(ports: Pick<Ports, 'sessions' | 'tenants' | 'clock'>, session: string | undefined): Promise<Tenant> {
  const subject = session === undefined ? undefined : await ports.sessions.find(hashOfToken(session), ports.clock.now());
  const tenant = subject?.kind === 'school' ? await ports.tenants.find(subject.tenant) : undefined;
  if (tenant === undefined) throw new AppError('SCHOOL_SESSION_MISSING');
  return tenant;
}

/** @throws AppError ROSTER_UNKNOWN, also for another school's */
export async function authorizeRoster(ports: Pick<Ports, 'rosters'>, tenant: Tenant, id: string): Promise<RosterDraft> {
  const roster = await ports.rosters.find(id);
  if (roster?.tenant !== tenant.id) throw new AppError('ROSTER_UNKNOWN');
  return roster;
}

/** @throws AppError BATCH_UNKNOWN, also for another school's */
export async function authorizeBatch(ports: Pick<Ports, 'batches'>, tenant: Tenant, id: string): Promise<BatchSummary> {
  const batch = await ports.batches.find(id);
  if (batch?.tenant !== tenant.id) throw new AppError('BATCH_UNKNOWN');
  return batch;
}

/** @throws AppError AGREEMENT_UNKNOWN, also for another school's */
export async function authorizeAgreement(ports: Pick<Ports, 'agreements'>, tenant: Tenant, number: string): Promise<AgreementRecord> {
  const agreement = await ports.agreements.find(number);
  if (agreement?.tenant !== tenant.id) throw new AppError('AGREEMENT_UNKNOWN');
  return agreement;
}

/** The ceremony of a link that is still good. @throws AppError LINK_UNKNOWN, LINK_REVOKED, LINK_EXPIRED, LINK_LOCKED */
export async function authorizeLink(ports: Pick<Ports, 'ceremonies' | 'clock'>, token: string): Promise<Ceremony> {
  const ceremony = await ports.ceremonies.findByToken(hashOfToken(token));
  if (ceremony === undefined) throw new AppError('LINK_UNKNOWN');
  if (ceremony.revoked) throw new AppError('LINK_REVOKED');
  if (ceremony.expiresAt <= ports.clock.now()) throw new AppError('LINK_EXPIRED');
  if (ceremony.failedAttempts >= ATTEMPT_LIMIT) throw new AppError('LINK_LOCKED');
  return ceremony;
}

/** The ceremony of a link whose holder has proved identity in this browser. @throws AppError as `authorizeLink`, IDENTITY_NOT_PROVED */
export async function authorizeSignatory(
  ports: Pick<Ports, 'ceremonies' | 'sessions' | 'clock'>,
  token: string,
  session: string | undefined,
): Promise<Ceremony> {
  const ceremony = await authorizeLink(ports, token);
  const subject = session === undefined ? undefined : await ports.sessions.find(hashOfToken(session), ports.clock.now());
  if (subject?.kind !== 'ceremony' || subject.ceremony !== ceremony.id) throw new AppError('IDENTITY_NOT_PROVED');
  return ceremony;
}

const concerns = (ceremony: Ceremony, agreement: AgreementRecord): boolean =>
  agreement.batch === ceremony.batch &&
  (ceremony.agreement === null || ceremony.agreement === agreement.number) &&
  agreement.parties.some((party) => party.role === ceremony.role && party.signatoryKey === ceremony.signatoryKey);

/** One agreement of a ceremony. @throws AppError AGREEMENT_UNKNOWN, AGREEMENT_NOT_READY */
export async function authorizeCeremonyAgreement(
  ports: Pick<Ports, 'agreements'>,
  ceremony: Ceremony,
  number: string,
): Promise<IssuedAgreement> {
  const agreement = await ports.agreements.find(number);
  if (agreement === undefined || !concerns(ceremony, agreement)) throw new AppError('AGREEMENT_UNKNOWN');
  if (!isIssued(agreement)) throw new AppError('AGREEMENT_NOT_READY');
  return agreement;
}

/** Every generated agreement of a ceremony, in roster order. */
export async function listCeremonyAgreements(ports: Pick<Ports, 'agreements'>, ceremony: Ceremony): Promise<readonly IssuedAgreement[]> {
  if (ceremony.agreement === null) {
    return (await ports.agreements.listOfBatch(ceremony.batch)).filter(isIssued).filter((agreement) => concerns(ceremony, agreement));
  }
  const agreement = await ports.agreements.find(ceremony.agreement);
  return agreement !== undefined && isIssued(agreement) && concerns(ceremony, agreement) ? [agreement] : [];
}
