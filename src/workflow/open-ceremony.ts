/** A signatory arrives: what a stranger with the link may see, and the question that opens the agreement. */
import type { AgreementFields } from '../agreement/agreement-fields.ts';
import { creditCodeFault, maskName } from '../agreement/identifiers.ts';
import type { PartyRole } from '../agreement/parties.ts';
import { signatoryOf } from '../agreement/signatories.ts';
import { AppError } from '../errors.ts';
import { type Instant, toInstant } from '../instant.ts';
import { ATTEMPT_LIMIT, authorizeLink, hasProvedIdentity, listCeremonyAgreements, lockedRefusal } from './authorize.ts';
import { hashOfToken, makeToken } from './secrets.ts';
import { standingOf } from './signing-order.ts';
import { dataOf } from './stored-data.ts';
import type { Visitor } from './stores/evidence.ts';
import type { Ceremony } from './stores.ts';
import type { Ports } from './workflow.ts';

const SESSION_MS = 3 * 3_600_000;
/** For reading a message and typing its code, more than once if need be. */
const PENDING_MS = 30 * 60_000;

export interface Arrival {
  readonly role: PartyRole;
  readonly schoolName: string;
  /** 张* for persons, the organisation for unit and school. */
  readonly maskedName: string;
  readonly agreementCount: number;
  /** In this browser, not long ago. */
  readonly identityProved: boolean;
  /** Whether this party can sign anything now, has signed everything, has to wait for others, or signing rests. */
  readonly turn: 'ready' | 'signed' | 'waiting' | 'declined';
  readonly expiresAt: Instant;
}

type ReadPorts = Pick<Ports, 'agreements' | 'batches' | 'ceremonies' | 'clock' | 'templates' | 'tenants'>;

/** Changes nothing. @throws AppError LINK_…, AGREEMENT_NOT_READY */
export async function arrive(ports: ReadPorts & Pick<Ports, 'sessions'>, token: string, session: string | undefined): Promise<Arrival> {
  const ceremony = await authorizeLink(ports, token);
  const agreements = await listCeremonyAgreements(ports, ceremony);
  const batch = await ports.batches.find(ceremony.batch);
  const [agreement] = agreements;
  if (agreement === undefined || batch === undefined) throw new AppError('AGREEMENT_NOT_READY');
  const first = dataOf(agreement, ports.templates).fields;
  const states = new Set(agreements.map((one) => standingOf(batch.order, one, ceremony.role).state));
  const signatory = signatoryOf(first, ceremony.role);
  return {
    role: ceremony.role,
    schoolName: first['schoolName'] ?? '',
    maskedName: 'organisation' in signatory ? signatory.organisation : maskName(signatory.name),
    agreementCount: agreements.length,
    identityProved: await hasProvedIdentity(ports, token, session),
    turn: (['ready', 'waiting', 'declined'] as const).find((state) => states.has(state)) ?? 'signed',
    expiresAt: ceremony.expiresAt,
  };
}

/** What the person at the door says about the agreement; the shape depends on the role. */
export type IdentityAnswer =
  | { readonly role: 'student'; readonly idLastSix: string }
  | { readonly role: 'guardian'; readonly studentName: string; readonly phoneLastFour: string }
  | { readonly role: 'unit' | 'school'; readonly creditCode: string; readonly phoneLastFour: string };

export interface ProvedIdentity {
  readonly ceremonyId: string;
  readonly role: PartyRole;
  /** `code`: a code by message is needed as well, and the session opens nothing else. */
  readonly proof: 'complete' | 'code';
  /** For the cookie; only its hash is kept. */
  readonly session: string;
  readonly expiresAt: Instant;
}

/**
 * Compares the answer with the agreement. A try is taken before the comparison, so that tries cannot be raced.
 * A credit code that no organisation can have costs no try.
 * @throws AppError LINK_…, CREDIT_CODE_MISTYPED, IDENTITY_MISMATCH (`left`), LINK_LOCKED
 */
