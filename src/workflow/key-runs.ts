/** When the job that signs with a key of the server is asked to go on. */
import { KEY_RUN_JOB } from './job-kinds.ts';
import type { Ports } from './workflow.ts';

/** Goes on with the open runs of a batch or of a key. */
export async function wakeKeyRuns(
  ports: Pick<Ports, 'clock' | 'jobs' | 'organisationKeys'>,
  of: { readonly batch: string } | { readonly key: string },
): Promise<void> {
  for (const run of await ports.organisationKeys.openRuns(of)) await ports.jobs.enqueue(KEY_RUN_JOB, run.id, ports.clock.now());
}
