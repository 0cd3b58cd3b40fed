/** An authority whose keys openssl made, as certs/README.md tells operators to make them. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { openDevAuthority } from '../../src/adapters/dev-authority.ts';
import { type AuthoritySettings, openAuthorities } from '../../src/adapters/open-authorities.ts';
import { openPlatformAuthority } from '../../src/adapters/platform-authority.ts';
import { systemRandom } from '../../src/adapters/random.ts';
import { fromUtf8 } from '../../src/bytes.ts';
import { sha256Hex } from '../../src/digest.ts';
import { AppError } from '../../src/errors.ts';
import { toInstant } from '../../src/instant.ts';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { verifyChain } from '../../src/pki/chain.ts';
import { parseCrl, verifyCrl } from '../../src/pki/crl.ts';
import { type CertificatePlan, issueCertificate } from '../../src/pki/issue.ts';
import { parsePem, printPem } from '../../src/pki/pem.ts';
import { publicationOf } from '../../src/pki/publication.ts';
import { makeKeyPair, readSigningKey } from '../../src/pki/sign.ts';
import { DAY, issuerOf, later, makeLeaf, material } from '../pki/support.ts';
import { temporaryFolder } from './temporary.ts';

const README = readFileSync(join(import.meta.dirname, '../../certs/README.md'), 'utf8');
const PASSPHRASE = 'correct horse battery';
/** openssl makes certificates for the machine's own clock. */
const clock = { now: () => toInstant(Date.now()) };
const around = { clock, random: systemRandom, fetch, onTimestampFailure: () => undefined };

/** Runs the commands that the README gives, word for word, and returns the folder they leave. */
function makeByReadme(): string {
  const [, commands = ''] = /```sh platform-ca\n([\s\S]*?)```/.exec(README) ?? [];
  const folder = mkdtempSync(join(tmpdir(), 'sanfang-ca-'));
  execFileSync('bash', ['-e', '-c', commands], { cwd: folder, env: { ...process.env, PASSPHRASE }, stdio: 'pipe' });
  return folder;
}
const made = makeByReadme();
afterAll(() => rmSync(made, { recursive: true, force: true }));

function copyOf(changes: Readonly<Record<string, string | null>> = {}): string {
  const certs = temporaryFolder();
  const folder = join(certs, 'platform');
  mkdirSync(folder);
  for (const name of ['issuing.key.pem', 'chain.pem', 'root.crl']) {
    const change = changes[name];
    if (change === undefined) copyFileSync(join(made, 'platform', name), join(folder, name));
    else if (change !== null) writeFileSync(join(folder, name), change);
  }
  writeFileSync(join(certs, 'passphrase'), `${PASSPHRASE}\n`);
  return certs;
}

const settingsFor = (certs: string, changes: Partial<AuthoritySettings> = {}): AuthoritySettings => ({
  certificates: 'own',
  folder: certs,
  passphraseFile: join(certs, 'passphrase'),
  policyOid: null,
  raUrl: null,
  raTokenFile: null,
  origin: 'http://pki.school.example',
  timestampUrls: ['https://tsa.example/'],
  crlUrls: [],
  revocationHosts: [],
  ...changes,
});

const codeOf = (act: () => Promise<unknown>): Promise<string> =>
  act().then(
    () => 'accepted',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );

const key = makeKeyPair('p256');
const text = fromUtf8('possession');
const request = () => ({
  signatory: { role: 'student', name: '张三' } as const,
  agreementNumber: 'SF-0000000000-0000000001',
  identityDigest: sha256Hex(text),
  publicKeySpki: key.spki,
  proofOfPossession: key.sign(text),
  proofOfPossessionText: text,
  at: clock.now(),
});

afterEach(() => vi.unstubAllEnvs());

