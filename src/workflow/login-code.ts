/** A code sent to the telephone that the agreement names, or by mail: the second proof of identity, where the school asks for one. */
import { maskMailAddress } from '../agreement/contacts.ts';
import { maskPhone } from '../agreement/identifiers.ts';
import { fromUtf8 } from '../bytes.ts';
import { type Sha256, sha256Hex } from '../digest.ts';
import { AppError } from '../errors.ts';
import { type Instant, toInstant } from '../instant.ts';
import type { CodeSender, Random, Recipient } from '../ports.ts';
import { authorizeLink, listCeremonyAgreements } from './authorize.ts';
import { METHOD, openSession, type ProvedIdentity } from './open-ceremony.ts';
import { recipientOf } from './recipient.ts';
import { hashOfToken } from './secrets.ts';
import type { Visitor } from './stores/evidence.ts';
import type { Ceremony } from './stores.ts';
import type { Ports } from './workflow.ts';

const MINUTE_MS = 60_000;
const LIFE_MS = 5 * MINUTE_MS;
const TRIES = 5;
const LIMITS = { cooldownMs: MINUTE_MS, perDay: 10 };
const DIGITS = 6;

type CodePorts = Pick<
  Ports,
  'agreements' | 'audit' | 'ceremonies' | 'clock' | 'codes' | 'contacts' | 'loginCodes' | 'random' | 'sessions' | 'templates'
>;

/** Every code is as likely as any other: numbers above the last whole million are drawn again. */
function makeCode(random: Random): string {
  const span = 10 ** DIGITS;
  for (;;) {
    const number = random.bytes(4).reduce((sum, octet) => sum * 256 + octet, 0);
    if (number < Math.floor(2 ** 32 / span) * span) return String(number % span).padStart(DIGITS, '0');
  }
}

/** Of the code and of where it went: whoever gives the address another value meanwhile makes a code for nobody. */
const hashOfCode = (ceremony: Ceremony, { way, recipient }: Target, code: string): Sha256 =>
  sha256Hex(fromUtf8(`sanfang.code/2\n${ceremony.id}\n${way}\n${way === 'mail' ? recipient.email : recipient.to}\n${code}`));

export interface CodeOnItsWay {
  /** 138****5678, or wa***@example.cn */
  readonly to: string;
  readonly way: 'phone' | 'mail';
  /** When another may be asked for. */
  readonly againAt: Instant;
}

interface Target {
  readonly codes: CodeSender;
  readonly recipient: Recipient;
  readonly way: 'phone' | 'mail';
  /** For the page and the log. */
  readonly masked: string;
}

/** @throws AppError CODE_NOT_SENT, CODE_ADDRESS_MISSING */
async function targetOf(ports: CodePorts, ceremony: Ceremony): Promise<Target> {
  const { codes } = ports;
  const [agreement] = await listCeremonyAgreements(ports, ceremony);
  if (codes === null || agreement === undefined) throw new AppError('CODE_NOT_SENT');
  const recipient = await recipientOf(ports, agreement, ceremony.role);
  const way = codes.way(recipient);
  if (way === null) throw new AppError('CODE_ADDRESS_MISSING');
  return { codes, recipient, way, masked: way === 'mail' ? maskMailAddress(recipient.email ?? '') : maskPhone(recipient.to) };
}

/** The ceremony of a link whose holder has answered the first question in this browser. @throws AppError as `authorizeLink`, IDENTITY_NOT_PROVED */
async function authorizePending(ports: CodePorts, token: string, session: string | undefined): Promise<Ceremony> {
  const ceremony = await authorizeLink(ports, token);
  const subject = session === undefined ? undefined : await ports.sessions.find(hashOfToken(session), ports.clock.now());
  if (subject?.kind !== 'pending' || subject.ceremony !== ceremony.id) throw new AppError('IDENTITY_NOT_PROVED');
  return ceremony;
}

/** Where the code went, for the page that asks for it. @throws AppError as `authorizeLink`; IDENTITY_NOT_PROVED, CODE_NOT_SENT, CODE_ADDRESS_MISSING */
export async function awaitCode(ports: CodePorts, token: string, session: string | undefined): Promise<Pick<CodeOnItsWay, 'to' | 'way'>> {
  const { masked, way } = await targetOf(ports, await authorizePending(ports, token, session));
  return { to: masked, way };
}