export async function proveIdentity(
  ports: ReadPorts & Pick<Ports, 'codes' | 'sessions' | 'random'>,
  token: string,
  answer: IdentityAnswer,
  visitor: Visitor,
): Promise<ProvedIdentity> {
  const ceremony = await authorizeLink(ports, token);
  const values = await ceremonyValues(ports, ceremony);
  if (isMistyped(values, answer)) throw new AppError('CREDIT_CODE_MISTYPED');
  if (!(await ports.ceremonies.takeAttempt(ceremony.id, ATTEMPT_LIMIT))) throw await lockedRefusal(ports, ceremony);
  if (answer.role !== ceremony.role || !values.some((fields) => answers(fields, answer))) {
    const left = ATTEMPT_LIMIT - ceremony.failedAttempts - 1;
    throw left > 0 ? new AppError('IDENTITY_MISMATCH', { left }) : await lockedRefusal(ports, ceremony);
  }
  const proved = { ceremonyId: ceremony.id, role: ceremony.role };
  if (ports.codes === null)
    return { ...proved, proof: 'complete', ...(await openSession(ports, ceremony, METHOD[ceremony.role], visitor)) };
  const session = makeToken(ports.random);
  const expiresAt = toInstant(ports.clock.now() + PENDING_MS);
  await ports.sessions.open(hashOfToken(session), { kind: 'pending', ceremony: ceremony.id }, expiresAt);
  await ports.ceremonies.returnAttempt(ceremony.id);
  return { ...proved, proof: 'code', session, expiresAt };
}

/** Keeps how identity was proved and opens the pages of the link for one browser. */
export async function openSession(
  ports: Pick<Ports, 'ceremonies' | 'clock' | 'random' | 'sessions'>,
  ceremony: Pick<Ceremony, 'id' | 'role' | 'tenant'>,
  method: string,
  visitor: Visitor,
): Promise<{ readonly session: string; readonly expiresAt: Instant }> {
  const session = makeToken(ports.random);
  const at = ports.clock.now();
  const expiresAt = toInstant(at + SESSION_MS);
  const detail = { role: ceremony.role, method, ...visitor };
  await ports.ceremonies.recordProof(ceremony.id, { tenant: ceremony.tenant, at, kind: 'IDENTITY_PROVED', subject: ceremony.id, detail });
  await ports.sessions.open(hashOfToken(session), { kind: 'ceremony', ceremony: ceremony.id }, expiresAt);
  return { session, expiresAt };
}

/** How identity was proved, as the audit log names it. */
export const METHOD: Readonly<Record<PartyRole, string>> = {
  student: 'link+id-number-last-six',
  guardian: 'link+student-name+phone-last-four',
  unit: 'link+credit-code+phone-last-four',
  school: 'link+credit-code+phone-last-four',
};

async function ceremonyValues(ports: Pick<Ports, 'agreements' | 'templates'>, ceremony: Ceremony): Promise<readonly AgreementFields[]> {
  return (await listCeremonyAgreements(ports, ceremony)).map((agreement) => dataOf(agreement, ports.templates).fields);
}

/** No organisation can have that code, and no agreement has it either. */
const isMistyped = (values: readonly AgreementFields[], answer: IdentityAnswer): boolean =>
  'creditCode' in answer &&
  creditCodeFault(answer.creditCode) !== undefined &&
  !values.some((fields) => fields[`${answer.role}CreditCode`] === answer.creditCode);

/** A name as people type it: with spaces, or with another dot between its parts. */
const lettersOf = (name: string): string =>
  name
    .normalize('NFC')
    .replace(/[\s·•‧∙・．.]/gu, '')
    .toLowerCase();

function answers(fields: AgreementFields, answer: IdentityAnswer): boolean {
  const endsWith = (key: string, ending: string): boolean => (fields[key] ?? '').replace(/\D/g, '').endsWith(ending);
  switch (answer.role) {
    case 'student':
      return (fields['studentIdNumber'] ?? '').endsWith(answer.idLastSix);
    case 'guardian':
      return lettersOf(fields['studentName'] ?? '') === lettersOf(answer.studentName) && endsWith('guardianPhone', answer.phoneLastFour);
    case 'unit':
      return fields['unitCreditCode'] === answer.creditCode && endsWith('unitPhone', answer.phoneLastFour);
    case 'school':
      return fields['schoolCreditCode'] === answer.creditCode && endsWith('schoolPhone', answer.phoneLastFour);
  }
}
