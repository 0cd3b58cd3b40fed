/** Reads a CMS SignedData with exactly one signer: the grammar shared by agreement signatures and timestamp tokens. */
import { equalBytes, toHex } from '../bytes.ts';
import { digestBy } from '../digest.ts';
import {
  DIGEST_BYTES,
  type DigestName,
  familyOf,
  readDigestAlgorithm,
  readSignatureAlgorithm,
  type SignatureAlgorithm,
} from './algorithms.ts';
import { type Certificate, certificateOf } from './certificate.ts';
import { CMS_OID } from './cms.ts';
import {
  assertSetOrder,
  assertTag,
  constructedContextTag,
  type DerNode,
  derValue,
  membersOf,
  onlyMember,
  parseDer,
  readOid,
  readPositiveInteger,
  readSmallInteger,
  TAG,
} from './der.ts';
import { PkiError } from './failure.ts';
import { verifySignature } from './verify-signature.ts';

export interface SignedData {
  readonly version: number;
  readonly contentType: string;
  /** Null when the content is detached. */
  readonly content: Uint8Array | null;
  readonly certificates: readonly Certificate[];
  /** The certificate that both the issuer with serial number and signing-certificate-v2 name. */
  readonly signer: Certificate;
  /** What signing-certificate-v2 names: the signer's certificate first, perhaps others of its chain. */
  readonly certificateHashes: readonly CertificateHash[];
  readonly digestAlgorithm: DigestName;
  readonly signatureAlgorithm: SignatureAlgorithm;
  /** The signed attributes as they are signed: DER SET OF. */
  readonly signedAttributes: Uint8Array;
  /** Types of the signed attributes, in file order. */
  readonly attributeTypes: readonly string[];
  readonly messageDigest: Uint8Array;
  readonly signatureValue: Uint8Array;
  /** Unsigned attributes by type. */
  readonly unsignedAttributes: ReadonlyMap<string, DerNode>;
}

/** A certificate as a signed attribute names it. @source RFC 5035 §4 */
export interface CertificateHash {
  readonly digest: DigestName;
  readonly value: Uint8Array;
}

type RsaName = 'exact' | 'shorthand';

const CERTIFICATES_MAX = 8;
const ATTRIBUTES_MAX = 16;
const malformed = (detail: string): PkiError => new PkiError('CMS_MALFORMED', detail);

/**
 * Reads strict DER with one digest algorithm, at least one and at most eight certificates, no CRLs, one SignerInfo of version 1,
 * and signed attributes without duplicates in which signing-certificate-v2 names the signer's certificate.
 * @param rsaName `shorthand` also accepts rsaEncryption as signature algorithm, as most timestamp authorities write it
 * @throws PkiError CMS_*, DER_MALFORMED, ALGORITHM_REFUSED, CERTIFICATE_MALFORMED, CERTIFICATE_ALGORITHM_REFUSED
 * @source RFC 5652 §5; RFC 5035 §3
 */
export function readSignedData(der: Uint8Array, rsaName: RsaName): SignedData {
  const info = membersOf(parseDer(der));
  if (readOid(info.next(TAG.oid)) !== CMS_OID.signedData) throw malformed('not SignedData');
  const members = membersOf(onlyMember(info.next(), constructedContextTag(0)));
  info.end();

  const version = readSmallInteger(members.next(TAG.integer));
  const digestSet = members.next(TAG.set);
  if (digestSet.children.length !== 1) throw malformed('digest algorithms');
  const digestAlgorithm = readDigestAlgorithm(onlyMember(digestSet, TAG.set));
  const encapsulated = membersOf(members.next(TAG.sequence));
  const contentType = readOid(encapsulated.next(TAG.oid));
  const explicit = encapsulated.optional(constructedContextTag(0));
  encapsulated.end();
  const content = explicit === undefined ? null : assertTag(onlyMember(explicit, explicit.tag), TAG.octetString).content;
  const certificates = readCertificates(members.next(constructedContextTag(0)));
  const signers = members.next(TAG.set);
  members.end();
  const [signerInfo] = signers.children;
  if (signerInfo === undefined || signers.children.length !== 1)
    throw new PkiError('CMS_SIGNER_COUNT', `${signers.children.length} signers`);

  const signer = readSignerInfo(signerInfo, digestAlgorithm, contentType, rsaName);
  return { version, contentType, content, certificates, digestAlgorithm, ...signer, signer: findSigner(certificates, signer) };
}

function readCertificates(set: DerNode): readonly Certificate[] {
  if (set.children.length === 0 || set.children.length > CERTIFICATES_MAX) throw malformed(`${set.children.length} certificates`);
  assertSetOrder(set);
  const certificates = set.children.map(certificateOf);
  if (new Set(certificates.map((certificate) => certificate.sha256)).size !== certificates.length) throw malformed('certificate twice');
  return certificates;
}

interface SignerFacts extends Omit<SignedData, 'version' | 'contentType' | 'content' | 'certificates' | 'signer' | 'digestAlgorithm'> {
  readonly issuerDer: Uint8Array;
  readonly serialHex: string;
}

