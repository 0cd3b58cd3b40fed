import { expect, test } from 'vitest';
import { agreementStore } from '../../src/adapters/agreement-store.ts';
import { auditLog } from '../../src/adapters/audit-log.ts';
import { batchStore } from '../../src/adapters/batch-store.ts';
import { checkChain } from '../../src/agreement/audit-chain.ts';
import { BATCH, digestOf, event, openBareBatch, signBare } from './store-fixture.ts';
import { NOW, temporaryDatabase } from './temporary.ts';

const revisionZero = (agreement: string) => ({
  agreement,
  expected: null,
  sha256: digestOf(`${agreement} 0`),
  lengthBytes: 1,
  signature: null,
  at: NOW,
  event: event('generated'),
});

test('two parties signing at once never lose a signature', async () => {
  const one = temporaryDatabase();
  const numbers = Array.from({ length: 300 }, (_, index) => `A${index}`);
  await openBareBatch(one, numbers);
  const agreements = agreementStore(one);
  let overtaken = 0;
  for (const number of numbers) {
    expect(await agreements.appendRevision(revisionZero(number))).toBe('stored');
    const losses = await Promise.all([signBare(one, number, 'student'), signBare(one, number, 'unit')]);
    overtaken += losses[0] + losses[1];
    const record = await agreements.find(number);
    expect(record?.state).toBe('signing');
    expect(record?.parties.filter((party) => party.signedAt !== null).map((party) => party.role)).toEqual(['student', 'unit']);
  }
  expect(overtaken).toBeGreaterThan(0);
  expect(checkChain(await auditLog(one).list('school')).brokenAt).toBeNull();
});

test('revision 0 is stored once, whoever makes it', async () => {
  const db = temporaryDatabase();
  await openBareBatch(db, ['A']);
  const agreements = agreementStore(db);
  const outcomes = await Promise.all([agreements.appendRevision(revisionZero('A')), agreements.appendRevision(revisionZero('A'))]);
  expect(outcomes.sort()).toEqual(['moved', 'stored']);
});

test('a party that signed cannot be stored a second time, and the failed try leaves nothing', async () => {
  const db = temporaryDatabase();
  await openBareBatch(db, ['A']);
  await agreementStore(db).appendRevision(revisionZero('A'));
  await signBare(db, 'A', 'student');
  const before = await agreementStore(db).find('A');
  await expect(signBare(db, 'A', 'student')).rejects.toThrow();
  expect(await agreementStore(db).find('A')).toEqual(before);
});

test('the agreement is complete with the last signature', async () => {
  const db = temporaryDatabase();
  await openBareBatch(db, ['A']);
  await agreementStore(db).appendRevision(revisionZero('A'));
  for (const role of ['student', 'unit', 'school'] as const) {
    expect((await agreementStore(db).find('A'))?.state).toBe('signing');
    await signBare(db, 'A', role);
  }
  expect((await agreementStore(db).find('A'))?.state).toBe('completed');
});

test('a failure is kept with its code and forgotten once revision 0 exists', async () => {
  const db = temporaryDatabase();
  await openBareBatch(db, ['A']);
  const agreements = agreementStore(db);
  await agreements.recordFailure('A', { code: 'GLYPH_MISSING', zh: '缺字' });
  expect(await agreements.find('A')).toMatchObject({ state: 'failed', failure: { code: 'GLYPH_MISSING' } });
  await agreements.appendRevision(revisionZero('A'));
  await agreements.recordFailure('A', { code: 'GLYPH_MISSING', zh: '缺字' });
  expect((await agreements.find('A'))?.state).toBe('signing');
});

test('a roster opens one batch, however often it is asked', async () => {
  const db = temporaryDatabase();
  await openBareBatch(db, ['A']);
  const agreement = { number: 'B', dataText: '{}', parties: [], accompanies: null };
  expect(await batchStore(db).open({ ...BATCH, id: 'second' }, [agreement], event('batch-opened'))).toBe('batch');
  expect(await agreementStore(db).find('B')).toBeUndefined();
  expect(await batchStore(db).list('school')).toHaveLength(1);
});

test('an audit entry changed, dropped or forked is noticed', async () => {
  const db = temporaryDatabase();
  await openBareBatch(db, ['A']);
  const log = auditLog(db);
  await Promise.all([log.append(event('one')), log.append(event('two')), log.append(event('three'))]);
  const entries = await log.list('school');
  expect(checkChain(entries)).toEqual({ whole: entries.length, head: entries.at(-1)?.hash, brokenAt: null });
  expect(checkChain(entries.filter((_, index) => index !== 1))).toEqual({ whole: 1, head: entries[0]?.hash, brokenAt: 2 });
  expect(checkChain(entries.map((entry, index) => (index === 1 ? { ...entry, kind: 'other' } : entry))).brokenAt).toBe(2);
  const fork = { ...event('fork'), sequence: 99, previous: entries[1]?.previous ?? '', hash: 'f'.repeat(64), detail: '{}' };
  await expect(db.insertInto('audit').values(fork).execute()).rejects.toThrow(/UNIQUE/);
});
