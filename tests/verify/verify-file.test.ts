import { describe, expect, test } from 'vitest';
import type { Ink } from '../../src/agreement/ink.ts';
import { requiredRoles } from '../../src/agreement/signatories.ts';
import { renderRevisionZero } from '../../src/template/revision-zero.ts';
import { MINOR, VALUES } from '../agreement/sample-values.ts';
import {
  ANNEX,
  codesOf,
  context,
  credentialFor,
  DAY,
  finish,
  INK,
  later,
  makeData,
  prepare,
  signAll,
  signedMinor,
  template,
  verify,
} from './signed-agreement.ts';

const FULL_INK: Ink = Array.from({ length: 64 }, (_, i) =>
  Array.from({ length: 64 }, (_, k) => (k % 2 === 0 ? (i * 15 + k) % 1001 : (k * 6 + i) % 401)),
);
const LONG_ANNEX = {
  title: '补充条款',
  clauses: Array.from({ length: 40 }, (_, i) => `第${i}项：${'乙方为丙方提供实习所需的工具和用品。'.repeat(12)}`),
};

describe('an agreement made by this product passes', () => {
  test.each<[string, () => Promise<Uint8Array>]>([
    ['of an adult', () => signAll(makeData(VALUES))],
    ['of a minor with a guardian', () => signAll(makeData(MINOR))],
    ['with an annex', () => signAll(makeData(VALUES, ANNEX))],
    ['with the longest annex', () => signAll(makeData(MINOR, LONG_ANNEX))],
    ['with ink', () => signAll(makeData(VALUES), { ink: INK })],
    ['with a full page of ink', () => signAll(makeData(VALUES), { ink: FULL_INK })],
    ['with rare names', () => signAll(makeData({ ...MINOR, studentName: '𬱖㛃䶮', guardianName: '龘靐齉' }))],
    ['with a name of many parts', () => signAll(makeData({ ...VALUES, studentName: '阿卜杜热合曼·买买提明·吐尔逊江' }))],
    ['with ASCII values that look like PDF', () => signAll(makeData({ ...VALUES, studentClass: '>>endobj', policyNumber: '(\\)<</A>>' }))],
  ])('%s', async (_, make) => {
    const report = verify(await make());
    expect(codesOf(report)).toEqual([]);
    expect(report.verdict).toBe('passed');
    expect(report.missing).toEqual([]);
    expect(report.agreement).not.toBeNull();
    expect(report.signatures.every(({ assurance, timestamp }) => assurance === 'platform' && timestamp !== undefined)).toBe(true);
  });

  test('without any timestamp, while the certificates are valid, with a note', async () => {
    const data = makeData(MINOR);
    let file = renderRevisionZero(template, data);
    for (const role of requiredRoles(template, data)) {
      const credential = await credentialFor(data, role);
      file = await finish(prepare(file, role, credential), credential, null);
    }
    expect([...new Set(codesOf(verify(file)))]).toEqual(['TIME_ONLY_CLAIMED']);
    expect(verify(file).verdict).toBe('passed');
    expect(verify(file, { checkedAt: later(400 * DAY) }).verdict).toBe('review');
  });

  test('years later, under its timestamps', async () => {
    const report = verify(await signedMinor(), { checkedAt: later(3 * 365 * DAY) });
    expect(report.verdict).toBe('passed');
  });

  test('whatever stands before it in memory', async () => {
    const file = await signedMinor();
    const embedded = new Uint8Array(file.length + 77);
    embedded.set(file, 77);
    expect(verify(embedded.subarray(77)).verdict).toBe('passed');
  });
});

describe('a verification', () => {
  test('gives the same report each time', async () => {
    const file = await signedMinor();
    expect(JSON.stringify(verify(file))).toBe(JSON.stringify(verify(file.slice())));
  });

  test('does not change the file', async () => {
    const file = await signedMinor();
    const copy = file.slice();
    verify(file);
    expect(file).toEqual(copy);
  });

  test('trusts nothing without anchors and knows nothing without templates', async () => {
    const file = await signedMinor();
    const untrusted = verify(file, { trustAnchors: [] });
    expect(new Set(codesOf(untrusted))).toEqual(new Set(['CERTIFICATE_UNTRUSTED', 'TIMESTAMP_UNTRUSTED']));
    expect(untrusted.verdict).toBe('indeterminate');
    expect(codesOf(verify(file, { templates: [] }))).toEqual(['TEMPLATE_UNKNOWN']);
    expect(verify(file, { templates: [] }).verdict).toBe('indeterminate');
    expect(verify(file, { ...context }).verdict).toBe('passed');
  });

  test('says that a party signed after the internship had begun', async () => {
    const started = { ...MINOR, startsOn: '2026-02-01', endsOn: '2026-07-31', studentIdNumber: VALUES['studentIdNumber'] ?? '' };
    const report = verify(await signAll(makeData(started)));
    expect(codesOf(report)).toContain('SIGNED_AFTER_START');
    expect(report.verdict).not.toBe('passed');
  });
});