/**
 * Sends a new code, unless one was sent a moment ago.
 * @param whom `quiet` when nobody asked for another one: that one is on its way is no refusal then
 * @throws AppError as `authorizeLink`; IDENTITY_NOT_PROVED, CODE_SENT_RECENTLY, CODE_TOO_MANY, CODE_NOT_SENT, CODE_ADDRESS_MISSING
 */
export async function sendCode(
  ports: CodePorts,
  token: string,
  session: string | undefined,
  whom: 'asked' | 'quiet' = 'asked',
): Promise<CodeOnItsWay> {
  if (ports.codes === null) throw new AppError('CODE_NOT_SENT');
  const ceremony = await authorizePending(ports, token, session);
  const target = await targetOf(ports, ceremony);
  const shown = { to: target.masked, way: target.way };
  const code = makeCode(ports.random);
  const sentAt = ports.clock.now();
  const record = { codeHash: hashOfCode(ceremony, target, code), sentAt, expiresAt: toInstant(sentAt + LIFE_MS), tries: TRIES };
  const stored = await ports.loginCodes.put(ceremony.id, record, LIMITS);
  if (stored === 'too-many') throw new AppError('CODE_TOO_MANY');
  if (stored !== 'stored') {
    if (whom === 'quiet') return { ...shown, againAt: stored.again };
    throw new AppError('CODE_SENT_RECENTLY', { seconds: Math.ceil((stored.again - sentAt) / 1000) });
  }
  await deliver(ports, target, ceremony, code);
  return { ...shown, againAt: toInstant(sentAt + LIMITS.cooldownMs) };
}

async function deliver(ports: CodePorts, { codes, recipient, masked }: Target, ceremony: Ceremony, code: string): Promise<void> {
  const zh = `验证码 ${code}，5 分钟内有效，用于核验岗位实习三方协议签署人身份。工作人员不会向您索要，请勿告诉他人。`;
  try {
    await codes.sendCode({ ...recipient, zh, code });
  } catch (cause) {
    await ports.loginCodes.retract(ceremony.id);
    throw cause instanceof AppError ? cause : new AppError('CODE_NOT_SENT');
  }
  const detail = { role: ceremony.role, to: masked };
  await ports.audit.append({ tenant: ceremony.tenant, at: ports.clock.now(), kind: 'LOGIN_CODE_SENT', subject: ceremony.id, detail });
}

/**
 * Compares the code; a try is taken before.
 * @throws AppError as `authorizeLink`; IDENTITY_NOT_PROVED, CODE_EXPIRED, CODE_LOCKED, CODE_WRONG (`left`), also for a code that went
 *   elsewhere than one would go now; CODE_NOT_SENT, CODE_ADDRESS_MISSING
 */
export async function proveByCode(
  ports: CodePorts,
  token: string,
  session: string | undefined,
  code: string,
  visitor: Visitor,
): Promise<ProvedIdentity> {
  const ceremony = await authorizePending(ports, token, session);
  const target = await targetOf(ports, ceremony);
  const taken = await ports.loginCodes.take(ceremony.id, ports.clock.now());
  if (taken === 'none') throw new AppError('CODE_EXPIRED');
  if (taken === 'locked') throw new AppError('CODE_LOCKED');
  if (taken.codeHash !== hashOfCode(ceremony, target, code))
    throw taken.left > 0 ? new AppError('CODE_WRONG', { left: taken.left }) : new AppError('CODE_LOCKED');
  if (!(await ports.loginCodes.spend(ceremony.id, taken.codeHash))) throw new AppError('CODE_EXPIRED');
  if (session !== undefined) await ports.sessions.end(hashOfToken(session));
  const opened = await openSession(
    ports,
    ceremony,
    `${METHOD[ceremony.role]}+code-by-${target.way === 'mail' ? 'mail' : 'message'}`,
    visitor,
  );
  return { ceremonyId: ceremony.id, role: ceremony.role, proof: 'complete', ...opened };
}
