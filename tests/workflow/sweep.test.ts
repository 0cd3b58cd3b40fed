import { expect, test } from 'vitest';
import { joinedRevocation } from '../../src/adapters/crl-client.ts';
import { systemRandom } from '../../src/adapters/random.ts';
import { AppError } from '../../src/errors.ts';
import { toInstant } from '../../src/instant.ts';
import type { TimestampAuthority } from '../../src/ports.ts';
import type { FileReport } from '../../src/verify/report.ts';
import { verifyFile } from '../../src/verify/verify-file.ts';
import { workOnce } from '../../src/workflow/generate-batch.ts';
import { SEAL_JOB } from '../../src/workflow/job-kinds.ts';
import { sweep } from '../../src/workflow/sweep.ts';
import type { Ports } from '../../src/workflow/workflow.ts';
import { makeMemoryAuthority } from '../adapters/memory-authority.ts';
import { firstNumber, openTestBatch, type TestBatch } from './test-batch.ts';

const DAY = 86_400_000;
const YEAR = 365 * DAY;

async function openSigned(): Promise<{ readonly world: TestBatch; readonly number: string }> {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'adult');
  for (const role of ['student', 'unit', 'school'] as const) await (await world.visit(number, role)).signAgreement(number);
  return { world, number };
}

async function reportOf(ports: Ports, number: string): Promise<FileReport> {
  const agreement = await ports.agreements.find(number);
  if (agreement?.state !== 'completed') throw new Error('not completed');
  const { templates, trustAnchors, clock } = ports;
  return verifyFile(await ports.blobs.get(agreement.head.sha256), { templates, trustAnchors, checkedAt: clock.now() });
}

const standingOf = async ({ jobs }: Ports, kind: string) => (await jobs.standing()).filter((one) => one.kind === kind);

test('an agreement whose last signature was stored just before a crash is found and sealed', async () => {
  const { world, number } = await openSigned();
  const { ports } = world;
  const claim = await ports.jobs.claim(ports.clock.now(), toInstant(ports.clock.now() + 1000));
  if (claim === undefined) throw new Error('nothing queued');
  await ports.jobs.finish(claim);
  expect(await sweep(ports)).toMatchObject({ unsealed: 1 });
  expect(await sweep(ports)).toMatchObject({ unsealed: 0 });
  await world.work();
  expect(await reportOf(ports, number)).toMatchObject({ level: 'B-LTA', verdict: 'passed' });
  expect(await sweep(ports)).toMatchObject({ unsealed: 0, due: 0 });
});

test('while sealing fails the rests grow to an hour, the reason is kept, and a sweep does not hurry it', async () => {
  const { world } = await openSigned();
  const { ports } = world;
  const down: TimestampAuthority = { stamp: () => Promise.reject(new AppError('TIMESTAMP_UNAVAILABLE')) };
  const failing = { ...ports, timestamps: down };
  for (const seconds of [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]) {
    await expect(workOnce(failing)).rejects.toThrow('TIMESTAMP_UNAVAILABLE');
    await sweep(ports);
    world.wait(seconds * 1000 - 1);
    expect(await workOnce(failing)).toBe(false);
    world.wait(1);
  }
  expect(await standingOf(ports, SEAL_JOB)).toEqual([{ kind: SEAL_JOB, state: 'queued', code: 'TIMESTAMP_UNAVAILABLE', count: 1 }]);
});

test('what was refused for good is not tried again by a sweep', async () => {
  const { world, number } = await openSigned();
  const { ports } = world;
  const claim = await ports.jobs.claim(ports.clock.now(), toInstant(ports.clock.now() + 1000));
  if (claim === undefined) throw new Error('nothing queued');
  await ports.jobs.refuse(claim, 'CERTIFICATE_REVOKED');
  expect(await sweep(ports)).toMatchObject({ unsealed: 0 });
  world.wait(DAY);
  expect(await workOnce(ports)).toBe(false);
  expect(await standingOf(ports, SEAL_JOB)).toEqual([{ kind: SEAL_JOB, state: 'refused', code: 'CERTIFICATE_REVOKED', count: 1 }]);
  expect((await reportOf(ports, number)).level).toBe('B-T');
});

test('an archive is renewed ninety days before the timestamp authority’s certificate expires, by one that lasts longer', async () => {
  const { world, number } = await openSigned();
  const { ports } = world;
  await world.work();
  world.wait(5 * YEAR - 91 * DAY);
  expect(await sweep(ports)).toMatchObject({ due: 0 });
  world.wait(2 * DAY);
  expect(await sweep(ports)).toMatchObject({ due: 1 });

  await expect(workOnce(ports)).rejects.toThrow('ARCHIVE_NOT_EXTENDED');
  world.wait(DAY);
  await sweep(ports);
  expect(await workOnce(ports)).toBe(false);
  world.wait(6 * DAY);

  const next = makeMemoryAuthority({ clock: ports.clock, random: systemRandom });
  const later = {
    ...ports,
    timestamps: next,
    revocation: joinedRevocation([ports.revocation, next]),
    trustAnchors: [...ports.trustAnchors, ...(await next.trustAnchors())],
  };
  expect(await workOnce(later)).toBe(true);
  const report = await reportOf(later, number);
  expect(report).toMatchObject({ level: 'B-LTA', verdict: 'passed' });
  expect(report.archivedAt).toHaveLength(2);
  expect(await sweep(later)).toMatchObject({ due: 0, unsealed: 0 });
  expect((await ports.audit.list('demo')).filter(({ kind }) => kind === 'ARCHIVE_RENEWED')).toHaveLength(1);
  world.wait(YEAR);
  expect((await reportOf(later, number)).findings.map(({ code }) => code)).not.toContain('ARCHIVE_RENEWAL_DUE');
});

test('a sealed agreement of which nobody noted when it is due is noted', async () => {
  const { world } = await openSigned();
  const { ports } = world;
  const forgetful = { ...ports, archives: { ...ports.archives, schedule: async () => undefined } };
  expect(await workOnce(forgetful)).toBe(true);
  expect(await ports.archives.listUnscheduled(9)).toHaveLength(1);
  await sweep(ports);
  expect(await ports.archives.listUnscheduled(9)).toHaveLength(0);
});
