import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../src/digest.ts';
import { toInstant } from '../../src/instant.ts';
import { printPem } from '../../src/pki/pem.ts';
import { parseRelease, type ReleaseFiles } from '../../src/template/release.ts';
import { type TemplateAuthorities, trusting } from '../../src/verify/judge-release.ts';
import { loadTemplates, openPack } from '../../src/workflow/load-templates.ts';
import { acceptRelease, withdrawRelease } from '../../src/workflow/release-template.ts';
import { craftCms, makeLeaf, material, openssl, scratch } from '../pki/support.ts';
import {
  day,
  forge,
  makeAuthority,
  packOf,
  readReleaseOf,
  refusal,
  releaseOf,
  signJson,
  type TestAuthority,
  withRelease,
} from './released-pack.ts';
import { AT, clockAt, DAY, fonts } from './signed-agreement.ts';

const regional = packOf('jiangsu', '1', 'regional');
const national = packOf('guojia', '1', 'national');
const province = makeAuthority('某省教育厅');
const ministry = makeAuthority('某部');
const stranger = makeAuthority('某省教育厅');
const trusted: TemplateAuthorities = { national: [ministry.certificate.der], regional: [province.certificate.der] };

const judged = (files: ReleaseFiles, authorities: TemplateAuthorities = trusted): string =>
  refusal(() => trusting(authorities)(parseRelease(files.json, 'test'), files));
const opened = (release: ReleaseFiles, files = regional): string => refusal(() => openPack(withRelease(files, release), fonts, trusted));

describe('a release by a trusted authority', () => {
  it('is accepted when the certificate itself is trusted', () => {
    expect(opened(releaseOf(regional, province))).toBe('accepted');
    expect(opened(releaseOf(national, ministry, { status: 'national' }), national)).toBe('accepted');
  });

  it('is accepted when a root above the certificate is trusted', () => {
    const below = makeAuthority('某市教育局', {}, material.issuing);
    const files = releaseOf(regional, below);
    expect(judged(files, { national: [], regional: [material.root.certificate.der] })).toBe('accepted');
    expect(judged(files, { national: [], regional: [below.certificate.der] })).toBe('accepted');
  });

  it('may be made with an RSA key', () => {
    const rsa = makeAuthority('某省教育厅', {}, undefined, 'rsa2048');
    expect(judged(releaseOf(regional, rsa), { national: [], regional: [rsa.certificate.der] })).toBe('accepted');
  });

  it('verifies with openssl as a detached CMS', () => {
    const { json, signature } = releaseOf(regional, province);
    const paths = [
      scratch('release.json', json),
      scratch('release.p7s', signature),
      scratch('authority.pem', printPem({ label: 'CERTIFICATE', der: province.certificate.der })),
    ] as const;
    const args = [
      '-inform',
      'DER',
      '-in',
      paths[1],
      '-content',
      paths[0],
      '-CAfile',
      paths[2],
      '-purpose',
      'any',
      '-attime',
      String(AT / 1000),
    ];
    expect(openssl('cms', '-verify', '-binary', ...args)).toContain('sanfang.release/1');
  });
});

describe('who signed', () => {
  const cases: readonly (readonly [string, TestAuthority, Partial<ReturnType<typeof readReleaseOf>>, string])[] = [
    ["a stranger's key under the authority's name", stranger, {}, 'TEMPLATE_AUTHORITY_UNTRUSTED'],
    ['the national authority, for a regional text', ministry, {}, 'TEMPLATE_AUTHORITY_UNTRUSTED'],
    ["the regional authority in another's name", province, { authority: '某部' }, 'TEMPLATE_RELEASE_INVALID'],
  ];
  it.each(cases)('%s is refused', (_, by, changes, code) => {
    expect(judged(forge(regional, by, changes))).toBe(code);
  });

  it('a regional authority cannot make a national text', () => {
    expect(opened(forge(national, province, { status: 'national' }), national)).toBe('TEMPLATE_AUTHORITY_UNTRUSTED');
    expect(opened(forge(national, province, { status: 'regional' }), national)).toBe('TEMPLATE_RELEASE_MISMATCH');
  });

  it.each([
    ['expired', { notAfter: toInstant(AT - DAY) }],
    ['not yet valid', { notBefore: toInstant(AT + DAY) }],
  ])('a certificate %s at the time of issue is refused, the trusted one too', (_, validity) => {
    const authority = makeAuthority('某省教育厅', validity);
    expect(judged(forge(regional, authority, {}), { national: [], regional: [authority.certificate.der] })).toBe(
      'TEMPLATE_AUTHORITY_UNTRUSTED',
    );
  });

  it('a certificate that expires later keeps what it signed', () => {
    const authority = makeAuthority('某省教育厅', { notAfter: toInstant(AT + DAY) });
    expect(judged(releaseOf(regional, authority), { national: [], regional: [authority.certificate.der] })).toBe('accepted');
  });

  it('a party to agreements is no authority, even under a trusted root', () => {
    const student = makeLeaf();
    const party: TestAuthority = { ...student, chain: [student.certificate.der, material.issuing.certificate.der] };
    const files = forge(regional, party, { authority: '𬱖䶮' });
    expect(judged(files, { national: [], regional: [material.root.certificate.der] })).toBe('TEMPLATE_AUTHORITY_UNTRUSTED');
  });

  it('an authority does not vouch for certificates that it issued itself', () => {
    const below = makeAuthority('某省教育厅', {}, province);
    expect(judged(forge(regional, below, {}))).toBe('TEMPLATE_AUTHORITY_UNTRUSTED');
  });

  it('a root does not sign releases itself', () => {
    const root: TestAuthority = { ...material.root, chain: [material.root.certificate.der] };
    const files = forge(regional, root, {});
    expect(judged(files, { national: [], regional: [material.root.certificate.der] })).toBe('TEMPLATE_AUTHORITY_UNTRUSTED');
  });
});

