/** Rows 25–29: algorithms, the grammar of a CMS, certificates and chains. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { AgreementData } from '../../src/agreement/agreement-data.ts';
import type { PartyRole } from '../../src/agreement/parties.ts';
import { identityDigestOf, signatoryOf } from '../../src/agreement/signatories.ts';
import { concatBytes, fromLatin1 } from '../../src/bytes.ts';
import { sha256 } from '../../src/digest.ts';
import type { Instant } from '../../src/instant.ts';
import { derSignatureAlgorithm } from '../../src/pki/algorithms.ts';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { CMS_OID, derSigningCertificate } from '../../src/pki/cms.ts';
import {
  constructedContextTag,
  derInteger,
  derNull,
  derOctetString,
  derOid,
  derSequence,
  derUtf8,
  derValue,
  parseDer,
} from '../../src/pki/der.ts';
import { fromP1363, toP1363 } from '../../src/pki/ecdsa-value.ts';
import { type CertificateIssuer, type CertificatePlan, signatoryName } from '../../src/pki/issue.ts';
import { derName } from '../../src/pki/names.ts';
import { certificatesIn } from '../../src/pki/pem.ts';
import { makeKeyPair } from '../../src/pki/sign.ts';
import type { Credential } from '../../src/workflow/sign-in-process.ts';
import {
  attribute,
  type CraftedCms,
  craftCms,
  issuerOf,
  type Leaf,
  makeLeaf,
  openssl,
  scratch,
  standardAttributes,
} from '../pki/support.ts';
import {
  AT,
  codesOf,
  credentialFor,
  DAY,
  finish,
  later,
  makeData,
  openAuthority,
  ours,
  prepare,
  signAll,
  verify,
} from '../verify/signed-agreement.ts';
import { layRevision, makeCms, type OpenRevision, putCms } from './forgery.ts';

let data: AgreementData;
let two: Uint8Array;
let open: OpenRevision;
let school: Credential;
beforeAll(async () => {
  data = makeData();
  two = await signAll(data, { roles: ['student', 'unit'] });
  open = layRevision(two, data, 'school');
  school = await credentialFor(data, 'school');
});

const issuing = () => ours.material.issuing;
const leafOf = ({ key, chain }: Credential): Leaf => ({ key, certificate: parseCertificate(chain[0] ?? new Uint8Array()) });
const verdictWith = (cms: Uint8Array): { readonly verdict: string; readonly codes: readonly string[] } => {
  const report = verify(putCms(open, cms));
  return { verdict: report.verdict, codes: codesOf(report).filter((code) => code !== 'TIMESTAMP_MISSING' && code !== 'TIME_ONLY_CLAIMED') };
};
/** A crafted CMS by the school's own key and certificate. */
const craft = (lies: CraftedCms = {}): Uint8Array =>
  craftCms(leafOf(school), open.digest, { certificates: [school.chain[0] ?? new Uint8Array(), issuing().certificate.der], ...lies });

/** What the school's certificate says, with any part replaced. */
function schoolLeaf(changes: Partial<CertificatePlan> = {}, issuer: CertificateIssuer = issuerOf(issuing())): Credential {
  const signatory = signatoryOf(data.fields, 'school');
  if (!('organisation' in signatory)) throw new Error('not an organisation');
  const profile = { kind: 'signatory', agreementNumber: null, policyOid: '2.999.1' } as const;
  const { key, certificate } = makeLeaf('p256', { profile, subject: signatoryName(signatory), ...changes }, issuer);
  return { key, chain: [certificate.der, issuing().certificate.der] };
}

const signedBy = async (credential: Credential, at: Instant = AT, stampedAt: Instant | null = AT): Promise<ReturnType<typeof verify>> =>
  verify(await finish(prepare(two, 'school', credential, at), credential, stampedAt), { checkedAt: at });

