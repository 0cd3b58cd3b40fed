import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromUtf8, toUtf8 } from '../../src/bytes.ts';
import { sha256Hex } from '../../src/digest.ts';
import { toInstant } from '../../src/instant.ts';
import { standingOn } from '../../src/template/in-force.ts';
import { loadPack } from '../../src/template/load-pack.ts';
import { SAMPLE_MARK } from '../../src/template/locked-template.ts';
import { parseManifest, printManifest } from '../../src/template/manifest.ts';
import { parseRelease, printRelease, type Release } from '../../src/template/release.ts';
import { day, makeAuthority, packOf, refusal, releaseOf, withRelease } from '../verify/released-pack.ts';
import { AT, fonts, packFiles } from '../verify/signed-agreement.ts';

const RELEASE: Release = {
  pack: 'jiangsu',
  version: '2026.1',
  manifestSha256: sha256Hex(fromUtf8('manifest')),
  status: 'regional',
  authority: '某省教育厅',
  effectiveFrom: day('2026-01-01'),
  effectiveUntil: day('2027-08-31'),
  withdrawnOn: null,
  issuedAt: AT,
};

const refusalOf = (text: string): string => refusal(() => parseRelease(fromUtf8(text), 'jiangsu'));
const printed = (changes: Partial<Release> = {}): string => toUtf8(printRelease({ ...RELEASE, ...changes }));

describe('release.json', () => {
  it('reads back what it prints', () => {
    const date = fc.integer({ min: 0, max: 50_000 }).map((days) => day(new Date(days * 86_400_000).toISOString().slice(0, 10)));
    const release = fc.record({
      pack: fc.constantFrom('a', 'jiangsu-2026', 'x1'),
      version: fc.constantFrom('1', '2026.1', 'b-2'),
      manifestSha256: fc.constant(RELEASE.manifestSha256),
      status: fc.constantFrom('national' as const, 'regional' as const),
      authority: fc.constantFrom('教育部', 'Office of Education', '𬱖䶮局', '"引号"'),
      effectiveFrom: date,
      effectiveUntil: fc.constant(null),
      withdrawnOn: fc.constant(null),
      issuedAt: fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => toInstant(seconds * 1000)),
    });
    fc.assert(
      fc.property(release, (one) => {
        expect(parseRelease(printRelease(one), 'x')).toEqual(one);
      }),
    );
  });

  it.each([
    ['another key', printed().replace('{', '{"body":"第一条",')],
    ['a missing key', printed().replace('"withdrawnOn":null,', '').replace(',"withdrawnOn":null', '')],
    ['white space', printed().replace('{', '{ ')],
    ['a final newline', `${printed()}\n`],
    ['a key twice', printed().replace('{', '{"authority":"另一机构",')],
    ['keys in another order', `{${printed().slice(1, -1).split(',').reverse().join(',')}}`],
    ['a day that does not exist', printed().replace('2027-08-31', '2027-02-30')],
    ['an instant with milliseconds', printed().replace('00Z', '00.000Z')],
    ['the status of a sample', printed().replace('regional', 'sample')],
    ['a nameless authority', printed({ authority: '' })],
    ['a line break in the name', printed({ authority: '某省\n教育厅' })],
    ['a reversed reading direction in the name', printed({ authority: '某省\u202e教育厅' })],
    ['an end before the beginning', printed({ effectiveUntil: day('2025-12-31') })],
    ['a withdrawal before the day of issue', printed({ withdrawnOn: day('2026-02-28') })],
    ['no JSON', 'release'],
    ['nothing', ''],
  ])('refuses %s', (_, text) => {
    expect(refusalOf(text)).toBe('TEMPLATE_RELEASE_INVALID');
  });

  it('accepts a withdrawal from the day of issue on', () => {
    expect(refusalOf(printed({ withdrawnOn: day('2026-03-01') }))).toBe('accepted');
  });
});

describe('standing', () => {
  const inForce = { from: day('2026-01-01'), until: day('2026-08-31'), withdrawnOn: day('2026-06-01') };
  it.each([
    ['2025-12-31', 'notYet'],
    ['2026-01-01', 'inForce'],
    ['2026-05-31', 'inForce'],
    ['2026-06-01', 'withdrawn'],
    ['2026-09-01', 'withdrawn'],
  ])('on %s is %s', (text, standing) => {
    expect(standingOn(inForce, day(text))).toBe(standing);
  });

  it('includes the last day and excludes the next', () => {
    const open = { ...inForce, withdrawnOn: null };
    expect([standingOn(open, day('2026-08-31')), standingOn(open, day('2026-09-01'))]).toEqual(['inForce', 'ended']);
  });
});

describe('loadPack', () => {
  const regional = packOf('jiangsu', '1', 'regional');
  const authority = makeAuthority('某省教育厅');

  it('loads a sample without any release, marks it, and sets no dates', () => {
    const template = loadPack(packFiles, fonts);
    expect([template.status, template.mark]).toEqual(['sample', SAMPLE_MARK]);
    expect(template.inForce).toEqual({ from: null, until: null, withdrawnOn: null });
  });

  it.each(['national', 'regional'] as const)('refuses a %s text that nobody signed', (status) => {
    expect(refusal(() => loadPack(packOf('jiangsu', '1', status), fonts, () => {}))).toBe('TEMPLATE_AUTHORITY_MISSING');
  });

  it('refuses an authority text where no authority is trusted', () => {
    const files = withRelease(regional, releaseOf(regional, authority));
    expect(refusal(() => loadPack(files, fonts))).toBe('TEMPLATE_AUTHORITY_UNTRUSTED');
  });

  it('refuses a sample that became an authority text by one word in the manifest', () => {
    const manifest = printManifest({ ...parseManifest(packFiles.manifest), status: 'national' });
    expect(refusal(() => loadPack({ ...packFiles, manifest }, fonts))).toBe('TEMPLATE_AUTHORITY_MISSING');
  });

  it('refuses a release beside a sample', () => {
    const files = withRelease(packFiles, releaseOf(regional, authority));
    expect(refusal(() => loadPack(files, fonts, () => {}))).toBe('TEMPLATE_RELEASE_MISMATCH');
  });

  it.each([
    ['another version', packOf('jiangsu', '2', 'regional')],
    ['another pack', packOf('zhejiang', '1', 'regional')],
    ['another status', packOf('jiangsu', '1', 'national')],
    ['another title', { ...regional, manifest: printManifest({ ...parseManifest(regional.manifest), title: '另一份协议' }) }],
  ])('refuses a release of %s', (_, other) => {
    const files = withRelease(other, releaseOf(regional, authority));
    expect(refusal(() => loadPack(files, fonts, () => {}))).toBe('TEMPLATE_RELEASE_MISMATCH');
  });

  it('takes the dates from the release and leaves the pages alone', () => {
    const early = loadPack(withRelease(regional, releaseOf(regional, authority)), fonts, () => {});
    const late = loadPack(withRelease(regional, releaseOf(regional, authority, { until: day('2026-12-31') })), fonts, () => {});
    expect(early.inForce).toEqual({ from: '2026-01-01', until: null, withdrawnOn: null });
    expect(late.inForce.until).toBe('2026-12-31');
    expect(late.prefixSha256).toBe(early.prefixSha256);
    expect(early.mark).toBeNull();
  });
});
