/** What nobody asks for and has to be done all the same: finds agreements that a crash left unsealed, renews archives in time, lets go of old data. */
import { RENEW_JOB, SEAL_JOB } from './job-kinds.ts';
import { scheduleRenewal } from './renew-archive.ts';
import type { Ports } from './workflow.ts';

/** At most so many of a kind at once; the next sweep finds the others. */
const AT_ONCE = 1000;

export interface Swept {
  readonly unsealed: number;
  readonly due: number;
  readonly purged: Readonly<Record<string, number>>;
}

/** May be done at any time, by several processes at once, and again after a crash. */
export async function sweep(
  ports: Pick<Ports, 'agreements' | 'archives' | 'blobs' | 'clock' | 'housekeeping' | 'jobs' | 'templates'>,
): Promise<Swept> {
  const now = ports.clock.now();
  const unsealed = await ports.archives.listUnsealed(AT_ONCE);
  for (const number of unsealed) await ports.jobs.enqueue(SEAL_JOB, number, now);
  for (const number of await ports.archives.listUnscheduled(AT_ONCE)) {
    // An additional signature may have come between the last one and its seal.
    if ((await scheduleRenewal(ports, number)) === 'unsealed') await ports.jobs.enqueue(SEAL_JOB, number, now);
  }
  const due = await ports.archives.listDue(now, AT_ONCE);
  for (const number of due) await ports.jobs.enqueue(RENEW_JOB, number, now);
  return { unsealed: unsealed.length, due: due.length, purged: await ports.housekeeping.purge(now) };
}