describe('row 25: weak algorithms', () => {
  const SHA1 = '1.3.14.3.2.26';
  const MD5 = '1.2.840.113549.2.5';

  test.each([
    ['SHA-1', SHA1, '1.2.840.10045.4.1'],
    ['MD5', MD5, '1.2.840.10045.4.3.2'],
    ['SHA-224', '2.16.840.1.101.3.4.2.4', '1.2.840.10045.4.3.1'],
    ['SM3', '1.2.156.10197.1.401', '1.2.156.10197.1.501'],
  ])('%s in a CMS is refused', (_, digest, signature) => {
    const lies = { digestAlgorithm: derSequence(derOid(digest)), signatureAlgorithm: derSequence(derOid(signature)) };
    expect(verdictWith(craft(lies))).toEqual({ verdict: 'failed', codes: ['SIGNATURE_ALGORITHM_REFUSED'] });
  });

  test('a certificate with an RSA key of 1024 bits is refused', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const key = scratch('weak.key', privateKey.export({ format: 'pem', type: 'pkcs8' }));
    const path = scratch('weak.pem', '');
    openssl('req', '-x509', '-new', '-key', key, '-subj', '/CN=weak', '-days', '9', '-out', path);
    const [weak = new Uint8Array()] = certificatesIn(new Uint8Array(readFileSync(path)));
    const lies = { certificates: [weak, school.chain[0] ?? weak], signatureAlgorithm: derSignatureAlgorithm('rsa', 'sha256') };
    expect(verdictWith(craft(lies))).toEqual({ verdict: 'failed', codes: ['SIGNATURE_ALGORITHM_REFUSED'] });
  });

  test('a certificate with an RSA key of 2048 bits is accepted', async () => {
    const key = makeKeyPair('rsa2048');
    const { chain } = schoolLeaf({ spki: key.spki });
    const report = await signedBy({ key, chain });
    expect(codesOf(report)).toEqual([]);
    expect(report.verdict).toBe('passed');
  });
});

