import { describe, expect, it } from 'vitest';
import type { InForce } from '../../src/template/in-force.ts';
import type { LockedTemplate } from '../../src/template/locked-template.ts';
import { renderRevisionZero } from '../../src/template/revision-zero.ts';
import { day } from './released-pack.ts';
import {
  codesOf,
  credentialFor,
  DAY,
  finish,
  isSoundSoFar,
  later,
  makeData,
  prepare,
  signAll,
  signedAdult,
  template,
  verify,
} from './signed-agreement.ts';

const ALWAYS: InForce = { from: null, until: null, withdrawnOn: null };
/** The sample as though an authority had set dates; signatures are made on 2026-03-01 in Beijing. */
const dated = (inForce: Partial<InForce>): LockedTemplate => ({ ...template, inForce: { ...ALWAYS, ...inForce } });
const judged = (file: Uint8Array, inForce: Partial<InForce>, daysLater = 0) =>
  verify(file, { templates: [dated(inForce)], checkedAt: later(daysLater * DAY) });

/** Signed by all; the school, who is last, on another day. */
async function schoolSigns(daysLater: number, stamped: 'timestamped' | 'claimed'): Promise<Uint8Array> {
  const data = makeData();
  const file = await signAll(data, { roles: ['student', 'unit'] });
  const credential = await credentialFor(data, 'school');
  const at = later(daysLater * DAY);
  return finish(prepare(file, 'school', credential, at), credential, stamped === 'timestamped' ? at : null);
}

describe('an agreement and the dates of its template', () => {
  it('passes inside the dates, on the first and on the last day', async () => {
    const file = await signedAdult();
    expect(codesOf(judged(file, { from: day('2026-03-01'), until: day('2026-03-01') }))).toEqual([]);
  });

  it('passes for ever once signed in time: superseded or withdrawn later', async () => {
    const file = await signedAdult();
    expect(codesOf(judged(file, { until: day('2026-03-31') }, 300))).toEqual([]);
    expect(codesOf(judged(file, { withdrawnOn: day('2026-03-02') }, 300))).toEqual([]);
    expect(judged(file, { until: day('2026-03-31'), withdrawnOn: day('2026-03-02') }, 300).verdict).toBe('passed');
  });

  it.each<[string, Partial<InForce>, string]>([
    ['before the template came into force', { from: day('2026-03-02') }, 'TEMPLATE_NOT_IN_FORCE'],
    ['after it was superseded', { until: day('2026-02-28') }, 'TEMPLATE_NOT_IN_FORCE'],
    ['on the day of its withdrawal', { withdrawnOn: day('2026-03-01') }, 'TEMPLATE_WITHDRAWN'],
    ['after its withdrawal, whatever its dates', { until: day('2026-02-27'), withdrawnOn: day('2026-02-28') }, 'TEMPLATE_WITHDRAWN'],
  ])('fails when signed %s', async (_, inForce, code) => {
    const report = judged(await signedAdult(), inForce);
    expect(codesOf(report)).toEqual([code]);
    expect(report.verdict).toBe('failed');
    expect(report.findings.find((finding) => finding.code === code)).toMatchObject({ party: 'school', revision: 3 });
  });

  it('goes by the last signature', async () => {
    const file = await schoolSigns(5, 'timestamped');
    expect(codesOf(judged(file, { withdrawnOn: day('2026-03-04') }, 5))).toEqual(['TEMPLATE_WITHDRAWN']);
    expect(codesOf(judged(file, { from: day('2026-03-04') }, 5))).toEqual([]);
  });

  it('counts days in Beijing, not in UTC', async () => {
    // 2026-03-01T15:59:59Z is still the first of March in Beijing, one second later it is the second.
    const hours = 14 / 24 + 3599 / 86_400;
    expect(codesOf(judged(await schoolSigns(hours, 'timestamped'), { until: day('2026-03-01') }, 1))).toEqual([]);
    expect(codesOf(judged(await schoolSigns(15 / 24, 'timestamped'), { until: day('2026-03-01') }, 1))).toEqual(['TEMPLATE_NOT_IN_FORCE']);
  });

  it('does not believe a claimed time once the template may no longer be used', async () => {
    const file = await schoolSigns(0, 'claimed');
    const codes = (daysLater: number) => codesOf(judged(file, { withdrawnOn: day('2026-03-03') }, daysLater));
    expect(codes(0)).not.toContain('TEMPLATE_TIME_NOT_PROVEN');
    expect(codes(4)).toContain('TEMPLATE_TIME_NOT_PROVEN');
    expect(judged(file, { withdrawnOn: day('2026-03-03') }, 4).verdict).not.toBe('passed');
  });

  it('says nothing of an agreement that nobody has signed, and stops the first signature that comes too late', async () => {
    const data = makeData();
    const inForce = { withdrawnOn: day('2026-02-01') };
    expect(codesOf(judged(renderRevisionZero(template, data), inForce))).not.toContain('TEMPLATE_WITHDRAWN');
    const first = await signAll(data, { roles: ['student'] });
    expect(isSoundSoFar(judged(first, inForce))).toBe(false);
    expect(isSoundSoFar(judged(first, {}))).toBe(true);
  });
});
