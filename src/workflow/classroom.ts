/** Signing in a classroom without any gateway: the school opens a session, students come in by who they are and the code on the wall. */
import { fromHex, fromUtf8, toHex } from '../bytes.ts';
import { sha256Hex } from '../digest.ts';
import { AppError } from '../errors.ts';
import { type Instant, toInstant } from '../instant.ts';
import { authorizeBatch } from './authorize.ts';
import { codeAt, isCodeAt } from './classroom-code.ts';
import { LINK_DAYS } from './invite.ts';
import { openSession } from './open-ceremony.ts';
import { hashOfToken, makeId, makeToken } from './secrets.ts';
import { standingOf } from './signing-order.ts';
import { displayValues, isOpen } from './stored-data.ts';
import type { Classroom } from './stores/classroom.ts';
import type { Visitor } from './stores/evidence.ts';
import type { AgreementRecord, OpenAgreement, Tenant } from './stores.ts';
import type { Ports } from './workflow.ts';

const CLASSROOM_MS = 4 * 3_600_000;
const DAY_MS = 86_400_000;
const TRIES_PER_STUDENT = 10;
/** For everybody together: room for mistyping, not for guessing. */
const TRIES_PER_SEAT = 5;
const TRIES_AT_LEAST = 50;
/**
 * Wrong ends of ID numbers with the right code, whosever they are: who knows a classmate's birthday has five hundred to choose from, and whoever sits in the room
 * knows the code.
 */
const WRONG_ENDS = 10;

type ClassroomPorts = Pick<Ports, 'agreements' | 'batches' | 'classrooms' | 'clock'>;

export interface ClassroomView {
  readonly classroomId: string;
  readonly batchId: string;
  readonly batchName: string;
  readonly schoolName: string;
  readonly expiresAt: Instant;
  /** Null once the session is over. */
  readonly code: { readonly code: string; readonly leftMs: number } | null;
  readonly signed: number;
  readonly total: number;
  /** In the order of the roster, by whole name: for the teacher's own screen. */
  readonly seats: readonly {
    readonly agreementNumber: string;
    readonly studentName: string;
    readonly studentNumber: string;
    readonly state: 'ready' | 'signed' | 'waiting' | 'declined';
  }[];
}

/** An older session of the batch ends. @throws AppError BATCH_UNKNOWN, BATCH_NOT_GENERATED */
export async function openClassroom(
  ports: ClassroomPorts & Pick<Ports, 'random'>,
  tenant: Tenant,
  batchId: string,
): Promise<{ readonly classroomId: string }> {
  const batch = await authorizeBatch(ports, tenant, batchId);
  const students = (await ports.agreements.listOfBatch(batch.id)).filter(isOwn).length;
  if (students === 0) throw new AppError('BATCH_NOT_GENERATED');
  const openedAt = ports.clock.now();
  const id = makeId(ports.random);
  const expiresAt = toInstant(openedAt + CLASSROOM_MS);
  const tries = Math.max(TRIES_AT_LEAST, students * TRIES_PER_SEAT);
  await ports.classrooms.open(
    { id, batch: batch.id, tenant: tenant.id, secret: toHex(ports.random.bytes(32)), openedAt, expiresAt, tries },
    { tenant: tenant.id, at: openedAt, kind: 'CLASSROOM_OPENED', subject: batch.id, detail: { classroom: id, students } },
  );
  return { classroomId: id };
}

/** Consent forms are signed with the agreement that they go with. */
const isOwn = (agreement: AgreementRecord): agreement is OpenAgreement => isOpen(agreement) && agreement.accompanies === null;

async function ownClassroom(ports: Pick<Ports, 'classrooms'>, tenant: Tenant, id: string): Promise<Classroom> {
  const classroom = await ports.classrooms.find(id);
  if (classroom?.tenant !== tenant.id) throw new AppError('CLASSROOM_UNKNOWN');
  return classroom;
}

const isRunning = (classroom: Classroom, now: Instant): boolean => classroom.closedAt === null && now < classroom.expiresAt;

/** @throws AppError CLASSROOM_UNKNOWN, also for another school's */
export async function readClassroom(ports: ClassroomPorts, tenant: Tenant, id: string): Promise<ClassroomView> {
  const classroom = await ownClassroom(ports, tenant, id);
  const batch = await authorizeBatch(ports, tenant, classroom.batch);
  const now = ports.clock.now();
  const agreements = (await ports.agreements.listOfBatch(batch.id)).filter(isOwn);
  const seats = agreements.map((agreement) => {
    const values = displayValues(agreement);
    const { state } = standingOf(batch.order, agreement, 'student');
    const { studentName = '', studentNumber = '' } = values;
    return { agreementNumber: agreement.number, studentName, studentNumber, state };
  });
  return {
    classroomId: classroom.id,
    batchId: batch.id,
    batchName: batch.name,
    schoolName: tenant.name,
    expiresAt: classroom.expiresAt,
    code: isRunning(classroom, now) ? codeAt(fromHex(classroom.secret), now) : null,
    signed: seats.filter(({ state }) => state === 'signed').length,
    total: seats.length,
    seats,
  };
}

/** Asked again, nothing changes. @throws AppError CLASSROOM_UNKNOWN */
export async function closeClassroom(
  ports: Pick<Ports, 'classrooms' | 'clock'>,
  tenant: Tenant,
  id: string,
): Promise<{ readonly batchId: string }> {
  const classroom = await ownClassroom(ports, tenant, id);
  const at = ports.clock.now();
  const event = { tenant: tenant.id, at, kind: 'CLASSROOM_CLOSED', subject: classroom.batch, detail: { classroom: id } };
  await ports.classrooms.close(id, at, event);
  return { batchId: classroom.batch };
}

