import { describe, expect, test } from 'vitest';
import type { InForce } from '../../src/template/in-force.ts';
import type { LockedTemplate } from '../../src/template/locked-template.ts';
import type { TemplateStatus } from '../../src/template/template-document.ts';
import { assertInForce, chooseDefaultTemplate, chooseTemplate, compareVersions } from '../../src/workflow/choose-template.ts';
import { day, refusal } from '../verify/released-pack.ts';
import { AT, DAY, later, template } from '../verify/signed-agreement.ts';

const make = (
  pack: string,
  version: string,
  status: TemplateStatus,
  dates: Partial<Record<keyof InForce, string>> = {},
): LockedTemplate => ({
  ...template,
  pack,
  version,
  status,
  inForce: {
    from: dates.from === undefined ? null : day(dates.from),
    until: dates.until === undefined ? null : day(dates.until),
    withdrawnOn: dates.withdrawnOn === undefined ? null : day(dates.withdrawnOn),
  },
});
const versionOf = (templates: readonly LockedTemplate[], pack: string, at = AT): string => chooseTemplate(templates, pack, at).version;

describe('the version of a pack that is in force', () => {
  const v1 = make('js', '1', 'regional', { from: '2025-01-01', until: '2026-03-01' });
  const v2 = make('js', '2', 'regional', { from: '2026-03-02' });

  test('changes with the day in Beijing', () => {
    expect(versionOf([v2, v1], 'js')).toBe('1');
    expect(versionOf([v1, v2], 'js', later(15 * 3_600_000 - 1000))).toBe('1');
    expect(versionOf([v1, v2], 'js', later(15 * 3_600_000))).toBe('2');
  });

  test('is the most recent where two overlap, and the higher number where both began together', () => {
    const open = make('js', '1', 'regional', { from: '2025-01-01' });
    expect(versionOf([open, v2], 'js', later(5 * DAY))).toBe('2');
    const together = ['1.9', '1.10', '1.2'].map((version) => make('js', version, 'regional', { from: '2025-01-01' }));
    expect(versionOf(together, 'js')).toBe('1.10');
  });

  test('falls back to the version before when the newer is withdrawn and the older still stands', () => {
    const open = make('js', '1', 'regional', { from: '2025-01-01' });
    const withdrawn = make('js', '2', 'regional', { from: '2026-02-01', withdrawnOn: '2026-03-01' });
    expect(versionOf([withdrawn, open], 'js')).toBe('1');
  });

  test.each([
    ['before the first day', [v2]],
    ['after the last day', [make('js', '1', 'regional', { from: '2024-01-01', until: '2026-02-28' })]],
    ['from the day of withdrawal on', [make('js', '1', 'regional', { from: '2024-01-01', withdrawnOn: '2026-03-01' })]],
  ])('is none %s', (_, templates) => {
    expect(refusal(() => versionOf(templates, 'js'))).toBe('TEMPLATE_NOT_IN_FORCE');
  });

  test('is never a sample of the same name while an authority has a text of it', () => {
    const sample = make('js', '99', 'sample');
    expect(versionOf([sample, v1], 'js')).toBe('1');
    expect(refusal(() => versionOf([sample, v2], 'js'))).toBe('TEMPLATE_NOT_IN_FORCE');
    expect(versionOf([sample], 'js')).toBe('99');
  });

  test('is the national one where a regional authority uses its name', () => {
    const national = make('js', '1', 'national', { from: '2021-01-01' });
    expect(chooseTemplate([v1, national], 'js', AT).status).toBe('national');
  });

  test('does not exist for an unknown pack', () => {
    expect(refusal(() => versionOf([v1], 'zj'))).toBe('TEMPLATE_NOT_FOUND');
  });
});

describe('the text for new batches', () => {
  const sample = make('sample', '1', 'sample');
  const regional = make('js', '1', 'regional', { from: '2025-01-01', until: '2026-03-31' });

  test('is national before regional before sample', () => {
    const national = make('gj', '1', 'national', { from: '2021-01-01' });
    expect(chooseDefaultTemplate([sample, regional, national], AT).pack).toBe('gj');
    expect(chooseDefaultTemplate([sample, regional], AT).pack).toBe('js');
    expect(chooseDefaultTemplate([sample], AT).pack).toBe('sample');
  });

  test('stays regional until a national one comes into force', () => {
    const coming = make('gj', '1', 'national', { from: '2026-03-15' });
    expect(chooseDefaultTemplate([coming, regional], AT).pack).toBe('js');
    expect(chooseDefaultTemplate([coming, regional], later(20 * DAY)).pack).toBe('gj');
  });

  test('is never quietly the sample when the real ones have ended', () => {
    expect(refusal(() => chooseDefaultTemplate([regional, sample], later(60 * DAY)))).toBe('TEMPLATE_NOT_IN_FORCE');
    expect(refusal(() => chooseDefaultTemplate([], AT))).toBe('TEMPLATE_NOT_LOADED');
  });
});

test('assertInForce holds to the day', () => {
  const ends = make('js', '1', 'regional', { from: '2026-03-01', until: '2026-03-01' });
  expect(refusal(() => assertInForce(ends, AT))).toBe('accepted');
  expect(refusal(() => assertInForce(ends, later(DAY)))).toBe('TEMPLATE_NOT_IN_FORCE');
  expect(refusal(() => assertInForce(ends, later(-DAY)))).toBe('TEMPLATE_NOT_IN_FORCE');
});

test.each([
  ['1.9', '1.10', -1],
  ['2', '1.10', 1],
  ['2021', '2021', 0],
  ['2021-b', '2021-a', 1],
  ['1', '1.0', -1],
])('version %s beside %s', (a, b, sign) => {
  expect(Math.sign(compareVersions(a, b))).toBe(sign);
  expect(Math.sign(compareVersions(b, a))).toBe(0 - sign);
});
