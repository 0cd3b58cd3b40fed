import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openDevAuthority } from '../../src/adapters/dev-authority.ts';
import { systemRandom } from '../../src/adapters/random.ts';
import { loadNamedRoots, loadTrustAnchors } from '../../src/adapters/trust-anchors.ts';
import { fromUtf8, toHex } from '../../src/bytes.ts';
import { sha256, sha256Hex } from '../../src/digest.ts';
import { AppError } from '../../src/errors.ts';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { verifyChain } from '../../src/pki/chain.ts';
import { signatoryName } from '../../src/pki/issue.ts';
import { publicationOf } from '../../src/pki/publication.ts';
import { makeKeyPair } from '../../src/pki/sign.ts';
import { verifyTimestampToken } from '../../src/pki/timestamp.ts';
import type { CertificateAuthority, CertificateRequest, Clock } from '../../src/ports.ts';
import { AT, DAY, later, seededRandom } from '../pki/support.ts';
import { makeMemoryAuthority } from './memory-authority.ts';

const clock: Clock = { now: () => AT };
const ports = { clock, random: seededRandom('dev authority') };
const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'sanfang-ca-'));
const key = makeKeyPair('p256');
const text = fromUtf8('sanfang 证书申请 SF-0000000000-0000000001 student');

const request = (changes: Partial<CertificateRequest> = {}): CertificateRequest => ({
  signatory: { role: 'student', name: '䶮㛃𬱖' },
  agreementNumber: 'SF-0000000000-0000000001',
  identityDigest: sha256Hex(fromUtf8('identity')),
  publicKeySpki: key.spki,
  proofOfPossession: key.sign(text),
  proofOfPossessionText: text,
  at: AT,
  ...changes,
});
const unit = { role: 'unit', name: '王某', organisation: '示例科技有限公司', creditCode: '91350100M000100Y43' } as const;

