/** A certificate for the key that a signatory's browser just made, issued after identity was proved. */
import { boundNumber, identityDigestOf, signatoryOf } from '../agreement/signatories.ts';
import { sha256Hex } from '../digest.ts';
import { AppError } from '../errors.ts';
import type { CertificateRequest } from '../ports.ts';
import { authorizeSignatory, listCeremonyAgreements } from './authorize.ts';
import { possessionBytesOf } from './possession.ts';
import { makeId } from './secrets.ts';
import { keyKindOf, toFileSignature } from './signature-value.ts';
import { dataOf } from './stored-data.ts';
import type { Ports } from './workflow.ts';

/**
 * @param key SubjectPublicKeyInfo and a signature over the ceremony's possession text, ECDSA as r‖s or DER
 * @throws AppError as `authorizeSignatory`; CERTIFICATE_REQUEST_REFUSED, SIGNATURE_VALUE_MALFORMED, AGREEMENT_NOT_READY
 */
export async function issueCertificate(
  ports: Pick<Ports, 'agreements' | 'ceremonies' | 'certificates' | 'clock' | 'random' | 'sessions' | 'signings' | 'templates'>,
  token: string,
  session: string | undefined,
  key: { readonly publicKeySpki: Uint8Array; readonly proofOfPossession: Uint8Array },
): Promise<{ readonly certificateId: string }> {
  const ceremony = await authorizeSignatory(ports, token, session);
  const [agreement] = await listCeremonyAgreements(ports, ceremony);
  if (agreement === undefined) throw new AppError('AGREEMENT_NOT_READY');
  const data = dataOf(agreement, ports.templates);
  const at = ports.clock.now();
  const request: CertificateRequest = {
    signatory: signatoryOf(data.fields, ceremony.role),
    agreementNumber: ceremony.agreement,
    identityDigest: identityDigestOf(boundNumber(data), data.fields, ceremony.role),
    publicKeySpki: key.publicKeySpki,
    proofOfPossession: toFileSignature(key.proofOfPossession, keyKindOf(key.publicKeySpki)),
    proofOfPossessionText: possessionBytesOf(ceremony),
    at,
  };
  const chain = await ports.certificates.issue(request);
  const id = makeId(ports.random);
  const [leaf] = chain;
  if (leaf === undefined) throw new Error('the authority issued an empty chain');
  const detail = { role: ceremony.role, certificateSha256: sha256Hex(leaf) };
  await ports.signings.saveCertificate(
    { id, ceremony: ceremony.id, keyPlace: 'page', chain, issuedAt: at },
    { tenant: ceremony.tenant, at, kind: 'CERTIFICATE_ISSUED', subject: ceremony.id, detail },
  );
  return { certificateId: id };
}