function readSignerInfo(node: DerNode, digestAlgorithm: DigestName, contentType: string, rsaName: RsaName): SignerFacts {
  const members = membersOf(node);
  if (readSmallInteger(members.next(TAG.integer)) !== 1) throw malformed('signer version');
  const name = membersOf(members.next(TAG.sequence));
  const issuer = name.next(TAG.sequence);
  const serialHex = toHex(readPositiveInteger(name.next(TAG.integer), 20));
  name.end();
  if (readDigestAlgorithm(members.next(TAG.sequence)) !== digestAlgorithm) throw malformed('two digest algorithms');
  const signed = members.optional(constructedContextTag(0));
  if (signed === undefined) throw new PkiError('CMS_ATTRIBUTES_WRONG', 'no signed attributes');
  const signatureAlgorithm = readSignatureAlgorithm(members.next(TAG.sequence), rsaName === 'shorthand' ? digestAlgorithm : undefined);
  if (signatureAlgorithm.digest !== digestAlgorithm) throw malformed('signature and digest algorithms differ');
  const signatureValue = members.next(TAG.octetString).content;
  const unsigned = members.optional(constructedContextTag(1));
  members.end();

  const attributes = readAttributes(signed);
  const type = attributes.get(CMS_OID.contentType);
  const digest = attributes.get(CMS_OID.messageDigest);
  const signingCertificate = attributes.get(CMS_OID.signingCertificateV2);
  if (type === undefined || digest === undefined || signingCertificate === undefined)
    throw new PkiError('CMS_ATTRIBUTES_WRONG', 'attribute missing');
  if (readOid(type) !== contentType) throw new PkiError('CMS_ATTRIBUTES_WRONG', 'content type');
  const messageDigest = assertTag(digest, TAG.octetString).content;
  if (messageDigest.length !== DIGEST_BYTES[digestAlgorithm]) throw new PkiError('CMS_ATTRIBUTES_WRONG', 'message digest length');
  return {
    issuerDer: issuer.der,
    serialHex,
    signatureAlgorithm,
    signatureValue,
    signedAttributes: derValue(TAG.set, signed.content),
    attributeTypes: [...attributes.keys()],
    messageDigest,
    certificateHashes: readCertificateHashes(signingCertificate),
    unsignedAttributes: unsigned === undefined ? new Map() : readAttributes(unsigned),
  };
}

/** Attributes by type, each with exactly one value. */
function readAttributes(set: DerNode): ReadonlyMap<string, DerNode> {
  if (set.children.length === 0 || set.children.length > ATTRIBUTES_MAX) throw new PkiError('CMS_ATTRIBUTES_WRONG', 'attribute count');
  assertSetOrder(set);
  const found = new Map<string, DerNode>();
  for (const child of set.children) {
    const members = membersOf(child);
    const oid = readOid(members.next(TAG.oid));
    const values = members.next(TAG.set);
    members.end();
    const [value] = values.children;
    if (value === undefined || values.children.length !== 1) throw new PkiError('CMS_ATTRIBUTES_WRONG', `values of ${oid}`);
    if (found.has(oid)) throw new PkiError('CMS_ATTRIBUTES_WRONG', `${oid} twice`);
    found.set(oid, value);
  }
  return found;
}

/** @source RFC 5035 §3 */
function readCertificateHashes(value: DerNode): readonly CertificateHash[] {
  return membersOf(value)
    .next(TAG.sequence)
    .children.map((child) => {
      const members = membersOf(child);
      const algorithm = members.optional(TAG.sequence);
      const digest = algorithm === undefined ? 'sha256' : readDigestAlgorithm(algorithm);
      return { digest, value: members.next(TAG.octetString).content };
    });
}

export const isNamed = ({ der, sha256 }: Certificate, { digest, value }: CertificateHash): boolean =>
  digest === 'sha256' ? toHex(value) === sha256 : equalBytes(digestBy(digest, der), value);

function findSigner(certificates: readonly Certificate[], facts: SignerFacts): Certificate {
  const named = certificates.find((each) => each.serialHex === facts.serialHex && equalBytes(each.issuerDer, facts.issuerDer));
  if (named === undefined) throw new PkiError('CMS_SIGNER_UNKNOWN', 'no certificate of that issuer and serial number');
  const [first] = facts.certificateHashes;
  if (first === undefined) throw new PkiError('CMS_ATTRIBUTES_WRONG', 'no certificate named');
  if (!isNamed(named, first)) throw new PkiError('CMS_ESS_MISMATCH', 'signing-certificate-v2 names another certificate');
  return named;
}

/** True when the value is the signer's signature over the signed attributes, by an algorithm that fits the signer's key. */
export function isSignedBySigner(data: Pick<SignedData, 'signer' | 'signatureAlgorithm' | 'signedAttributes' | 'signatureValue'>): boolean {
  return (
    familyOf(data.signer.key.kind) === data.signatureAlgorithm.family &&
    verifySignature(data.signer.spki, data.signatureAlgorithm.digest, data.signedAttributes, data.signatureValue)
  );
}
