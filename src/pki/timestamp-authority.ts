/** Makes the tokens of RFC 3161, as the development authority does, and the requests with which other authorities are asked. */
import { sha256 } from '../digest.ts';
import type { Instant } from '../instant.ts';
import { type DigestName, derDigestAlgorithm } from './algorithms.ts';
import { assembleSignedData, buildSignedAttributes, CMS_OID } from './cms.ts';
import { derInteger, derOctetString, derOid, derSequence, derSmallInteger, derTrue } from './der.ts';
import { derGeneralizedTime } from './names.ts';

/** The authority as its certificate states it, and its SHA-256 signing operation. */
export interface TimestampSigner {
  /** Its certificate first, then intermediates; DER. */
  readonly chain: readonly Uint8Array[];
  readonly policyOid: string;
  readonly sign: (message: Uint8Array) => Uint8Array;
}

export interface TimestampFacts {
  readonly imprint: { readonly digest: DigestName; readonly value: Uint8Array };
  readonly nonce: Uint8Array | null;
  /** Unique under this authority; 1–20 bytes. */
  readonly serial: Uint8Array;
  /** Written in whole seconds. */
  readonly genTime: Instant;
}

/**
 * A TimeStampToken, DER: TSTInfo with an accuracy of one second, signed under signing-certificate-v2, with the chain inside.
 * @source RFC 3161 §2.4.2; RFC 5816 §2.2.1
 */
export function makeTimestampToken(facts: TimestampFacts, signer: TimestampSigner): Uint8Array<ArrayBuffer> {
  const [certificate] = signer.chain;
  if (certificate === undefined) throw new RangeError('no certificate');
  const info = derSequence(
    derSmallInteger(1),
    derOid(signer.policyOid),
    derSequence(derDigestAlgorithm(facts.imprint.digest), derOctetString(facts.imprint.value)),
    derInteger(facts.serial),
    derGeneralizedTime(facts.genTime),
    derSequence(derSmallInteger(1)),
    ...(facts.nonce === null ? [] : [derInteger(facts.nonce)]),
  );
  const signedAttributes = buildSignedAttributes(sha256(info), certificate, CMS_OID.timestampInfo);
  return assembleSignedData({
    version: 3,
    contentType: CMS_OID.timestampInfo,
    content: info,
    signedAttributes,
    signatureValue: signer.sign(signedAttributes),
    chain: signer.chain,
    timestampToken: null,
  });
}

/** The request of a SHA-256 imprint, asking for the certificate. @source RFC 3161 §2.4.1 */
export function buildTimestampRequest(imprintSha256: Uint8Array, nonce: Uint8Array): Uint8Array<ArrayBuffer> {
  if (imprintSha256.length !== 32) throw new RangeError('not a SHA-256 imprint');
  return derSequence(
    derSmallInteger(1),
    derSequence(derDigestAlgorithm('sha256'), derOctetString(imprintSha256)),
    derInteger(nonce),
    derTrue(),
  );
}