/** What stands on the door. @throws AppError CLASSROOM_UNKNOWN, CLASSROOM_CLOSED */
export async function readClassroomDoor(
  ports: Pick<Ports, 'batches' | 'classrooms' | 'clock' | 'tenants'>,
  id: string,
): Promise<{ readonly schoolName: string }> {
  const classroom = await runningClassroom(ports, id);
  return { schoolName: (await ports.tenants.find(classroom.tenant))?.name ?? '' };
}

async function runningClassroom(ports: Pick<Ports, 'classrooms' | 'clock'>, id: string): Promise<Classroom> {
  const classroom = await ports.classrooms.find(id);
  if (classroom === undefined) throw new AppError('CLASSROOM_UNKNOWN');
  if (!isRunning(classroom, ports.clock.now())) throw new AppError('CLASSROOM_CLOSED');
  return classroom;
}

export interface Entered {
  /** Of the student's own link, made now; an older one ends. */
  readonly token: string;
  /** `arrive`: the last six of the ID number are still asked for. */
  readonly next: 'arrive' | 'read';
  readonly session: { readonly session: string; readonly expiresAt: Instant } | null;
}

/**
 * A try is taken before anything is compared. The last six of the ID number and the code prove identity; a student number, which
 * classmates know, only opens the door at which the last six are asked.
 * @param who student number, or the last six of the ID number
 * @throws AppError CLASSROOM_UNKNOWN, CLASSROOM_CLOSED, CLASSROOM_ENTRY_LOCKED, CLASSROOM_ENTRY_WRONG, CLASSROOM_ENTRY_AMBIGUOUS,
 *   SIGNATORY_ALREADY_SIGNED
 */
export async function enterClassroom(
  ports: ClassroomPorts & Pick<Ports, 'ceremonies' | 'random' | 'sessions'>,
  id: string,
  entry: { readonly who: string; readonly code: string },
  visitor: Visitor,
): Promise<Entered> {
  const classroom = await runningClassroom(ports, id);
  const found = await findStudents(ports, classroom.batch, entry.who);
  const ends = { hash: sha256Hex(fromUtf8(`sanfang.classroom-ends/1\n${id}`)), limit: WRONG_ENDS };
  const own = { hash: sha256Hex(fromUtf8(`sanfang.classroom-entry/1\n${id}\n${entry.who}`)), limit: TRIES_PER_STUDENT };
  const counters = found.by === 'id-number' ? [ends, own] : [own];
  if (!(await ports.classrooms.takeTry(id, counters))) throw new AppError('CLASSROOM_ENTRY_LOCKED');
  const now = ports.clock.now();
  if (!isCodeAt(fromHex(classroom.secret), now, entry.code)) {
    // Nothing is learnt of an ID number with a code that has gone by, as it does for half a class.
    if (found.by === 'id-number') await ports.classrooms.returnTry(id, ends);
    throw new AppError('CLASSROOM_ENTRY_WRONG');
  }
  if (found.agreements.length === 0) throw new AppError('CLASSROOM_ENTRY_WRONG');
  const unsigned = found.agreements.filter(({ parties }) => parties.some(({ role, signedAt }) => role === 'student' && signedAt === null));
  const [agreement] = unsigned.length === 0 ? found.agreements : unsigned;
  if (agreement === undefined || unsigned.length > 1) throw new AppError('CLASSROOM_ENTRY_AMBIGUOUS');
  const party = agreement.parties.find(({ role }) => role === 'student');
  if (party === undefined || party.signedAt !== null) throw new AppError('SIGNATORY_ALREADY_SIGNED');
  const token = makeToken(ports.random);
  const ceremony = {
    id: makeId(ports.random),
    tenant: classroom.tenant,
    batch: classroom.batch,
    role: 'student',
    agreement: agreement.number,
    signatoryKey: party.signatoryKey,
    createdAt: now,
    expiresAt: toInstant(now + LINK_DAYS * DAY_MS),
    tokenHash: hashOfToken(token),
  } as const;
  const detail = { classroom: id, by: found.by, ceremony: ceremony.id, ...visitor };
  const event = { tenant: classroom.tenant, at: now, kind: 'CLASSROOM_ENTERED', subject: agreement.number, detail };
  // A classmate who enters somebody's student number again and again gets no more tries at the ID number for it.
  await ports.ceremonies.replace([ceremony], event, 'kept');
  if (found.by === 'id-number') await ports.classrooms.returnTry(id, ends);
  if (found.by === 'student-number') return { token, next: 'arrive', session: null };
  const session = await openSession(ports, ceremony, 'classroom-code+id-number-last-six', visitor);
  return { token, next: 'read', session };
}

async function findStudents(
  ports: Pick<Ports, 'agreements'>,
  batch: string,
  who: string,
): Promise<{ readonly by: 'student-number' | 'id-number'; readonly agreements: readonly OpenAgreement[] }> {
  const open = (await ports.agreements.listOfBatch(batch)).filter(isOwn);
  const numbered = open.filter((agreement) => displayValues(agreement)['studentNumber'] === who);
  if (numbered.length > 0 || !/^\d{5}[\dX]$/.test(who)) return { by: 'student-number', agreements: numbered };
  return { by: 'id-number', agreements: open.filter((agreement) => displayValues(agreement)['studentIdNumber']?.endsWith(who)) };
}
