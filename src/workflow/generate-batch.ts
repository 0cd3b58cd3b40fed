/** Makes revision 0 of every agreement of a batch: a job that may die at any point and go on from the rows. */
import { AppError } from '../errors.ts';
import { toInstant } from '../instant.ts';
import { renderRevisionZero } from '../template/revision-zero.ts';
import { authorizeBatch } from './authorize.ts';
import { assertInForce } from './choose-template.ts';
import { GENERATE_JOB, KEY_RUN_JOB, RENEW_JOB, SEAL_JOB } from './job-kinds.ts';
import { renewStored, scheduleRenewal } from './renew-archive.ts';
import { sealStored } from './seal-agreement.ts';
import { type KeyRunPorts, signWithKey } from './sign-with-key.ts';
import { dataOf, templateFor } from './stored-data.ts';
import type { AgreementRecord, JobClaim, Tenant } from './stores.ts';
import type { Ports } from './workflow.ts';

const LEASE_MS = 30_000;
/** Disks flush several files in the time of one. */
const AT_ONCE = 8;

export interface Progress {
  readonly batchId: string;
  readonly state: 'open' | 'generating' | 'ready';
  readonly total: number;
  readonly generated: number;
  readonly failed: number;
}

/** Queues the batch: what is pending is made, what failed is tried again. @throws AppError BATCH_UNKNOWN */
export async function requestGeneration(
  ports: Pick<Ports, 'batches' | 'jobs' | 'clock'>,
  tenant: Tenant,
  batchId: string,
): Promise<Progress> {
  const batch = await authorizeBatch(ports, tenant, batchId);
  await ports.jobs.enqueue(GENERATE_JOB, batch.id, ports.clock.now());
  return readProgress(ports, tenant, batchId);
}

/** Counted from rows, so it is right after any crash. @throws AppError BATCH_UNKNOWN */
export async function readProgress(ports: Pick<Ports, 'batches'>, tenant: Tenant, batchId: string): Promise<Progress> {
  const { id, total, generated, failed, generating } = await authorizeBatch(ports, tenant, batchId);
  const state = generating ? 'generating' : generated + failed === total ? 'ready' : 'open';
  return { batchId: id, state, total, generated, failed };
}

type WorkPorts = Pick<
  Ports,
  'agreements' | 'archives' | 'audit' | 'blobs' | 'clock' | 'jobs' | 'revocation' | 'templates' | 'timestamps' | 'trustAnchors'
> &
  KeyRunPorts;

const MINUTE_MS = 60_000;
const REST_MAX_MS = 60 * MINUTE_MS;
/** What does not get better within the hour: an operator has to do something. */
const WEEK_MS = 7 * 24 * REST_MAX_MS;

/** Half a minute after the first failure, twice as long after each further one, an hour at most. */
function restAfter({ failures }: JobClaim, code: string): number {
  return code === 'ARCHIVE_NOT_EXTENDED' ? WEEK_MS : Math.min((MINUTE_MS / 2) * 2 ** Math.min(failures, 20), REST_MAX_MS);
}

/** Takes and does one job. `false`: none is due. @throws whatever the job throws, once it is kept when it will be tried again */
export async function workOnce(ports: WorkPorts): Promise<boolean> {
  const now = ports.clock.now();
  const claim = await ports.jobs.claim(now, toInstant(now + LEASE_MS));
  if (claim === undefined) return false;
  try {
    await work(ports, claim);
  } catch (error) {
    const code = error instanceof AppError ? error.code : 'SERVICE_FAILED';
    await ports.jobs.fail(claim, code, toInstant(ports.clock.now() + restAfter(claim, code)));
    throw error;
  }
  return true;
}

async function work(ports: WorkPorts, claim: JobClaim): Promise<void> {
  switch (claim.kind) {
    case GENERATE_JOB:
      if (await generate(ports, claim)) await ports.jobs.finish(claim);
      return;
    case KEY_RUN_JOB:
      if (await signWithKey(ports, claim)) await ports.jobs.finish(claim);
      return;
    case SEAL_JOB: {
      const sealed = await sealStored(ports, claim.subject);
      if (typeof sealed === 'object') return ports.jobs.refuse(claim, sealed.refused);
      await scheduleRenewal(ports, claim.subject);
      break;
    }
    case RENEW_JOB:
      await renewStored(ports, claim.subject);
      break;
    default:
      throw new Error(`no such job: ${claim.kind}`);
  }
  await ports.jobs.finish(claim);
}

/** Not made yet, or not to be had last time and not replaced since. */
const isToMake = (agreement: AgreementRecord): boolean =>
  agreement.state === 'pending' || (agreement.state === 'failed' && agreement.replacedBy === null);

/** `false`: another worker took over. */
async function generate(ports: WorkPorts, claim: JobClaim): Promise<boolean> {
  const open = (await ports.agreements.listOfBatch(claim.subject)).filter(isToMake);
  let renewedAt = ports.clock.now();
  for (let start = 0; start < open.length; start += AT_ONCE) {
    const now = ports.clock.now();
    if (now - renewedAt > LEASE_MS / 3) {
      if (!(await ports.jobs.renew(claim, toInstant(now + LEASE_MS)))) return false;
      renewedAt = now;
    }
    await Promise.all(open.slice(start, start + AT_ONCE).map((agreement) => generateOne(ports, agreement)));
    await new Promise(setImmediate);
  }
  return true;
}

async function generateOne(ports: WorkPorts, agreement: AgreementRecord): Promise<void> {
  try {
    const data = dataOf(agreement, ports.templates);
    const template = templateFor(ports.templates, data.template);
    assertInForce(template, ports.clock.now());
    const bytes = renderRevisionZero(template, data);
    const sha256 = await ports.blobs.put(bytes);
    const at = ports.clock.now();
    await ports.agreements.appendRevision({
      agreement: agreement.number,
      expected: null,
      sha256,
      lengthBytes: bytes.length,
      signature: null,
      at,
      event: { tenant: agreement.tenant, at, kind: 'AGREEMENT_GENERATED', subject: agreement.number, detail: { sha256 } },
    });
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    await ports.agreements.recordFailure(agreement.number, { code: cause.code, zh: cause.zh });
  }
}