describe('what was signed', () => {
  const good = releaseOf(regional, province);

  it('every word of release.json is covered', () => {
    const edited = (changes: Partial<ReturnType<typeof readReleaseOf>>): string =>
      judged({ json: forge(regional, province, changes).json, signature: good.signature });
    expect(edited({ effectiveUntil: day('2099-12-31') })).toBe('TEMPLATE_RELEASE_INVALID');
    expect(edited({ effectiveFrom: day('2020-01-01') })).toBe('TEMPLATE_RELEASE_INVALID');
    expect(edited({ issuedAt: toInstant(AT + DAY) })).toBe('TEMPLATE_RELEASE_INVALID');
    expect(edited({})).toBe('accepted');
  });

  it('a manifest digest of another pack is refused', () => {
    expect(
      opened(
        forge(regional, province, { manifestSha256: readReleaseOf(releaseOf(national, ministry, { status: 'national' })).manifestSha256 }),
      ),
    ).toBe('TEMPLATE_RELEASE_MISMATCH');
  });

  it('no single byte of the signature can be changed', () => {
    fc.assert(
      fc.property(fc.nat(good.signature.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const signature = good.signature.slice();
        signature[at] = (signature[at] ?? 0) ^ flip;
        expect(judged({ ...good, signature })).not.toBe('accepted');
      }),
    );
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['bytes behind it', Uint8Array.from([...good.signature, 0])],
    ['a signature of other bytes', signJson(new Uint8Array(3), province).signature],
    ['a further attribute or certificate', craftCms(province, sha256(good.json))],
  ])('%s as signature is refused', (_, signature) => {
    expect(judged({ ...good, signature })).toBe('TEMPLATE_RELEASE_INVALID');
  });

  it('half a release is refused', () => {
    expect(opened({ json: new Uint8Array(0), signature: good.signature })).toBe('TEMPLATE_RELEASE_INVALID');
  });
});

describe('a later release replaces an earlier one', () => {
  const at = (days: number) => ({ clock: clockAt(toInstant(AT + days * DAY)), fonts });
  const first = releaseOf(regional, province);
  const withdrawn = withdrawRelease(at(10), withRelease(regional, first), day('2026-04-01'), province);

  it('a withdrawal keeps everything but the day and the time of issue', () => {
    expect(readReleaseOf(withdrawn)).toEqual({ ...readReleaseOf(first), withdrawnOn: '2026-04-01', issuedAt: AT + 10 * DAY });
  });

  it('is taken over from the authority', () => {
    expect(refusal(() => acceptRelease(withRelease(regional, first), withdrawn, fonts, trusted))).toBe('accepted');
    expect(refusal(() => acceptRelease(regional, first, fonts, trusted))).toBe('accepted');
  });

  it('a downgrade is refused: the earlier release does not undo the withdrawal', () => {
    expect(refusal(() => acceptRelease(withRelease(regional, withdrawn), first, fonts, trusted))).toBe('TEMPLATE_RELEASE_NOT_NEWER');
    expect(refusal(() => acceptRelease(withRelease(regional, first), first, fonts, trusted))).toBe('TEMPLATE_RELEASE_NOT_NEWER');
  });

  it('a release by a stranger replaces nothing', () => {
    const forged = forge(regional, stranger, { issuedAt: toInstant(AT + DAY) });
    expect(refusal(() => acceptRelease(withRelease(regional, first), forged, fonts, trusted))).toBe('TEMPLATE_AUTHORITY_UNTRUSTED');
  });

  it('signing again at the same second is refused, a day later it is not', () => {
    const again = (days: number): string =>
      refusal(() => releaseOf(withRelease(regional, first), province, { until: day('2026-12-31') }, toInstant(AT + days * DAY)));
    expect([again(0), again(1)]).toEqual(['TEMPLATE_RELEASE_NOT_NEWER', 'accepted']);
  });

  it('nothing is withdrawn that was not released', () => {
    expect(refusal(() => withdrawRelease(at(1), regional, day('2026-04-01'), province))).toBe('TEMPLATE_AUTHORITY_MISSING');
  });

  it('a pack is signed only under the status it was imported with', () => {
    expect(refusal(() => releaseOf(regional, province, { status: 'national' }))).toBe('TEMPLATE_RELEASE_MISMATCH');
  });

  it('a pack is signed only when it is what was imported', () => {
    expect(refusal(() => releaseOf({ ...regional, body: new Uint8Array(5) }, province))).toBe('TEMPLATE_ALTERED');
  });

  it("is not signed with another certificate's key", () => {
    const mixed = { key: stranger.key, chain: province.chain };
    expect(refusal(() => releaseOf(regional, mixed))).toBe('TEMPLATE_KEY_REFUSED');
  });
});

describe('loadTemplates', () => {
  it('puts national texts first and refuses a version that stands there twice', () => {
    const files = [
      withRelease(regional, releaseOf(regional, province)),
      withRelease(national, releaseOf(national, ministry, { status: 'national' })),
    ];
    expect(loadTemplates(files, fonts, trusted).map(({ status }) => status)).toEqual(['national', 'regional']);
    expect(refusal(() => loadTemplates([...files, ...files], fonts, trusted))).toBe('TEMPLATE_VERSION_TWICE');
  });
});
