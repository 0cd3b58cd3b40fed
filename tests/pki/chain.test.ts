import { describe, expect, it } from 'vitest';
import { type Certificate, parseCertificate } from '../../src/pki/certificate.ts';
import { type ChainPurpose, verifyChain, verifyChainOf } from '../../src/pki/chain.ts';
import { derOctetString } from '../../src/pki/der.ts';
import { type CertificateIssuer, type CertificatePlan, issueCertificate } from '../../src/pki/issue.ts';
import { derName } from '../../src/pki/names.ts';
import { makeKeyPair, type SigningKey } from '../../src/pki/sign.ts';
import { AT, DAY, issuerOf, later, makeLeaf, material, openssl, scratch, seededRandom } from './support.ts';

const random = seededRandom('chains');
const { root, issuing, tsa } = material;

interface Ca {
  readonly key: SigningKey;
  readonly certificate: Certificate;
}

function makeCa(kind: 'root' | 'issuing-ca' | 'tsa', changes: Partial<CertificatePlan> = {}, by?: CertificateIssuer): Ca {
  const key = makeKeyPair('p256');
  const subject = changes.subject ?? { commonName: `测试 ${kind} ${random.bytes(4).join('')}` };
  const plan: CertificatePlan = {
    profile: { kind },
    serial: random.bytes(16),
    spki: key.spki,
    notBefore: later(-DAY),
    notAfter: later(DAY),
    ...changes,
    subject,
  };
  const issuer = by ?? { subjectDer: derName(subject), spki: key.spki, kind: key.kind, sign: key.sign };
  return { key, certificate: parseCertificate(issueCertificate(plan, issuer)) };
}

const judge = (
  leaf: Certificate,
  intermediates: readonly Certificate[],
  anchors: readonly Certificate[] = [root.certificate],
  at = AT,
  purpose: ChainPurpose = 'signatory',
) => {
  const judgement = verifyChain(leaf, intermediates, anchors, at, purpose);
  return judgement.ok ? judgement.path.length : judgement.code;
};