describe('the platform’s own authority in production', () => {
  it('issues under the keys of the README, publishes, and signs for the platform', async () => {
    vi.stubEnv('NODE_ENV', 'production');
    const { certificates, revocation, publisher, platform } = await openAuthorities(settingsFor(copyOf()), [], around);
    const [leaf, ...others] = (await certificates.issue(request())).map(parseCertificate);
    const [root] = (await certificates.trustAnchors()).map(parseCertificate);
    if (leaf === undefined || root === undefined || others[0] === undefined) throw new Error('no chain');
    expect(verifyChain(leaf, others, [root], clock.now(), 'signatory')).toMatchObject({ ok: true });
    expect(publicationOf(leaf).crls).toEqual(['http://pki.school.example/pki/issuing.crl']);
    expect(publicationOf(others[0]).crls).toEqual(['http://pki.school.example/pki/root.crl']);
    const lists = (await revocation.crls([])).map(parseCrl);
    expect(lists.map((list, i) => verifyCrl(list, [root, others[0] ?? root][i] ?? root).ok)).toEqual([true, true]);
    expect(await publisher?.file('root.cer')).toEqual(root.der);
    expect(parseCrl((await publisher?.file('root.crl')) ?? new Uint8Array()).revoked.size).toBe(0);
    const [sealLeaf, ...sealOthers] = (await platform.chain()).map(parseCertificate);
    if (sealLeaf === undefined) throw new Error('no chain');
    expect(verifyChain(sealLeaf, sealOthers, [root], clock.now(), 'signatory')).toMatchObject({ ok: true });
  });

  it('calls revoked what the operator writes down, from that moment on and without a restart', async () => {
    const certs = copyOf();
    const { revocation } = await openAuthorities(settingsFor(certs), [], around);
    const revoked = async () => (await revocation.crls([])).map((list) => [...parseCrl(list).revoked]);
    expect(await revoked()).toEqual([[], []]);
    const path = join(certs, 'platform', 'revoked.txt');
    writeFileSync(path, '0BADC0DE 2026-03-01T01:00:00Z superseded\n\n0badc0de 2026-03-02T01:00:00Z keyCompromise\n');
    expect(await revoked()).toEqual([[], [['0badc0de', { at: toInstant(Date.UTC(2026, 2, 1, 1)), reason: 4 }]]]);
    writeFileSync(path, '0badc0de 2099-03-01T01:00:00Z superseded\n');
    expect(await revoked()).toEqual([[], []]);
    for (const line of ['0badc0de yesterday superseded', '0badc0de 2026-03-01T01:00:00Z lost', 'leaf 2026-03-01T01:00:00Z superseded']) {
      writeFileSync(path, `cafe 2026-03-01T01:00:00Z superseded\n${line}\n`);
      await expect(revoked()).rejects.toThrow(/revoked\.txt 第 2 行/);
      expect(await codeOf(() => openAuthorities(settingsFor(certs), [], around))).toContain('第 2 行');
    }
  });

  it.each<[string, Readonly<Record<string, string | null>>]>([
    ['without a key', { 'issuing.key.pem': null }],
    ['with a key that nothing protects', { 'issuing.key.pem': key.toPem() }],
    ['with something else in place of the key', { 'issuing.key.pem': '-----BEGIN X-----' }],
    ['without certificates', { 'chain.pem': '' }],
    ['with certificates in the wrong order', { 'chain.pem': reversed() }],
    ['with what is no certificate', { 'chain.pem': printPem({ label: 'CERTIFICATE', der: Uint8Array.of(0x30, 0) }).repeat(2) }],
  ])('does not start %s, and says which file is wrong', async (_, changes) => {
    expect(await codeOf(() => openAuthorities(settingsFor(copyOf(changes)), [], around))).toBe('CA_FILES_REFUSED');
  });

  it('does not start under a certificate that may not issue, that somebody else issued, or that has run out', async () => {
    const issuing = readFileSync(join(made, 'platform', 'issuing.key.pem'), 'utf8');
    const own = readSigningKey(issuing, PASSPHRASE);
    const [, rootPem = ''] = readFileSync(join(made, 'platform', 'chain.pem'), 'utf8').split(/(?=-----BEGIN)/);
    const subject = { country: 'CN', organisation: '示例职业技术学校', commonName: '示例职业技术学校 签发证书' };
    const chainOf = (changes: Partial<CertificatePlan>, root: string) => {
      const plan = { profile: { kind: 'issuing-ca' } as const, serial: Uint8Array.of(7), subject, spki: own.spki };
      const valid = { notBefore: later(-DAY), notAfter: toInstant(clock.now() + DAY) };
      return printPem({ label: 'CERTIFICATE', der: issueCertificate({ ...plan, ...valid, ...changes }, issuerOf(material.root)) }) + root;
    };
    const ours = printPem({ label: 'CERTIFICATE', der: material.root.certificate.der });
    const refused = (chain: string) =>
      openAuthorities(settingsFor(copyOf({ 'chain.pem': chain })), [], around).then(
        () => '',
        (error: AppError) => error.zh,
      );
    expect(await refused(chainOf({}, ours))).toBe('');
    expect(await refused(chainOf({}, rootPem))).toContain('不是由第二张根证书签发的');
    expect(await refused(chainOf({ notAfter: later(-1000) }, ours))).toContain('不在有效期内');
    expect(await refused(chainOf({ profile: { kind: 'tsa' } }, ours))).toContain('不能签发证书');
  });

  it('does not start with another passphrase, or without one, or without a timestamp authority', async () => {
    const certs = copyOf();
    writeFileSync(join(certs, 'passphrase'), 'guess\n');
    expect(await codeOf(() => openAuthorities(settingsFor(certs), [], around))).toBe('CA_FILES_REFUSED');
    expect(await codeOf(() => openAuthorities(settingsFor(certs, { passphraseFile: null }), [], around))).toBe(
      'PRODUCTION_SETTING_MISSING',
    );
    const nowhere = { passphraseFile: join(certs, 'nothing') };
    expect(await codeOf(() => openAuthorities(settingsFor(certs, nowhere), [], around))).toBe('PRODUCTION_SETTING_MISSING');
    expect(await codeOf(() => openAuthorities(settingsFor(copyOf(), { timestampUrls: [] }), [], around))).toBe(
      'PRODUCTION_SETTING_MISSING',
    );
  });

  it('refuses the keys of the development authority under whatever name', async () => {
    const dev = temporaryFolder();
    await openDevAuthority(dev, around);
    const blocks = parsePem(readFileSync(join(dev, 'authority.pem'), 'utf8'));
    const [rootCertificate, issuingKey, issuingCertificate] = [blocks[1], blocks[2], blocks[3]].map((block) =>
      printPem(block ?? { label: '', der: text }),
    );
    const encrypted = execFileSync('openssl', ['pkcs8', '-topk8', '-passout', `pass:${PASSPHRASE}`], {
      input: issuingKey ?? '',
      encoding: 'utf8',
    });
    const certs = copyOf({ 'issuing.key.pem': encrypted, 'chain.pem': `${issuingCertificate}${rootCertificate}` });
    const open = () => openPlatformAuthority(join(certs, 'platform'), around, { passphrase: PASSPHRASE, origin: null, policyOid: null });
    expect(await codeOf(open)).toBe('accepted');
    vi.stubEnv('NODE_ENV', 'production');
    expect(await codeOf(open)).toBe('DEV_KEYS_IN_PRODUCTION');
    expect(await codeOf(() => openAuthorities(settingsFor(copyOf(), { certificates: 'dev' }), [], around))).toBe('DEV_KEYS_IN_PRODUCTION');
  });
});

