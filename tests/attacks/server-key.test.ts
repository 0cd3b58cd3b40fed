/** A key that the server keeps: used by whom nobody asked, for longer than somebody wanted, or without a trace. */
import { describe, expect, test } from 'vitest';
import { E_SIGNING_TERMS_SHA256 } from '../../src/agreement/e-signing-terms.ts';
import { listKeys, lockKey, removeKey, stopKeyRun } from '../../src/workflow/organisation-key.ts';
import { signWithKey } from '../../src/workflow/sign-with-key.ts';
import type { Ports } from '../../src/workflow/workflow.ts';
import { openTestBatch, type TestBatch } from '../workflow/test-batch.ts';
import { SCHOOL } from '../workflow/test-service.ts';

const PASSPHRASE = 'correct horse battery';

interface Running {
  readonly world: TestBatch;
  readonly numbers: readonly string[];
  readonly key: string;
  readonly run: string;
  /** Runs the job, with other ports where given. */
  work(ports?: Ports): Promise<boolean>;
  signed(): Promise<readonly string[]>;
  uses(): Promise<readonly string[]>;
}

/** Three agreements that wait for the school, a key unlocked and told to sign them. */
async function openRun(): Promise<Running> {
  const world = await openTestBatch();
  const { school, batchId, ports } = world;
  const numbers = world.batch.rows.filter(({ cells }) => cells.guardian.state === 'none').map(({ agreementNumber }) => agreementNumber);
  for (const number of numbers.slice(0, 3))
    for (const role of ['student', 'unit'] as const) await (await world.visit(number, role)).signAgreement(number);
  await school.form('/school/signing/keys/made', { label: '公章', operator: '0731', passphrase: PASSPHRASE, batchId });
  const [{ id: key = '' } = {}] = await listKeys(ports, SCHOOL);
  await school.form(`/school/signing/keys/${key}/unlocking`, { operator: '0731', passphrase: PASSPHRASE, minutes: '60' });
  const form = { operator: '0731', keyId: key, batchId, terms: E_SIGNING_TERMS_SHA256, consent: 'yes' };
  expect((await school.form('/school/signing/runs', form)).status).toBe(303);
  const [{ id: run = '' } = {}] = await ports.organisationKeys.openRuns({ key });
  const hasSigned = async (number: string): Promise<boolean> =>
    (await ports.agreements.find(number))?.parties.some(({ role, signedAt }) => role === 'school' && signedAt !== null) ?? false;
  return {
    world,
    numbers: numbers.slice(0, 3),
    key,
    run,
    work: (by = ports) => signWithKey(by, { kind: 'sign-with-key', subject: run, attempt: 1, failures: 0 }),
    signed: async () => {
      const all = await Promise.all(numbers.map(async (number) => ({ number, done: await hasSigned(number) })));
      return all.filter(({ done }) => done).map(({ number }) => number);
    },
    uses: async () =>
      (await ports.audit.list(SCHOOL.id)).filter(({ kind }) => kind === 'ORGANISATION_KEY_USED').map(({ subject }) => subject),
  };
}

/** The same ports, but something happens right after the first use of the key. */
function after(first: Running, act: () => Promise<void>): Ports {
  const { ports } = first.world;
  let used = false;
  const sign: Ports['keeper']['sign'] = async (key, message) => {
    const value = await ports.keeper.sign(key, message);
    if (!used) await act();
    used = true;
    return value;
  };
  return { ...ports, keeper: { ...ports.keeper, sign } };
}

describe('a run that somebody ends while it is signing', () => {
  const ways: readonly (readonly [string, (running: Running) => Promise<void>])[] = [
    ['stopped', ({ world, run }) => stopKeyRun(world.ports, SCHOOL, run)],
    ['its key locked', ({ world, key }) => lockKey(world.ports, SCHOOL, key)],
    ['its key removed', ({ world, key }) => removeKey(world.ports, SCHOOL, key)],
  ];
  test.each(ways)('signs nothing more: %s', async (_, end) => {
    const running = await openRun();
    await running.work(after(running, () => end(running)));
    expect(await running.signed()).toHaveLength(1);
    expect(await running.uses()).toHaveLength(1);
  });
});

test('an agreement that is taken back while the key signs does not get that signature, and the use stays in the log', async () => {
  const running = await openRun();
  const [first = '', ...others] = running.numbers;
  const { school } = running.world;
  const take = async (): Promise<void> => {
    const answer = await school.form(`/school/agreements/${first}/voiding`, { reason: 'value-wrong', message: '' });
    expect(answer.status).toBe(303);
  };
  await running.work(after(running, take));
  expect(await running.signed()).toEqual(others);
  expect(await running.uses()).toEqual(running.numbers);
  expect(await running.world.ports.agreements.find(first)).toMatchObject({ state: 'voided', head: { number: 2 } });
});

test('a process that dies between the log and the key leaves a use without a signature, never a signature without a use', async () => {
  const running = await openRun();
  const { ports } = running.world;
  const die = async (): Promise<never> => {
    throw new Error('killed');
  };
  await expect(running.work({ ...ports, keeper: { ...ports.keeper, sign: die } })).rejects.toThrow('killed');
  expect(await running.signed()).toEqual([]);
  expect(await running.uses()).toHaveLength(1);
  const unable = { ...ports, audit: { ...ports.audit, append: die } };
  await expect(running.work(unable)).rejects.toThrow('killed');
  expect(await running.signed()).toEqual([]);
  await running.work();
  expect(await running.signed()).toEqual(running.numbers);
  expect(new Set(await running.uses())).toEqual(new Set(running.numbers));
});