describe('row 26: the grammar of a CMS', () => {
  test('is that of this product and no other: SHA-384 and SHA-512 are not written', () => {
    const report = verdictWith(craft({ digestAlgorithm: derSequence(derOid('2.16.840.1.101.3.4.2.2')) }));
    expect(report).toEqual({ verdict: 'failed', codes: ['SIGNATURE_MALFORMED'] });
  });

  const someone = (): Uint8Array => school.chain[0] ?? new Uint8Array();
  const [type, digest, ess] = [0, 1, 2];
  const standard = (): readonly Uint8Array[] => standardAttributes(open.digest, leafOf(school).certificate);
  const without = (index: number): Uint8Array[] => standard().filter((_, i) => i !== index);
  test.each<[string, () => CraftedCms]>([
    ['no content type', () => ({ attributes: without(type) })],
    ['no message digest', () => ({ attributes: without(digest) })],
    ['no signing-certificate-v2', () => ({ attributes: without(ess) })],
    [
      'two message digests',
      () => ({ attributes: [...standard(), attribute(CMS_OID.messageDigest, derOctetString(sha256(fromLatin1('x'))))] }),
    ],
    [
      'a message digest of two values',
      () => ({
        attributes: [...without(digest), attribute(CMS_OID.messageDigest, derOctetString(open.digest), derOctetString(new Uint8Array(32)))],
      }),
    ],
    [
      'a signing time',
      () => ({ attributes: [...standard(), attribute('1.2.840.113549.1.9.5', derValue(0x17, fromLatin1('260301010000Z')))] }),
    ],
    ['a commitment', () => ({ attributes: [...standard(), attribute('1.2.840.113549.1.9.16.2.16', derSequence(derOid('1.2.3')))] })],
    ['content inside', () => ({ content: [derValue(constructedContextTag(0), derOctetString(fromLatin1('other')))] })],
    [
      'two signers',
      () => ({
        signers: (signer) => [
          signer,
          derSequence(...parseDer(signer).children.map((child) => child.der), derValue(0xa1, attribute('1.2.3', derNull()))),
        ],
      }),
    ],
    ['no signer', () => ({ signers: () => [] })],
    ['revocation lists', () => ({ afterCertificates: [derValue(constructedContextTag(1), derSequence())] })],
    ['an unknown unsigned attribute', () => ({ unsigned: [attribute('1.2.3.4', derUtf8('hidden'))] })],
    ['a counter-signature', () => ({ unsigned: [attribute('1.2.840.113549.1.9.6', derSequence())] })],
    ['version 3', () => ({ version: 3 })],
    ['another digest algorithm outside', () => ({ digestAlgorithms: [derSequence(derOid('2.16.840.1.101.3.4.2.3'))] })],
    ['an RSA identifier for an EC key', () => ({ signatureAlgorithm: derSignatureAlgorithm('rsa', 'sha256') })],
    ['the same certificate twice', () => ({ certificates: [someone(), someone()] })],
    ['no certificate', () => ({ certificates: [] })],
  ])('with %s is refused', (_, lies) => {
    const { verdict, codes } = verdictWith(craft(lies()));
    expect(verdict).toBe('failed');
    expect(codes[0]).toMatch(/^SIGNATURE_(?:MALFORMED|VALUE_WRONG)$/);
  });

  test('in another spelling of the same facts is refused', async () => {
    const good = await makeCms(open, school);
    expect(verdictWith(good)).toEqual({ verdict: 'passed', codes: [] });
    // NULL where the digest parameters are left out; signing-certificate-v2 that does not name the issuer; indefinite lengths.
    const withNull = { digestAlgorithm: derSequence(derOid('2.16.840.1.101.3.4.2.1'), derNull()) };
    expect(verdictWith(craft(withNull))).toEqual({ verdict: 'failed', codes: ['SIGNATURE_MALFORMED'] });
    expect(verdictWith(craft())).toEqual({ verdict: 'failed', codes: ['SIGNATURE_MALFORMED'] });
    const indefinite = concatBytes(Uint8Array.of(0x30, 0x80), good.subarray(4), Uint8Array.of(0, 0));
    expect(verdictWith(indefinite)).toEqual({ verdict: 'failed', codes: ['SIGNATURE_MALFORMED'] });
  });

  test('with (r, n − s) for (r, s) is refused, though the value verifies', async () => {
    const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    const twin: Credential = {
      ...school,
      key: {
        ...school.key,
        sign: (message) => {
          const value = toP1363(school.key.sign(message), 'p256');
          const s = BigInt(`0x${[...value.subarray(32)].map((octet) => octet.toString(16).padStart(2, '0')).join('')}`);
          const large = (s > n / 2n ? s : n - s).toString(16).padStart(64, '0');
          const octets = Uint8Array.from(large.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
          return fromP1363(concatBytes(value.subarray(0, 32), octets), 'p256');
        },
      },
    };
    const cms = craftCms(leafOf(twin), open.digest, {
      attributes: standardWithIssuer(),
      certificates: [...school.chain],
    });
    expect(verdictWith(cms)).toEqual({ verdict: 'failed', codes: ['SIGNATURE_MALFORMED'] });
    // The ordinary path brings such a value into its only spelling.
    expect(codesOf(await signedBy(twin))).toEqual([]);
  });
});

const standardWithIssuer = (): readonly Uint8Array[] => [
  ...standardAttributes(open.digest, leafOf(school).certificate).filter((_, i) => i !== 2),
  attribute(CMS_OID.signingCertificateV2, derSigningCertificate(school.chain[0] ?? new Uint8Array(), school.chain.slice(1))),
];

describe('row 27: another certificate', () => {
  test('for the same key and name is refused in the place of the one that signed', async () => {
    const again = schoolLeaf({ spki: school.key.spki });
    const cms = craftCms(leafOf(school), open.digest, { attributes: standardWithIssuer(), certificates: again.chain });
    expect(verdictWith(cms)).toEqual({ verdict: 'failed', codes: ['SIGNATURE_MALFORMED'] });
  });

  test('for the issuing authority’s own key and name is refused in the place of the one that was named', async () => {
    const { key, certificate } = issuing();
    const renewed = makeLeaf(
      'p256',
      {
        profile: { kind: 'issuing-ca' },
        subject: certificate.subject,
        spki: key.spki,
        notBefore: certificate.notBefore,
        notAfter: certificate.notAfter,
      },
      issuerOf(ours.material.root),
    ).certificate;
    const cms = craftCms(leafOf(school), open.digest, {
      attributes: standardWithIssuer(),
      certificates: [school.chain[0] ?? new Uint8Array(), renewed.der],
    });
    expect(verdictWith(cms)).toEqual({ verdict: 'failed', codes: ['SIGNATURE_MALFORMED'] });
  });

  test('that has nothing to do with it is refused beside the right ones', async () => {
    const stray = { key: school.key, chain: [...school.chain, openAuthority('stray').material.root.certificate.der] };
    const report = await signedBy(stray);
    expect(codesOf(report)).toEqual(['CERTIFICATE_UNRELATED']);
    expect(report.verdict).toBe('failed');
  });
});

describe('row 28: chains', () => {
  test('of an own authority with the same names are not trusted', async () => {
    const rogue = openAuthority('rogue');
    const credential = schoolLeaf({}, issuerOf(rogue.material.issuing));
    const report = await signedBy({
      key: credential.key,
      chain: [credential.chain[0] ?? new Uint8Array(), rogue.material.issuing.certificate.der],
    });
    expect(codesOf(report)).toEqual(['CERTIFICATE_UNTRUSTED']);
    expect(report.verdict).toBe('indeterminate');
    expect(report.signatures[2]?.assurance).toBe('untrusted');
  });

  test('of an own authority that also copies the key identifiers are refused', async () => {
    const rogue = openAuthority('rogue');
    const impostor: CertificateIssuer = { ...issuerOf(issuing()), sign: rogue.material.issuing.key.sign };
    const report = await signedBy(schoolLeaf({}, impostor));
    expect(codesOf(report)).toEqual(['CERTIFICATE_REFUSED']);
    expect(report.verdict).toBe('failed');
  });

  test('through a signatory who plays authority are refused', async () => {
    const unit = await credentialFor(data, 'unit');
    const below = schoolLeaf({}, issuerOf(leafOf(unit)));
    const report = await signedBy({ key: below.key, chain: [below.chain[0] ?? new Uint8Array(), ...unit.chain] });
    expect(codesOf(report)).toContain('CERTIFICATE_REFUSED');
    expect(report.verdict).toBe('failed');
  });

  test('longer than the issuing authority may make them are refused', async () => {
    const below = makeLeaf('p256', { profile: { kind: 'issuing-ca' }, subject: { commonName: '再签发' } }, issuerOf(issuing()));
    const leaf = schoolLeaf({}, issuerOf(below));
    const chain = [leaf.chain[0] ?? new Uint8Array(), below.certificate.der, issuing().certificate.der];
    const report = await signedBy({ key: leaf.key, chain });
    expect(codesOf(report)).toContain('CERTIFICATE_REFUSED');
    expect(report.verdict).toBe('failed');
  });

  test.each<[string, () => Partial<CertificatePlan>]>([
    ['an authority’s', () => ({ profile: { kind: 'issuing-ca' } })],
    ['a timestamp authority’s', () => ({ profile: { kind: 'tsa' } })],
  ])('that end in %s certificate are refused', async (_, changes) => {
    const report = await signedBy(schoolLeaf(changes()));
    expect(codesOf(report)).toEqual(['CERTIFICATE_REFUSED']);
    expect(report.verdict).toBe('failed');
  });

  test('whose names hide a second name are not the party’s', async () => {
    const plain = signatoryName(signatoryPerson('school'));
    const evil = derSequence(
      ...parseDer(derName(plain)).children.map((child) => child.der),
      ...parseDer(derName({ commonName: '别人' })).children.map((child) => child.der),
    );
    const report = await signedBy(withSubject(evil));
    expect(codesOf(report)).toEqual(['CERTIFICATE_NOT_OF_PARTY']);
    expect(report.verdict).toBe('failed');
  });
});

function signatoryPerson(role: PartyRole): Parameters<typeof signatoryName>[0] {
  const signatory = signatoryOf(data.fields, role);
  if ('organisation' in signatory) return signatory;
  return { role, name: signatory.name, identityDigest: identityDigestOf(data.agreementNumber, data.fields, role) ?? '' };
}

/** A certificate of the true authority with a subject that its own code would not write. */
function withSubject(subject: Uint8Array): Credential {
  const { key, chain } = schoolLeaf();
  const tbs = parseDer(parseDer(chain[0] ?? new Uint8Array()).children[0]?.der ?? new Uint8Array());
  const members = tbs.children.map((child, i) => (i === 5 ? subject : i === 1 ? derInteger(fromLatin1('unusual')) : child.der));
  const written = derSequence(...members);
  const algorithm = derSignatureAlgorithm('p256', 'sha256');
  const made = derSequence(written, algorithm, derValue(3, Uint8Array.of(0), issuing().key.sign(written)));
  return { key, chain: [made, issuing().certificate.der] };
}

describe('row 29: validity', () => {
  test('that had ended when the party signed is refused', async () => {
    const report = await signedBy(schoolLeaf({ notBefore: later(-9 * DAY), notAfter: later(-DAY) }));
    expect(codesOf(report)).toEqual(['CERTIFICATE_EXPIRED']);
    expect(report.verdict).toBe('failed');
  });

  test('that had not begun is refused', async () => {
    const report = await signedBy(schoolLeaf({ notBefore: later(DAY), notAfter: later(9 * DAY) }));
    expect(codesOf(report)).toEqual(['CERTIFICATE_NOT_YET_VALID']);
    expect(report.verdict).toBe('failed');
  });

  test('that ended since is no harm under a timestamp, and a doubt without one', async () => {
    const credential = schoolLeaf({ notAfter: later(DAY) });
    const stamped = await finish(prepare(two, 'school', credential), credential, AT);
    expect(verify(stamped, { checkedAt: later(30 * DAY) }).verdict).toBe('passed');
    const bare = await finish(prepare(two, 'school', credential), credential, null);
    const report = verify(bare, { checkedAt: later(30 * DAY) });
    expect(report.verdict).toBe('review');
    expect(codesOf(report)).toEqual(expect.arrayContaining(['TIME_ONLY_CLAIMED', 'TIME_NOT_PROVEN', 'TIMESTAMP_MISSING']));
  });

  test('is judged at the proven time, not at the claimed one', async () => {
    const credential = schoolLeaf({ notBefore: later(-9 * DAY), notAfter: later(-5 * DAY) });
    const backdated = await finish(prepare(two, 'school', credential, later(-6 * DAY)), credential, AT);
    const report = verify(backdated);
    expect(codesOf(report)).toEqual(['TIME_IMPLAUSIBLE', 'CERTIFICATE_EXPIRED']);
    expect(report.verdict).toBe('failed');
  });

  test('claimed for a time to come is doubted', async () => {
    const credential = schoolLeaf({ notAfter: later(20 * DAY) });
    const file = await finish(prepare(two, 'school', credential, later(10 * DAY)), credential, null);
    expect(codesOf(verify(file))).toContain('TIME_IN_FUTURE');
    expect(verify(file).verdict).toBe('review');
  });

  test('means nothing to a key without a certificate of a party', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const stranger: Leaf = {
      ...leafOf(school),
      key: { ...school.key, sign: (message) => new Uint8Array(sign('sha256', message, privateKey)) },
    };
    const cms = craftCms(stranger, open.digest, { attributes: standardWithIssuer(), certificates: school.chain });
    expect(verdictWith(cms)).toEqual({ verdict: 'failed', codes: ['SIGNATURE_VALUE_WRONG'] });
  });
});