async function refusal(act: () => Promise<unknown>): Promise<string> {
  try {
    await act();
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return 'accepted';
}

async function issued(authority: CertificateAuthority, asked: CertificateRequest) {
  const [leaf, ...others] = (await authority.issue(asked)).map(parseCertificate);
  if (leaf === undefined) throw new Error('no certificate');
  const anchors = (await authority.trustAnchors()).map(parseCertificate);
  return { leaf, others, anchors };
}

afterEach(() => vi.unstubAllEnvs());

describe('the development authority', () => {
  it('issues a person a certificate for one agreement, which chains to its root and outlives the signing of a batch', async () => {
    const { leaf, others, anchors } = await issued(makeMemoryAuthority(ports), request());
    expect(leaf.subject).toEqual(signatoryName({ role: 'student', name: '䶮㛃𬱖', identityDigest: sha256Hex(fromUtf8('identity')) }));
    expect(leaf.uris).toEqual(['urn:sanfang:agreement:SF-0000000000-0000000001']);
    expect([leaf.notBefore < AT, leaf.notAfter]).toEqual([true, later(30 * DAY)]);
    expect(verifyChain(leaf, others, anchors, AT, 'signatory')).toMatchObject({ ok: true });
    expect(anchors[0]?.subject.commonName).toContain('开发');
  });

  it('issues an organisation a certificate for thirty days', async () => {
    const { leaf, others, anchors } = await issued(
      makeMemoryAuthority(ports),
      request({ signatory: unit, agreementNumber: null, identityDigest: null }),
    );
    expect(leaf.subject).toEqual(signatoryName(unit));
    expect(leaf.notAfter).toBe(later(30 * DAY));
    expect(verifyChain(leaf, others, anchors, later(29 * DAY), 'signatory')).toMatchObject({ ok: true });
  });

  it.each<[string, Partial<CertificateRequest>]>([
    ['a key that the asker does not hold', { proofOfPossession: makeKeyPair('p256').sign(text) }],
    ['a proof over another text', { proofOfPossessionText: fromUtf8('other') }],
    ['a key that is none', { publicKeySpki: fromUtf8('key') }],
    ['a person without identity digest', { identityDigest: null }],
    ['a person without agreement', { agreementNumber: null }],
    ['an organisation with an identity digest', { signatory: unit }],
    ['an empty name', { signatory: { role: 'student', name: '' } }],
    ['a name with a line break', { signatory: { role: 'guardian', name: '甲\n乙' } }],
    ['an agreement number with spaces', { agreementNumber: 'SF 1' }],
    ['an instant before the authority existed', { at: later(-DAY) }],
    ['an instant after the authority expires', { at: later(3650 * DAY) }],
  ])('refuses %s', async (_what, changes) => {
    expect(await refusal(() => makeMemoryAuthority(ports).issue(request(changes)))).toBe('CERTIFICATE_REQUEST_REFUSED');
  });

  it('stamps an imprint at the clock’s time', async () => {
    const authority = makeMemoryAuthority(ports);
    const anchors = (await authority.trustAnchors()).map(parseCertificate);
    const value = fromUtf8('value');
    expect(verifyTimestampToken(await authority.stamp(sha256(value)), value, anchors)).toMatchObject({ ok: true, genTime: AT });
    expect(await refusal(() => authority.stamp(new Uint8Array(20)))).toBe('TIMESTAMP_REFUSED');
    let now = AT;
    const old = makeMemoryAuthority({ ...ports, clock: { now: () => now } });
    now = later(6 * 365 * DAY);
    expect(await refusal(() => old.stamp(sha256(value)))).toBe('TIMESTAMP_REFUSED');
  });

  it('keeps its keys in one private file and is the same authority next time', async () => {
    const directory = await folder();
    const first = await openDevAuthority(directory, ports);
    expect((await stat(join(directory, 'authority.pem'))).mode & 0o777).toBe(0o600);
    expect((await readdir(directory)).sort()).toEqual(['authority.pem', 'ca.pem']);
    const second = await openDevAuthority(directory, ports);
    expect((await second.trustAnchors()).map(toHex)).toEqual((await first.trustAnchors()).map(toHex));
    const { leaf, others } = await issued(second, request());
    expect(verifyChain(leaf, others, (await first.trustAnchors()).map(parseCertificate), AT, 'signatory')).toMatchObject({ ok: true });
  });

  it('is one authority when several processes start at once', async () => {
    const directory = await folder();
    const script = `import { openDevAuthority } from ${JSON.stringify(new URL('../../src/adapters/dev-authority.ts', import.meta.url).href)};
      import { systemRandom } from ${JSON.stringify(new URL('../../src/adapters/random.ts', import.meta.url).href)};
      const authority = await openDevAuthority(${JSON.stringify(directory)}, { clock: { now: () => ${AT} }, random: systemRandom });
      console.log(Buffer.from((await authority.trustAnchors())[0]).toString('hex'));`;
    const run = async () =>
      (await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { env: { ...process.env, NODE_ENV: 'test' } }))
        .stdout;
    const roots = new Set(await Promise.all([run(), run(), run()]));
    expect(roots.size).toBe(1);
    expect((await readdir(directory)).sort()).toEqual(['authority.pem', 'ca.pem']);
    const many = await Promise.all(Array.from({ length: 5 }, () => openDevAuthority(directory, { clock, random: systemRandom })));
    expect(
      new Set((await Promise.all(many.map((each) => each.trustAnchors()))).map(([root]) => toHex(root ?? new Uint8Array()))).size,
    ).toBe(1);
  });

  it('refuses to work in production', async () => {
    const directory = await folder();
    vi.stubEnv('NODE_ENV', 'production');
    expect(await refusal(() => openDevAuthority(directory, ports))).toBe('DEV_KEYS_IN_PRODUCTION');
    expect(await readdir(directory)).toEqual([]);
  });

  it('renews its certificates, under the same keys, when it is published elsewhere or has less than a year to go', async () => {
    const directory = await folder();
    const first = await openDevAuthority(directory, ports);
    const [, before] = await first.issue(request());
    const placed = await openDevAuthority(directory, ports, 'http://school.example');
    const [leaf, after] = await placed.issue(request());
    if (leaf === undefined || before === undefined || after === undefined) throw new Error('no chain');
    expect(publicationOf(parseCertificate(after))).toEqual({
      crls: ['http://school.example/pki/root.crl'],
      ocsps: [],
      issuers: ['http://school.example/pki/root.cer'],
    });
    expect(publicationOf(parseCertificate(leaf))).toEqual({
      crls: ['http://school.example/pki/issuing.crl'],
      ocsps: ['http://school.example/pki/ocsp'],
      issuers: ['http://school.example/pki/issuing.cer'],
    });
    expect(toHex(parseCertificate(after).spki)).toBe(toHex(parseCertificate(before).spki));
    const late = { clock: { now: () => later(4.5 * 365 * DAY) }, random: ports.random };
    const renewed = await openDevAuthority(directory, late, 'http://school.example');
    const anchors = (await renewed.trustAnchors()).map(parseCertificate);
    expect(verifyTimestampToken(await renewed.stamp(sha256(text)), text, anchors)).toMatchObject({
      ok: true,
      certificate: { notAfter: later(9.5 * 365 * DAY) },
    });
  });

  it('says which file is damaged instead of making new keys', async () => {
    const directory = await folder();
    await openDevAuthority(directory, ports);
    const stored = await readFile(join(directory, 'authority.pem'), 'utf8');
    await writeFile(join(directory, 'authority.pem'), stored.slice(0, 600));
    await expect(openDevAuthority(directory, ports)).rejects.toThrow('authority.pem');
  });
});