describe('a chain', () => {
  const leaf = makeLeaf();

  it('from a signatory to the root is accepted, with P-256 and RSA keys, and openssl agrees', () => {
    expect(judge(leaf.certificate, [issuing.certificate])).toBe(3);
    expect(judge(makeLeaf('rsa2048').certificate, [tsa.certificate, issuing.certificate])).toBe(3);
    const pem = (name: string, certificate: Certificate) => {
      const path = scratch(`${name}.der`, certificate.der);
      return scratch(`${name}.pem`, openssl('x509', '-inform', 'DER', '-in', path));
    };
    const [rootPem, caPem, tsaPem, leafPem] = [
      pem('root', root.certificate),
      pem('ca', issuing.certificate),
      pem('tsa', tsa.certificate),
      pem('leaf', leaf.certificate),
    ];
    const when = ['-attime', String(AT / 1000), '-x509_strict'];
    expect(openssl('verify', ...when, '-CAfile', rootPem, '-untrusted', caPem, '-purpose', 'any', leafPem)).toContain('OK');
    expect(openssl('verify', ...when, '-CAfile', rootPem, '-untrusted', caPem, '-purpose', 'smimesign', leafPem)).toContain('OK');
    expect(openssl('verify', ...when, '-CAfile', rootPem, '-purpose', 'timestampsign', tsaPem)).toContain('OK');
    expect(() => openssl('verify', ...when, '-CAfile', rootPem, '-untrusted', caPem, '-purpose', 'timestampsign', leafPem)).toThrow();
  });

  it('of certificates that all vouch for each other is given up, not tried in every order', () => {
    const subject = { commonName: '互相签发' };
    const one = makeCa('root', { subject });
    const circle = Array.from({ length: 16 }, () => makeCa('root', { subject, spki: one.key.spki }, issuerOf(one)).certificate);
    let asked = 0;
    const judgement = verifyChainOf(
      makeLeaf('p256', {}, issuerOf(one)).certificate,
      circle,
      [root.certificate],
      AT,
      'signatory',
      () => ++asked > 0,
    );
    expect(judgement.ok).toBe(false);
    expect(asked).toBeLessThanOrEqual(100);
  });

  it('is refused before and after the validity, to the second', () => {
    expect(judge(leaf.certificate, [issuing.certificate], [root.certificate], later(-300_000))).toBe(3);
    expect(judge(leaf.certificate, [issuing.certificate], [root.certificate], later(-300_001))).toBe('CERTIFICATE_NOT_YET_VALID');
    expect(judge(leaf.certificate, [issuing.certificate], [root.certificate], later(DAY))).toBe(3);
    expect(judge(leaf.certificate, [issuing.certificate], [root.certificate], later(DAY + 1000))).toBe('CERTIFICATE_EXPIRED');
  });

  it('is refused when an intermediate or the root has expired', () => {
    const oldRoot = makeCa('root', { notAfter: later(-1000) });
    expect(judge(makeLeaf('p256', {}, issuerOf(oldRoot)).certificate, [], [oldRoot.certificate])).toBe('CERTIFICATE_EXPIRED');
    const oldCa = makeCa('issuing-ca', { notAfter: later(-1000) }, issuerOf(root));
    expect(judge(makeLeaf('p256', {}, issuerOf(oldCa)).certificate, [oldCa.certificate])).toBe('CERTIFICATE_EXPIRED');
  });

  it('is refused without its intermediate, its root, or under a root of the same name with another key', () => {
    expect(judge(leaf.certificate, [])).toBe('CERTIFICATE_UNTRUSTED');
    expect(judge(leaf.certificate, [issuing.certificate], [])).toBe('CERTIFICATE_UNTRUSTED');
    const twin = makeCa('root', {
      subject: { country: 'CN', organisation: '三方签开发环境', commonName: '三方签 开发根证书（仅供测试）' },
    });
    expect(judge(leaf.certificate, [issuing.certificate], [twin.certificate])).toBe('CERTIFICATE_UNTRUSTED');
  });

  it('is refused when the signature is by another key, even with the right name and key identifier', () => {
    const thief = makeKeyPair('p256');
    const forged = makeLeaf('p256', {}, { ...issuerOf(issuing), sign: thief.sign });
    expect(judge(forged.certificate, [issuing.certificate])).toBe('CERTIFICATE_SIGNATURE_WRONG');
  });

  it('is refused when an end entity plays CA', () => {
    const child = makeLeaf('p256', {}, issuerOf(leaf));
    expect(judge(child.certificate, [leaf.certificate, issuing.certificate])).toBe('CERTIFICATE_NOT_CA');
    expect(judge(makeLeaf('p256', {}, issuerOf(tsa)).certificate, [tsa.certificate])).toBe('CERTIFICATE_NOT_CA');
  });

  it('is refused when a path length is exceeded', () => {
    const below = makeCa('issuing-ca', {}, issuerOf(issuing));
    expect(judge(makeLeaf('p256', {}, issuerOf(below)).certificate, [below.certificate, issuing.certificate])).toBe(
      'CERTIFICATE_PATH_TOO_LONG',
    );
  });

  it('is refused when a CA certificate signs as a signatory', () => {
    expect(judge(issuing.certificate, [])).toBe('CERTIFICATE_IS_CA');
  });

  it('is refused for a purpose the certificate does not have', () => {
    expect(judge(leaf.certificate, [issuing.certificate], [root.certificate], AT, 'timestamp')).toBe('CERTIFICATE_PURPOSE_WRONG');
    expect(judge(tsa.certificate, [], [root.certificate], AT, 'timestamp')).toBe(2);
    expect(judge(tsa.certificate, [])).toBe('CERTIFICATE_PURPOSE_WRONG');
  });

  it('is refused as a signatory’s where the key stands on a server, whatever else it may do', () => {
    const judged = (...oids: readonly string[]) =>
      judge({ ...leaf.certificate, extendedKeyUsage: { oids, critical: false } }, [issuing.certificate]);
    const [server, client, mail] = ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2', '1.3.6.1.5.5.7.3.4'];
    expect(judged(client, mail)).toBe(3);
    for (const machine of [server, '1.3.6.1.5.5.7.3.8', '1.3.6.1.5.5.7.3.9']) {
      expect(judged(machine, client, mail)).toBe('CERTIFICATE_PURPOSE_WRONG');
    }
  });

  it('is refused when a critical extension is unknown', () => {
    const strange: Certificate = { ...leaf.certificate, unknownCritical: ['2.5.29.30'] };
    expect(judge(strange, [issuing.certificate])).toBe('CERTIFICATE_EXTENSION_UNKNOWN');
    const strangeCa: Certificate = { ...issuing.certificate, unknownCritical: ['2.5.29.30'] };
    expect(judge(leaf.certificate, [strangeCa])).toBe('CERTIFICATE_EXTENSION_UNKNOWN');
  });

  it('is refused when the CA may not sign certificates', () => {
    const noUse: Certificate = { ...issuing.certificate, keyUsage: new Set(['digitalSignature']) };
    expect(judge(leaf.certificate, [noUse])).toBe('CERTIFICATE_KEY_USAGE_WRONG');
    expect(judge({ ...leaf.certificate, keyUsage: null }, [issuing.certificate])).toBe('CERTIFICATE_KEY_USAGE_WRONG');
    expect(judge({ ...leaf.certificate, keyUsage: new Set(['keyEncipherment']) }, [issuing.certificate])).toBe(
      'CERTIFICATE_KEY_USAGE_WRONG',
    );
  });

  it('is refused when the key identifiers disagree', () => {
    const other: Certificate = { ...issuing.certificate, subjectKeyId: derOctetString(new Uint8Array(20)) };
    expect(judge(leaf.certificate, [other])).toBe('CERTIFICATE_UNTRUSTED');
  });

  it('ends when certificates issue each other in a circle', () => {
    const [a, b] = [makeKeyPair('p256'), makeKeyPair('p256')];
    const plan = { profile: { kind: 'root' } as const, notBefore: later(-DAY), notAfter: later(DAY) };
    const [nameA, nameB] = [{ commonName: '环甲' }, { commonName: '环乙' }];
    const signer = (name: { commonName: string }, key: SigningKey): CertificateIssuer => ({
      subjectDer: derName(name),
      spki: key.spki,
      kind: key.kind,
      sign: key.sign,
    });
    const first = parseCertificate(issueCertificate({ ...plan, serial: random.bytes(16), subject: nameA, spki: a.spki }, signer(nameB, b)));
    const second = parseCertificate(
      issueCertificate({ ...plan, serial: random.bytes(16), subject: nameB, spki: b.spki }, signer(nameA, a)),
    );
    const child = makeLeaf('p256', {}, signer(nameA, a));
    expect(typeof judge(child.certificate, [first, second])).toBe('string');
  });
});