function reversed(): string {
  const blocks = parsePem(readFileSync(join(made, 'platform', 'chain.pem'), 'utf8'));
  return blocks.toReversed().map(printPem).join('');
}

describe('an installation that issues no certificates', () => {
  it('says so, and signs evidence only with a key that the operator gave it', async () => {
    vi.stubEnv('NODE_ENV', 'production');
    const certs = copyOf();
    const none = settingsFor(certs, { certificates: 'none' });
    const bare = await openAuthorities(none, [], around);
    expect(bare.publisher).toBeNull();
    expect(await bare.revocation.crls([])).toEqual([]);
    expect(await codeOf(() => bare.certificates.issue(request()))).toBe('CERTIFICATE_NOT_ISSUED_HERE');
    expect(await codeOf(() => bare.platform.chain())).toBe('PLATFORM_SEAL_MISSING');
    const put = (sealKey: string, ...chain: readonly Uint8Array[]): void => {
      writeFileSync(join(certs, 'platform', 'seal.key.pem'), sealKey);
      writeFileSync(join(certs, 'platform', 'seal.pem'), chain.map((der) => printPem({ label: 'CERTIFICATE', der })).join(''));
    };
    const wrong = async () => String(await openAuthorities(none, [], around).catch((error: AppError) => `${error.code} ${error.zh}`));
    const sealOf = (organisationalUnit: string) => makeLeaf('p256', { subject: { commonName: '示例学校 平台签章', organisationalUnit } });
    const [seal, other] = [sealOf('sanfang-platform'), sealOf('school')];
    put(other.key.toPem(), other.certificate.der, material.issuing.certificate.der);
    expect(await wrong()).toMatch(/^CA_FILES_REFUSED.*OU sanfang-platform/);
    put(other.key.toPem(), seal.certificate.der);
    expect(await wrong()).toMatch(/^CA_FILES_REFUSED.*不是一对/);
    put(seal.key.toPem());
    expect(await wrong()).toMatch(/^CA_FILES_REFUSED/);
    const encrypt = ['pkcs8', '-topk8', '-passout', `pass:${PASSPHRASE}`];
    put(
      execFileSync('openssl', encrypt, { input: seal.key.toPem(), encoding: 'utf8' }),
      seal.certificate.der,
      material.issuing.certificate.der,
    );
    const sealed = await openAuthorities(none, [], around);
    expect(await sealed.platform.chain()).toHaveLength(2);
    expect((await sealed.platform.sign(text)).length).toBeGreaterThan(60);
    writeFileSync(join(certs, 'passphrase'), 'guess');
    expect(await codeOf(() => openAuthorities(none, [], around))).toBe('CA_FILES_REFUSED');
  });

  it('asks a registration service only where its address and token are given', async () => {
    const certs = copyOf();
    const missing = (changes: Partial<AuthoritySettings>) =>
      codeOf(() => openAuthorities(settingsFor(certs, { certificates: 'ra', ...changes }), [], around));
    expect(await missing({})).toBe('PRODUCTION_SETTING_MISSING');
    expect(await missing({ raUrl: 'https://ra.example' })).toBe('PRODUCTION_SETTING_MISSING');
    expect(await missing({ raUrl: 'https://ra.example', raTokenFile: join(certs, 'passphrase') })).toBe('accepted');
  });
});
