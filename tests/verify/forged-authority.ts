/** An authority that says it was certified by a trusted root, over a signature that the root never made. */
import { type Certificate, parseCertificate } from '../../src/pki/certificate.ts';
import { issueCertificate } from '../../src/pki/issue.ts';
import { makeKeyPair } from '../../src/pki/sign.ts';
import { VALUES } from '../agreement/sample-values.ts';
import { makeData, signAll } from './signed-agreement.ts';

/** An agreement whose unit signed under that authority: every signature in it is sound but the one on the authority itself. */
export function signedUnderForgery(rootDer: Uint8Array): Promise<Uint8Array> {
  const root = parseCertificate(rootDer);
  const [forger, issuing, leaf] = [makeKeyPair(root.key.kind === 'p384' ? 'p384' : 'p256'), makeKeyPair('p256'), makeKeyPair('p256')];
  const { notBefore, notAfter } = root;
  const validity = { notBefore, notAfter };
  const authority: Certificate = parseCertificate(
    issueCertificate(
      {
        profile: { kind: 'issuing-ca' },
        serial: Uint8Array.of(7, 1),
        subject: { country: 'CN', organisation: '冒名', commonName: '冒名 签发' },
        spki: issuing.spki,
        ...validity,
      },
      { subjectDer: root.subjectDer, spki: root.spki, kind: forger.kind, sign: forger.sign },
    ),
  );
  const name = VALUES['unitName'] ?? '';
  const der = issueCertificate(
    {
      profile: { kind: 'signatory', agreementNumber: null, policyOid: '2.999.7' },
      serial: Uint8Array.of(7, 2),
      subject: { country: 'CN', organisation: name, commonName: name, organisationIdentifier: `NTRCN-${VALUES['unitCreditCode']}` },
      spki: leaf.spki,
      ...validity,
    },
    { subjectDer: authority.subjectDer, spki: issuing.spki, kind: issuing.kind, sign: issuing.sign },
  );
  return signAll(makeData(VALUES), { credentials: { unit: { key: leaf, chain: [der, authority.der] } } });
}
