/** The school's door: a key opens a session for one browser. */
import { AppError } from '../errors.ts';
import { type Instant, toInstant } from '../instant.ts';
import { hashOfToken, makeToken } from './secrets.ts';
import type { Tenant } from './stores.ts';
import type { Ports } from './workflow.ts';

const SESSION_MS = 12 * 3_600_000;

export interface OpenedSession {
  /** For the cookie; only its hash is kept. */
  readonly session: string;
  readonly expiresAt: Instant;
}

/** @throws AppError SCHOOL_KEY_WRONG */
export async function enterSchool(
  ports: Pick<Ports, 'tenants' | 'sessions' | 'random' | 'clock' | 'audit'>,
  key: string,
): Promise<OpenedSession> {
  const tenant = await ports.tenants.findByKey(hashOfToken(key));
  if (tenant === undefined) throw new AppError('SCHOOL_KEY_WRONG');
  const session = makeToken(ports.random);
  const now = ports.clock.now();
  const expiresAt = toInstant(now + SESSION_MS);
  await ports.sessions.open(hashOfToken(session), { kind: 'school', tenant: tenant.id }, expiresAt);
  await ports.audit.append({ tenant: tenant.id, at: now, kind: 'SCHOOL_ENTERED', subject: tenant.id, detail: {} });
  return { session, expiresAt };
}

/** Ends the session of one browser; one that is over already stays over. */
export async function leaveSchool(
  ports: Pick<Ports, 'sessions' | 'clock' | 'audit'>,
  tenant: Tenant,
  session: string | undefined,
): Promise<void> {
  if (session === undefined) return;
  await ports.sessions.end(hashOfToken(session));
  await ports.audit.append({ tenant: tenant.id, at: ports.clock.now(), kind: 'SCHOOL_LEFT', subject: tenant.id, detail: {} });
}

/** Makes a new key for the school and ends the old one. The key is returned once. */
export async function renewSchoolKey(ports: Pick<Ports, 'tenants' | 'random' | 'clock' | 'audit'>, tenant: Tenant): Promise<string> {
  const key = makeToken(ports.random);
  const at = ports.clock.now();
  await ports.tenants.ensure(tenant, at);
  await ports.tenants.replaceKey(tenant.id, hashOfToken(key));
  await ports.audit.append({ tenant: tenant.id, at, kind: 'SCHOOL_KEY_RENEWED', subject: tenant.id, detail: {} });
  return key;
}
