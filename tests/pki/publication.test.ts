import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, fromUtf8, toHex } from '../../src/bytes.ts';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { constructedContextTag, contextTag, derOctetString, derSequence, derValue, parseDer } from '../../src/pki/der.ts';
import { issueCertificate } from '../../src/pki/issue.ts';
import { derName, readName } from '../../src/pki/names.ts';
import { makeOcspRefusal, parseOcspResponse } from '../../src/pki/ocsp.ts';
import { buildOcspRequest, parseOcspRequest } from '../../src/pki/ocsp-request.ts';
import { type Publication, publicationOf } from '../../src/pki/publication.ts';
import { codeOf, issuerOf, makeLeaf, material, openssl, scratch } from './support.ts';

const readBytes = (path: string) => new Uint8Array(readFileSync(path));
const NOTHING: Publication = { crls: [], ocsps: [], issuers: [] };

describe('where a certificate says its issuer publishes', () => {
  const address = fc.webUrl({ validSchemes: ['http', 'https'] }).filter((url) => /^[\x21-\x7e]+$/.test(url));
  const addresses = fc.array(address, { maxLength: 3 });

  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.record({ crls: addresses, ocsps: addresses, issuers: addresses }), (publication) => {
        expect(publicationOf(makeLeaf('p256', { publication }).certificate)).toEqual(publication);
      }),
      { numRuns: 20 },
    );
  });

  it('is nothing where a certificate says nothing', () => {
    expect(publicationOf(makeLeaf().certificate)).toEqual(NOTHING);
  });

  it('is what openssl reads', () => {
    const publication = { crls: ['http://a.example/i.crl'], ocsps: ['http://a.example/ocsp'], issuers: ['http://a.example/i.cer'] };
    const path = scratch('published.der', makeLeaf('p256', { publication }).certificate.der);
    const text = openssl('x509', '-inform', 'DER', '-in', path, '-noout', '-text');
    for (const part of ['URI:http://a.example/i.crl', 'OCSP - URI:http://a.example/ocsp', 'CA Issuers - URI:http://a.example/i.cer'])
      expect(text).toContain(part);
  });

  it('leaves out a list for some reasons only, and one that somebody else signs', () => {
    const point = (...parts: Uint8Array[]) => derSequence(derSequence(...parts));
    const name = derValue(
      constructedContextTag(0),
      derValue(constructedContextTag(0), derValue(contextTag(6), fromUtf8('http://a.example/'))),
    );
    const reasons = derValue(contextTag(1), Uint8Array.of(1, 0x40));
    const certificateWith = (value: Uint8Array) => {
      const extension = derSequence(Uint8Array.of(6, 3, 0x55, 0x1d, 0x1f), derOctetString(value));
      return { tbs: derSequence(derValue(constructedContextTag(3), derSequence(extension))) };
    };
    expect(publicationOf(certificateWith(point(name))).crls).toEqual(['http://a.example/']);
    expect(publicationOf(certificateWith(point(name, reasons)))).toEqual(NOTHING);
    expect(publicationOf(certificateWith(fromUtf8('no DER')))).toEqual(NOTHING);
  });
});

describe('a question about revocation', () => {
  const { certificate } = makeLeaf();
  const issuer = material.issuing.certificate;

  it('is read as it was written, nonce and all', () => {
    fc.assert(
      fc.property(fc.option(fc.uint8Array({ minLength: 16, maxLength: 32 })), (bytes) => {
        const nonce = bytes === null ? null : new Uint8Array(bytes);
        const read = parseOcspRequest(buildOcspRequest(certificate, issuer, nonce));
        expect(read.nonce).toEqual(nonce);
        expect(read.questions.map(({ serialHex }) => serialHex)).toEqual([certificate.serialHex]);
        expect(read.questions.map(({ isOf }) => [isOf(issuer), isOf(material.root.certificate)])).toEqual([[true, false]]);
      }),
    );
  });

  it('by openssl is understood, which names the issuer by SHA-1', () => {
    const pem = (name: string, der: Uint8Array) =>
      openssl('x509', '-inform', 'DER', '-in', scratch(`${name}.der`, der), '-out', scratch(name, ''));
    pem('q-leaf.pem', certificate.der);
    pem('q-issuer.pem', issuer.der);
    const out = scratch('request.der', '');
    const folder = out.slice(0, -'request.der'.length);
    openssl('ocsp', '-issuer', `${folder}q-issuer.pem`, '-cert', `${folder}q-leaf.pem`, '-reqout', out, '-no_nonce');
    const [question] = parseOcspRequest(readBytes(out)).questions;
    expect([question?.serialHex, question?.isOf(issuer)]).toEqual([certificate.serialHex, true]);
  });

  it.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['words', fromUtf8('who?')],
    ['no certificate', derSequence(derSequence(derSequence()))],
    ['trailing octets', concatBytes(buildOcspRequest(certificate, issuer, null), Uint8Array.of(0))],
    ['a nonce without end', buildOcspRequest(certificate, issuer, new Uint8Array(33).fill(1))],
  ])('about %s is malformed', (_, der) => {
    expect(codeOf(() => parseOcspRequest(der))).toBe('OCSP_MALFORMED');
  });

  it('that nobody can answer is answered so', () => {
    expect(toHex(makeOcspRefusal('unauthorized'))).toBe('30030a0106');
    expect(codeOf(() => parseOcspResponse(makeOcspRefusal('malformedRequest')))).toBe('OCSP_STATUS_REJECTED');
  });
});

describe('a name', () => {
  it('is read as it was written, with characters of every age', () => {
    const han = fc.integer({ min: 0x3400, max: 0x323af }).filter((point) => /\p{Script=Han}/u.test(String.fromCodePoint(point)));
    const text = fc.array(han, { minLength: 1, maxLength: 6 }).map((points) => String.fromCodePoint(...points));
    fc.assert(
      fc.property(text, (commonName) => {
        expect(readName(parseDer(derName({ commonName }))).commonName).toBe(commonName);
      }),
    );
  });

  it('with a young character is written in older ones', () => {
    expect(new TextDecoder().decode(derName({ commonName: '𬱖䶮' }))).toContain('〔U+2CC56〕䶮');
    expect(readName(parseDer(derName({ commonName: '〔U+4E00〕' }))).commonName).toBe('〔U+4E00〕');
  });

  it('of a certificate without a policy claims none', () => {
    const { key } = makeLeaf();
    const plan = {
      profile: { kind: 'signatory', agreementNumber: null, policyOid: null } as const,
      serial: Uint8Array.of(1),
      subject: { commonName: '甲' },
      spki: key.spki,
      notBefore: material.root.certificate.notBefore,
      notAfter: material.root.certificate.notAfter,
    };
    const der = issueCertificate(plan, issuerOf(material.issuing));
    expect(parseCertificate(der).subject.commonName).toBe('甲');
    expect(toHex(der)).not.toContain('0603551d20');
  });
});
