/** Lists and answers by the authority of these tests, with any part of the plan replaced. */
import { type Certificate, parseCertificate } from '../../src/pki/certificate.ts';
import { type CrlPlan, makeCrl } from '../../src/pki/crl.ts';
import { issueCertificate } from '../../src/pki/issue.ts';
import { makeOcspResponse, type OcspPlan } from '../../src/pki/ocsp.ts';
import { makeKeyPair } from '../../src/pki/sign.ts';
import { AT, DAY, issuerOf, type Leaf, later, material, seededRandom } from './support.ts';

const crlIssuer = (by: Leaf) => ({ ...issuerOf(by), subjectKeyId: by.certificate.subjectKeyId ?? new Uint8Array() });

export const crlBy = (by: Leaf = material.issuing, changes: Partial<CrlPlan> = {}): Uint8Array =>
  makeCrl({ number: 7, thisUpdate: AT, nextUpdate: later(DAY), keepsExpiredSince: later(-DAY), revoked: [], ...changes }, crlIssuer(by));

/** @param responder null where the issuing CA answers itself */
export function ocspBy(
  certificate: Certificate,
  changes: Partial<OcspPlan> = {},
  responder: Leaf | null = null,
  by: Leaf = material.issuing,
): Uint8Array {
  const signer = responder ?? by;
  return makeOcspResponse(
    {
      certificate,
      issuer: by.certificate,
      status: 'good',
      thisUpdate: AT,
      nextUpdate: later(DAY),
      keepsExpiredSince: later(-DAY),
      ...changes,
    },
    {
      subjectDer: signer.certificate.subjectDer,
      kind: signer.key.kind,
      sign: signer.key.sign,
      certificate: responder?.certificate ?? null,
    },
  );
}

const serials = seededRandom('responders');

export function makeResponder(by: Leaf = material.issuing, kind: 'ocsp-responder' | 'tsa' = 'ocsp-responder'): Leaf {
  const key = makeKeyPair('p256');
  const plan = {
    profile: { kind },
    serial: serials.bytes(16),
    subject: { country: 'CN', commonName: '吊销查询' },
    spki: key.spki,
    notBefore: later(-DAY),
    notAfter: later(30 * DAY),
  };
  return { key, certificate: parseCertificate(issueCertificate(plan, issuerOf(by))) };
}
