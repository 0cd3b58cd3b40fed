import { expect, test } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { parseCertificate } from '../../src/pki/certificate.ts';
import type { TimestampAuthority } from '../../src/ports.ts';
import type { FileReport } from '../../src/verify/report.ts';
import { verifyFile } from '../../src/verify/verify-file.ts';
import { workOnce } from '../../src/workflow/generate-batch.ts';
import { sealStored } from '../../src/workflow/seal-agreement.ts';
import { firstNumber, openTestBatch, type TestBatch } from './test-batch.ts';

/** An agreement that all have signed, its seal still queued. */
async function openSigned(): Promise<{ readonly world: TestBatch; readonly number: string }> {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'adult');
  for (const role of ['student', 'unit', 'school'] as const) await (await world.visit(number, role)).signAgreement(number);
  return { world, number };
}

async function reportOf({ ports }: TestBatch, number: string): Promise<FileReport> {
  const agreement = await ports.agreements.find(number);
  if (agreement?.state !== 'completed') throw new Error('not completed');
  const { templates, trustAnchors, clock } = ports;
  return verifyFile(await ports.blobs.get(agreement.head.sha256), { templates, trustAnchors, checkedAt: clock.now() });
}

const kindsOf = async ({ ports }: TestBatch, number: string): Promise<string[]> =>
  (await ports.audit.list('demo'))
    .filter(({ subject, kind }) => subject === number && kind.startsWith('AGREEMENT_SEAL'))
    .map(({ kind }) => kind);

test('what the last party has signed is sealed, once', async () => {
  const { world, number } = await openSigned();
  expect((await reportOf(world, number)).level).toBe('B-T');
  await world.work();
  expect(await reportOf(world, number)).toMatchObject({ level: 'B-LTA', verdict: 'passed' });
  expect(await sealStored(world.ports, number)).toBe('nothing to do');
  expect(await kindsOf(world, number)).toEqual(['AGREEMENT_SEALED']);
});

test('while the timestamp authority fails the agreement stays as it was signed, and is sealed when it is back', async () => {
  const { world, number } = await openSigned();
  const down: TimestampAuthority = { stamp: () => Promise.reject(new AppError('TIMESTAMP_UNAVAILABLE')) };
  await expect(workOnce({ ...world.ports, timestamps: down })).rejects.toThrow('TIMESTAMP_UNAVAILABLE');
  expect(await workOnce(world.ports)).toBe(false);
  expect(await reportOf(world, number)).toMatchObject({ level: 'B-T', verdict: 'passed' });
  world.wait(31_000);
  await world.work();
  expect(await reportOf(world, number)).toMatchObject({ level: 'B-LTA', verdict: 'passed' });
});

test('a revoked certificate is not sealed, and not tried again', async () => {
  const { world, number } = await openSigned();
  const { revocation } = world.ports;
  const source = {
    ...revocation,
    crls: revocation.crls,
    ocsp: async (certificate: Uint8Array, issuer: Uint8Array) => {
      if (parseCertificate(certificate).subject.organisationalUnit === 'unit') world.revoke(certificate);
      return revocation.ocsp(certificate, issuer);
    },
  };
  expect(await workOnce({ ...world.ports, revocation: source })).toBe(true);
  world.wait(31_000);
  expect(await workOnce(world.ports)).toBe(false);
  expect(await kindsOf(world, number)).toEqual(['AGREEMENT_SEAL_REFUSED']);
  expect((await reportOf(world, number)).level).toBe('B-T');
});