describe('the trust anchors', () => {
  it('are the roots in the folder, and the development root only outside production', async () => {
    const directory = await folder();
    expect(await loadTrustAnchors(directory)).toEqual([]);
    const dev = await openDevAuthority(join(directory, 'dev'), ports);
    const other = await makeMemoryAuthority(ports).trustAnchors();
    await writeFile(join(directory, 'other.der'), other[0] ?? '');
    await writeFile(join(directory, 'README.md'), '说明');
    const expected = [...other, ...(await dev.trustAnchors())].map(toHex);
    expect((await loadTrustAnchors(directory)).map(toHex)).toEqual(expected);
    vi.stubEnv('NODE_ENV', 'production');
    expect((await loadTrustAnchors(directory)).map(toHex)).toEqual(expected.slice(0, 1));
  });

  it('stop the start with the name of a file that is no acceptable root', async () => {
    const directory = await folder();
    await mkdir(join(directory, 'dev'));
    await writeFile(join(directory, 'broken.pem'), 'no certificate');
    await expect(loadTrustAnchors(directory)).rejects.toThrow('broken.pem');
    const [leaf] = await makeMemoryAuthority(ports).issue(request());
    await writeFile(join(directory, 'broken.pem'), leaf ?? '');
    await expect(loadTrustAnchors(directory)).rejects.toThrow('broken.pem');
  });

  it('of an authority with a licence lie in a folder of their own, each with a statement of the licence', async () => {
    const directory = await folder();
    const [root = new Uint8Array()] = await makeMemoryAuthority(ports).trustAnchors();
    const [other = new Uint8Array()] = await makeMemoryAuthority(ports).trustAnchors();
    await mkdir(join(directory, 'licensed'));
    await writeFile(join(directory, 'licensed', 'ca.der'), root);
    await writeFile(join(directory, 'other.der'), other);
    await expect(loadNamedRoots(directory)).rejects.toThrow('ca.json');
    const statement = { authority: '示例认证有限公司', licence: 'ECP11010200001', checkedOn: '2026-02-01', source: '主管部门公布的名录' };
    const says = (json: unknown) => writeFile(join(directory, 'licensed', 'ca.json'), JSON.stringify(json));
    for (const wrong of [
      [],
      { ...statement, licence: '' },
      { ...statement, licence: '没有' },
      { ...statement, checkedOn: '去年' },
      { ...statement, more: 1 },
      { authority: '示例' },
    ]) {
      await says(wrong);
      await expect(loadNamedRoots(directory)).rejects.toThrow('ca.json');
    }
    await says(statement);
    expect(await loadNamedRoots(directory)).toEqual([{ sha256: sha256Hex(root), is: 'licensed' }]);
    expect((await loadTrustAnchors(directory)).map(toHex).sort()).toEqual([root, other].map(toHex).sort());
    expect(await loadNamedRoots(join(directory, 'nowhere'))).toEqual([]);
  });
});
