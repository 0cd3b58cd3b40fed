/** Who may do what: a school its own things, a signatory what the link was made for, after proving identity. */
import { VOID_REASONS } from '../agreement/endings.ts';
import { PARTY_ZH } from '../agreement/parties.ts';
import { AppError } from '../errors.ts';
import { beijingText } from '../instant.ts';
import { hashOfToken } from './secrets.ts';
import { displayValues, isIssued, isOpen } from './stored-data.ts';
import type {
  AgreementRecord,
  BatchSummary,
  Ceremony,
  IssuedAgreement,
  OpenAgreement,
  RosterDraft,
  Tenant,
  VoidedAgreement,
} from './stores.ts';
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

/** Name and number of whom a signatory turns to: the school's mentor, otherwise the school. */
function whomToAsk(values: Readonly<Record<string, string>>): string {
  const { schoolMentor, schoolMentorPhone, schoolName, schoolPhone } = values;
  if (schoolMentor !== undefined && schoolMentorPhone !== undefined)
    return `${schoolMentor.replace(/老师$/u, '')}老师（${schoolMentorPhone}）`;
  return schoolPhone === undefined ? (schoolName ?? '学校') : `${schoolName ?? '学校'}（${schoolPhone}）`;
}

/** When, why, and whom to ask; what the school wrote beside the reason stays with the school. */
export function voidedRefusal(agreement: VoidedAgreement): AppError {
  const { at, reason, replacedBy } = agreement.voiding;
  const next = replacedBy === null ? '' : '学校会另发一份新协议，请打开新的链接。';
  const whom = whomToAsk(displayValues(agreement));
  return new AppError('AGREEMENT_VOIDED', { on: beijingText(at), reason: VOID_REASONS[reason], next, whom });
}

/** @throws AppError AGREEMENT_VOIDED, AGREEMENT_NOT_READY */
function assertOpen(agreement: AgreementRecord): asserts agreement is OpenAgreement {
  if (agreement.state === 'voided') throw voidedRefusal(agreement);
  if (!isOpen(agreement)) throw new AppError('AGREEMENT_NOT_READY');
}

/** The ceremony of a link that is still good. @throws AppError LINK_UNKNOWN, LINK_REVOKED, LINK_EXPIRED, LINK_LOCKED, AGREEMENT_VOIDED */
export async function authorizeLink(ports: Pick<Ports, 'agreements' | 'ceremonies' | 'clock'>, token: string): Promise<Ceremony> {
  const ceremony = await ports.ceremonies.findByToken(hashOfToken(token));
  if (ceremony === undefined) throw new AppError('LINK_UNKNOWN');
  const agreement = ceremony.agreement === null ? undefined : await ports.agreements.find(ceremony.agreement);
  if (agreement?.state === 'voided') throw voidedRefusal(agreement);
  if (ceremony.revoked) throw new AppError('LINK_REVOKED');
  if (ceremony.expiresAt <= ports.clock.now())
    throw new AppError('LINK_EXPIRED', { on: beijingText(ceremony.expiresAt), whom: await whomOf(ports, ceremony) });
  if (ceremony.failedAttempts >= ATTEMPT_LIMIT) throw await lockedRefusal(ports, ceremony);
  return ceremony;
}

/** Too many wrong answers, and whom to ask for another link. */
export const lockedRefusal = async (ports: Pick<Ports, 'agreements'>, ceremony: Ceremony): Promise<AppError> =>
  new AppError('LINK_LOCKED', { whom: await whomOf(ports, ceremony) });

async function whomOf(ports: Pick<Ports, 'agreements'>, ceremony: Ceremony): Promise<string> {
  const any =
    ceremony.agreement === null
      ? (await ports.agreements.listOfBatch(ceremony.batch)).find((one) => concerns(ceremony, one))
      : await ports.agreements.find(ceremony.agreement);
  return any === undefined ? '学校' : whomToAsk(displayValues(any));
}

/** The ceremony of a link whose holder has proved identity in this browser. @throws AppError as `authorizeLink`, IDENTITY_NOT_PROVED */
export async function authorizeSignatory(
  ports: Pick<Ports, 'agreements' | 'ceremonies' | 'sessions' | 'clock'>,
  token: string,
  session: string | undefined,
): Promise<Ceremony> {
  const ceremony = await authorizeLink(ports, token);
  const subject = session === undefined ? undefined : await ports.sessions.find(hashOfToken(session), ports.clock.now());
  if (subject?.kind !== 'ceremony' || subject.ceremony !== ceremony.id) throw new AppError('IDENTITY_NOT_PROVED');
  return ceremony;
}

/** Whether this browser has proved identity for that link. @throws AppError as `authorizeLink` */
export async function hasProvedIdentity(
  ports: Pick<Ports, 'agreements' | 'ceremonies' | 'sessions' | 'clock'>,
  token: string,
  session: string | undefined,
): Promise<boolean> {
  return authorizeSignatory(ports, token, session).then(
    () => true,
    (error: unknown) => {
      if (error instanceof AppError && error.code === 'IDENTITY_NOT_PROVED') return false;
      throw error;
    },
  );
}

const concerns = (ceremony: Ceremony, agreement: AgreementRecord): boolean =>
  agreement.batch === ceremony.batch &&
  (ceremony.agreement === null || ceremony.agreement === agreement.number || ceremony.agreement === agreement.accompanies) &&
  agreement.parties.some((party) => party.role === ceremony.role && party.signatoryKey === ceremony.signatoryKey);

/** One agreement of a ceremony to read, even while signing rests. @throws AppError AGREEMENT_UNKNOWN, AGREEMENT_NOT_READY, AGREEMENT_VOIDED */
export async function authorizeReading(ports: Pick<Ports, 'agreements'>, ceremony: Ceremony, number: string): Promise<OpenAgreement> {
  const agreement = await ports.agreements.find(number);
  if (agreement === undefined || !concerns(ceremony, agreement)) throw new AppError('AGREEMENT_UNKNOWN');
  assertOpen(agreement);
  return agreement;
}

/** One agreement of a ceremony to sign. @throws AppError AGREEMENT_UNKNOWN, AGREEMENT_NOT_READY, AGREEMENT_DECLINED, AGREEMENT_VOIDED */
export async function authorizeCeremonyAgreement(
  ports: Pick<Ports, 'agreements'>,
  ceremony: Ceremony,
  number: string,
): Promise<IssuedAgreement> {
  const agreement = await authorizeReading(ports, ceremony, number);
  if (isIssued(agreement)) return agreement;
  throw declinedRefusal(agreement);
}

/** Signing rests, since somebody declined. */
export function declinedRefusal({ objections }: OpenAgreement): AppError {
  const decliner = objections.find(({ kind }) => kind === 'decline')?.role;
  return new AppError('AGREEMENT_DECLINED', { party: decliner === undefined ? '有签署人' : PARTY_ZH[decliner] });
}

/** Every generated agreement of a ceremony that was not voided, in roster order; of a person the agreement, then its consent form. */
export async function listCeremonyAgreements(ports: Pick<Ports, 'agreements'>, ceremony: Ceremony): Promise<readonly OpenAgreement[]> {
  if (ceremony.agreement === null) {
    return (await ports.agreements.listOfBatch(ceremony.batch)).filter(isOpen).filter((agreement) => concerns(ceremony, agreement));
  }
  const agreement = await ports.agreements.find(ceremony.agreement);
  const consent = typeof agreement?.consent === 'string' ? await ports.agreements.find(agreement.consent) : undefined;
  return [agreement, consent].flatMap((one) => (one !== undefined && isOpen(one) && concerns(ceremony, one) ? [one] : []));
}
