/** The CMS of an additional SM2 signature: detached SignedData with SM3 and object identifiers of its own, in exactly one spelling. */
import { equalBytes, fromHex } from '../bytes.ts';
import {
  assertTag,
  compareOctets,
  constructedContextTag,
  derInteger,
  derOctetString,
  derOid,
  derSequence,
  derSetOf,
  derSmallInteger,
  derValue,
  membersOf,
  onlyMember,
  parseDer,
  readOid,
  TAG,
} from './der.ts';
import { failure, type Judgement, PkiError, renaming } from './failure.ts';
import { isSm2Right } from './sm2.ts';
import { parseSm2Certificate, type Sm2Certificate } from './sm2-certificate.ts';
import { sm3 } from './sm3.ts';

/** @source GB/T 35275-2017 §6; GB/T 33560-2017; PKCS #9 for the attributes */
const OID = {
  data: '1.2.156.10197.6.1.4.2.1',
  signedData: '1.2.156.10197.6.1.4.2.2',
  sm3: '1.2.156.10197.1.401',
  sm2Signature: '1.2.156.10197.1.301.1',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
} as const;

const SM3_ALGORITHM = derSequence(derOid(OID.sm3));
const CERTIFICATES_MAX = 8;
const attribute = (oid: string, value: Uint8Array): Uint8Array => derSequence(derOid(oid), derValue(TAG.set, value));

/** The signer's certificate by its SM3, then the others in DER order. @source RFC 5035 §3 */
function signingCertificate([leaf, ...others]: readonly Uint8Array[]): Uint8Array {
  const named = [...(leaf === undefined ? [] : [leaf]), ...others.toSorted(compareOctets)];
  return derSequence(derSequence(...named.map((der) => derSequence(SM3_ALGORITHM, derOctetString(sm3(der))))));
}

/**
 * What the SM2 key signs: contentType, messageDigest and signing-certificate-v2, as a DER SET OF.
 * @param digest SM3 of the bytes that the ByteRange covers
 * @param chain leaf first, DER
 */
export function buildSm2Attributes(digest: Uint8Array, chain: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  if (digest.length !== 32) throw new RangeError('not an SM3 digest');
  return derSetOf([
    attribute(OID.contentType, derOid(OID.data)),
    attribute(OID.messageDigest, derOctetString(digest)),
    attribute(OID.signingCertificateV2, signingCertificate(chain)),
  ]);
}

export interface Sm2CmsParts {
  /** SM3 of the covered bytes. */
  readonly digest: Uint8Array;
  /** Leaf first, then intermediates; DER. */
  readonly chain: readonly Uint8Array[];
  /** Over `buildSm2Attributes(digest, chain)`, DER. */
  readonly signatureValue: Uint8Array;
}

/** @throws RangeError for an empty chain; PkiError for a malformed certificate @source GB/T 35275-2017 §8 */
export function assembleSm2Cms({ digest, chain, signatureValue }: Sm2CmsParts): Uint8Array<ArrayBuffer> {
  const [leaf] = chain;
  if (leaf === undefined) throw new RangeError('no certificate');
  const attributes = buildSm2Attributes(digest, chain);
  attributes[0] = constructedContextTag(0);
  const signer = derSequence(
    derSmallInteger(1),
    issuerAndSerial(parseSm2Certificate(leaf)),
    SM3_ALGORITHM,
    attributes,
    derSequence(derOid(OID.sm2Signature)),
    derOctetString(signatureValue),
  );
  const signedData = derSequence(
    derSmallInteger(1),
    derSetOf([SM3_ALGORITHM]),
    derSequence(derOid(OID.data)),
    derSetOf(chain, constructedContextTag(0)),
    derSetOf([signer]),
  );
  return derSequence(derOid(OID.signedData), derValue(constructedContextTag(0), signedData));
}

const issuerAndSerial = ({ issuerDer, serialHex }: Sm2Certificate): Uint8Array => derSequence(issuerDer, derInteger(fromHex(serialHex)));

export interface Sm2Cms extends Sm2CmsParts {
  readonly signer: Sm2Certificate;
  /** Those beside the signer's. */
  readonly others: readonly Sm2Certificate[];
}

/**
 * Reads exactly what `assembleSm2Cms` writes.
 * @throws PkiError CMS_MALFORMED, CMS_SIGNER_UNKNOWN, CMS_NOT_CANONICAL, CERTIFICATE_MALFORMED, CERTIFICATE_ALGORITHM_REFUSED
 */
export function parseSm2Cms(der: Uint8Array): Sm2Cms {
  return renaming({ DER_MALFORMED: 'CMS_MALFORMED' }, () => {
    const info = membersOf(parseDer(der));
    if (readOid(info.next(TAG.oid)) !== OID.signedData) throw new PkiError('CMS_MALFORMED', 'not SignedData of GB/T 35275');
    const members = membersOf(onlyMember(info.next(), constructedContextTag(0)));
    for (const tag of [TAG.integer, TAG.set, TAG.sequence]) members.next(tag);
    const certificates = members.next(constructedContextTag(0)).children;
    if (certificates.length > CERTIFICATES_MAX) throw new PkiError('CMS_MALFORMED', `${certificates.length} certificates`);
    const signerInfo = membersOf(onlyMember(members.next(TAG.set), TAG.set));
    signerInfo.next(TAG.integer);
    const named = signerInfo.next(TAG.sequence);
    signerInfo.next(TAG.sequence);
    const digest = messageDigestIn(signerInfo.next(constructedContextTag(0)).children.map((each) => each.der));
    signerInfo.next(TAG.sequence);
    const signatureValue = signerInfo.next(TAG.octetString).content;

    const all = certificates.map((each) => parseSm2Certificate(each.der));
    const signer = all.find((each) => equalBytes(issuerAndSerial(each), named.der));
    if (signer === undefined) throw new PkiError('CMS_SIGNER_UNKNOWN', 'no certificate of that issuer and serial number');
    const others = all.filter((each) => each !== signer);
    const parts = { digest, chain: [signer, ...others].map((each) => each.der), signatureValue };
    // Whatever was passed over above is fixed by writing it all again.
    if (!equalBytes(assembleSm2Cms(parts), der)) throw new PkiError('CMS_NOT_CANONICAL', 'other octets for the same content');
    return { ...parts, signer, others };
  });
}

function messageDigestIn(attributes: readonly Uint8Array[]): Uint8Array {
  for (const der of attributes) {
    const members = membersOf(parseDer(der));
    if (readOid(members.next(TAG.oid)) !== OID.messageDigest) continue;
    const { content } = assertTag(onlyMember(members.next(TAG.set), TAG.set), TAG.octetString);
    if (content.length === 32) return content;
  }
  throw new PkiError('CMS_MALFORMED', 'no SM3 digest');
}

/** Judges whether the signer signed that digest; says nothing of the chain. @param expectedDigest SM3 of the covered bytes */
export function verifySm2Cms(cms: Sm2Cms, expectedDigest: Uint8Array): Judgement<object> {
  if (!equalBytes(cms.digest, expectedDigest)) return failure('CMS_DIGEST_WRONG', 'SM3 of other bytes');
  const right = isSm2Right(cms.signer.key.point, buildSm2Attributes(cms.digest, cms.chain), cms.signatureValue);
  return right ? { ok: true } : failure('CMS_SIGNATURE_WRONG', 'SM2 value');
}
