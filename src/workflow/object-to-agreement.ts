/** A signatory does not want to sign, or has a question: recorded with a reason for the school, withdrawn by the same person at will. */
import type { ObjectionKind, ObjectionReason } from '../agreement/endings.ts';
import { maskName } from '../agreement/identifiers.ts';
import type { PartyRole } from '../agreement/parties.ts';
import { AppError } from '../errors.ts';
import { authorizeLink, authorizeReading, authorizeSignatory, hasProvedIdentity, listCeremonyAgreements } from './authorize.ts';
import { makeId } from './secrets.ts';
import { displayValues } from './stored-data.ts';
import type { Ceremony, Objection, OpenAgreement } from './stores.ts';
import type { Ports } from './workflow.ts';

/** Objections of one party to one agreement that may be open at once. */
const OPEN_LIMIT = 3;

export interface ObjectionStanding {
  readonly role: PartyRole;
  readonly agreementNumber: string;
  /** Masked. */
  readonly studentName: string;
  readonly schoolName: string;
  /** False for whoever only holds the link: may ask, but not decline. */
  readonly identityProved: boolean;
  readonly signed: boolean;
  /** Open ones of this party; those of others are not shown. */
  readonly open: readonly Objection[];
  readonly phones: readonly { readonly label: string; readonly phone: string }[];
}

type ObjectionPorts = Pick<Ports, 'agreements' | 'ceremonies' | 'clock' | 'endings' | 'random' | 'sessions'>;

interface Door {
  readonly ceremony: Ceremony;
  readonly agreement: OpenAgreement;
  readonly identityProved: boolean;
}

async function open(
  ports: Pick<ObjectionPorts, 'agreements' | 'ceremonies' | 'clock' | 'sessions'>,
  token: string,
  session: string | undefined,
  number: string | undefined,
): Promise<Door> {
  const ceremony = await authorizeLink(ports, token);
  const identityProved = await hasProvedIdentity(ports, token, session);
  const own = ceremony.agreement === null ? number : (number ?? (await listCeremonyAgreements(ports, ceremony))[0]?.number);
  const agreement = await authorizeReading(ports, ceremony, own ?? '');
  return { ceremony, agreement, identityProved };
}

const PHONES = [
  ['schoolMentorPhone', '学校指导教师'],
  ['schoolPhone', '学校'],
  ['schoolHotline', '学校监督电话'],
  ['authorityHotline', '主管部门监督电话'],
] as const;

/** @param number needed for links of organisations @throws AppError LINK_…, AGREEMENT_UNKNOWN, AGREEMENT_VOIDED */
export async function readObjections(
  ports: Pick<ObjectionPorts, 'agreements' | 'ceremonies' | 'clock' | 'sessions'>,
  token: string,
  session: string | undefined,
  number?: string,
): Promise<ObjectionStanding> {
  const { ceremony, agreement, identityProved } = await open(ports, token, session, number);
  const values = displayValues(agreement);
  return {
    role: ceremony.role,
    agreementNumber: agreement.number,
    studentName: maskName(values['studentName'] ?? ''),
    schoolName: values['schoolName'] ?? '',
    identityProved,
    signed: agreement.parties.some(({ role, signedAt }) => role === ceremony.role && signedAt !== null),
    open: identityProved ? agreement.objections.filter(({ role }) => role === ceremony.role) : [],
    phones: PHONES.flatMap(([key, label]) => {
      const phone = values[key];
      return phone === undefined ? [] : [{ label, phone }];
    }),
  };
}

/** @throws AppError LINK_…, IDENTITY_NOT_PROVED for declining by link alone, OBJECTION_TOO_LATE, OBJECTION_TOO_MANY, AGREEMENT_UNKNOWN, AGREEMENT_VOIDED */
export async function raiseObjection(
  ports: ObjectionPorts,
  token: string,
  session: string | undefined,
  objection: {
    readonly agreementNumber?: string | undefined;
    readonly kind: ObjectionKind;
    readonly reason: ObjectionReason;
    readonly message: string;
  },
): Promise<void> {
  const { ceremony, agreement, identityProved } = await open(ports, token, session, objection.agreementNumber);
  const { kind, reason, message } = objection;
  if (kind === 'decline' && !identityProved) throw new AppError('IDENTITY_NOT_PROVED');
  const raisedAt = ports.clock.now();
  const { role } = ceremony;
  const record = {
    id: makeId(ports.random),
    agreement: agreement.number,
    ceremony: ceremony.id,
    role,
    kind,
    reason,
    message,
    identityProved,
    raisedAt,
  };
  const outcome = await ports.endings.raise(record, OPEN_LIMIT, {
    tenant: ceremony.tenant,
    at: raisedAt,
    kind: 'OBJECTION_RAISED',
    subject: agreement.number,
    detail: { role, kind, reason, identityProved, ceremony: ceremony.id },
  });
  if (outcome === 'full') throw new AppError('OBJECTION_TOO_MANY');
  if (outcome === 'ended') throw new AppError('OBJECTION_TOO_LATE');
}

/** Signing may go on; asked again, nothing changes. @throws AppError as `authorizeSignatory`; AGREEMENT_UNKNOWN, AGREEMENT_VOIDED */
export async function withdrawObjections(
  ports: ObjectionPorts,
  token: string,
  session: string | undefined,
  number?: string,
): Promise<void> {
  await authorizeSignatory(ports, token, session);
  const { ceremony, agreement } = await open(ports, token, session, number);
  const at = ports.clock.now();
  const { role, tenant } = ceremony;
  const detail = { role, ceremony: ceremony.id };
  await ports.endings.close(agreement.number, role, 'signatory', at, {
    tenant,
    at,
    kind: 'OBJECTION_WITHDRAWN',
    subject: agreement.number,
    detail,
  });
}
