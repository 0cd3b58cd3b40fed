/** Signs with a key held in this process: the whole ceremony without people, for the demonstration and for tests. */

import type { AgreementData } from '../agreement/agreement-data.ts';
import type { PartyRole } from '../agreement/parties.ts';
import { boundNumber, identityDigestOf, signatoryOf } from '../agreement/signatories.ts';
import { fromUtf8 } from '../bytes.ts';
import { sha256 } from '../digest.ts';
import { makeKeyPair, type SigningKey } from '../pki/sign.ts';
import type { CertificateAuthority, Clock, TimestampAuthority } from '../ports.ts';
import { completeSignature, makeSignatureValue } from '../signing/complete.ts';
import { prepareSignature, type SignatureRequest } from '../signing/prepare.ts';
import type { LockedTemplate } from '../template/locked-template.ts';

export interface Credential {
  readonly key: SigningKey;
  readonly chain: readonly Uint8Array[];
}

interface SigningPorts {
  readonly authority: CertificateAuthority & TimestampAuthority;
  readonly clock: Clock;
}

/**
 * A fresh key and a certificate for it. A person's is bound to this agreement; an organisation's serves all of its agreements.
 * @throws AppError CERTIFICATE_REQUEST_REFUSED
 */
export async function enrol(ports: SigningPorts, data: AgreementData, role: PartyRole): Promise<Credential> {
  const key = makeKeyPair('p256');
  const bound = boundNumber(data);
  const digest = identityDigestOf(bound, data.fields, role);
  const text = fromUtf8(`sanfang.possession/1\n${bound}\n${role}`);
  const chain = await ports.authority.issue({
    signatory: signatoryOf(data.fields, role),
    agreementNumber: digest === null ? null : bound,
    identityDigest: digest,
    publicKeySpki: key.spki,
    proofOfPossession: key.sign(text),
    proofOfPossessionText: text,
    at: ports.clock.now(),
  });
  return { key, chain };
}

/** Prepares, signs, timestamps and completes one signature. @throws AppError as `prepareSignature`, `completeSignature` */
export async function signInProcess(
  ports: SigningPorts,
  template: LockedTemplate,
  revision: Uint8Array,
  signing: Pick<SignatureRequest, 'role' | 'ink' | 'seal'> & { readonly credential: Credential },
): Promise<Uint8Array> {
  const { credential, ...request } = signing;
  const prepared = prepareSignature(template, revision, { ...request, at: ports.clock.now(), certificateChain: credential.chain });
  const value = makeSignatureValue(prepared, credential.key);
  return completeSignature(value, await ports.authority.stamp(sha256(value.bytes)));
}
