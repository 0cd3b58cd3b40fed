/** Questions to an OCSP responder: strict DER in, what is asked out; and the writer. */
import { equalBytes, fromHex, toHex } from '../bytes.ts';
import { sha256 } from '../digest.ts';
import { derDigestAlgorithm } from './algorithms.ts';
import type { Certificate } from './certificate.ts';
import {
  constructedContextTag,
  type DerNode,
  derInteger,
  derOctetString,
  derOid,
  derSequence,
  derValue,
  membersOf,
  onlyMember,
  parseDer,
  readBitOctets,
  readBoolean,
  readOid,
  readPositiveInteger,
  TAG,
} from './der.ts';
import { PkiError, renaming } from './failure.ts';
import { type ForeignDigest, foreignDigest } from './foreign-digest.ts';

/** One certificate that is asked about. */
export interface OcspQuestion {
  /** The identifier as it was spelt: an answer repeats it. DER. */
  readonly idDer: Uint8Array;
  readonly serialHex: string;
  /** Whether the identifier names that issuer. */
  readonly isOf: (issuer: Certificate) => boolean;
}

export interface OcspRequest {
  readonly questions: readonly OcspQuestion[];
  /** 1–32 bytes; null where none was sent. */
  readonly nonce: Uint8Array | null;
}

export const NONCE_OID = '1.3.6.1.5.5.7.48.1.2';
/** SHA-1 only says who is meant, and proves nothing: RFC 6960 lets every client use it. */
const DIGESTS: Readonly<Record<string, ForeignDigest>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};
const QUESTIONS_MAX = 16;
const NONCE_MAX = 32;

const malformed = (detail: string): PkiError => new PkiError('OCSP_MALFORMED', detail);

/**
 * Reads a request that fills the input. A requestor's signature is not needed and not looked at.
 * @throws PkiError OCSP_MALFORMED
 * @source RFC 6960 §4.1.1; RFC 9654 §2.1 (nonce)
 */
export function parseOcspRequest(der: Uint8Array): OcspRequest {
  return renaming({ DER_MALFORMED: 'OCSP_MALFORMED' }, () => {
    const outer = membersOf(parseDer(der));
    const tbs = membersOf(outer.next(TAG.sequence));
    outer.optional(constructedContextTag(0));
    outer.end();
    if (tbs.optional(constructedContextTag(0)) !== undefined) throw malformed('default version written out');
    tbs.optional(constructedContextTag(1));
    const list = tbs.next(TAG.sequence).children;
    const extensions = tbs.optional(constructedContextTag(2));
    tbs.end();
    if (list.length === 0 || list.length > QUESTIONS_MAX) throw malformed(`${list.length} questions`);
    return { questions: list.map(readQuestion), nonce: extensions === undefined ? null : readNonce(extensions) };
  });
}

function readQuestion(node: DerNode): OcspQuestion {
  const request = membersOf(node);
  const id = request.next(TAG.sequence);
  request.optional(constructedContextTag(0));
  request.end();
  const members = membersOf(id);
  const digest = DIGESTS[readOid(membersOf(members.next(TAG.sequence)).next(TAG.oid))];
  const nameHash = members.next(TAG.octetString).content;
  const keyHash = members.next(TAG.octetString).content;
  const serial = readPositiveInteger(members.next(TAG.integer), 20);
  members.end();
  return {
    idDer: id.der,
    serialHex: toHex(serial),
    isOf: (issuer) =>
      digest !== undefined &&
      equalBytes(nameHash, foreignDigest(digest, issuer.subjectDer)) &&
      equalBytes(keyHash, foreignDigest(digest, keyBits(issuer.spki))),
  };
}

/** The nonce, once as an OCTET STRING inside the extension's own; unknown extensions are passed over unless critical. */
function readNonce(explicit: DerNode): Uint8Array | null {
  let nonce: Uint8Array | null = null;
  for (const child of onlyMember(explicit, explicit.tag).children) {
    const members = membersOf(child);
    const oid = readOid(members.next(TAG.oid));
    const flag = members.optional(TAG.boolean);
    const value = members.next(TAG.octetString).content;
    members.end();
    if (oid === NONCE_OID) {
      const inner = parseDer(value);
      if (inner.tag !== TAG.octetString || inner.content.length === 0 || inner.content.length > NONCE_MAX || nonce !== null)
        throw malformed('nonce');
      nonce = inner.content;
    } else if (flag !== undefined && readBoolean(flag)) throw malformed(`critical extension ${oid}`);
  }
  return nonce;
}

/** The bits of a public key, which identifiers are digests of. */
export function keyBits(spki: Uint8Array): Uint8Array {
  const members = membersOf(parseDer(spki));
  members.next();
  return readBitOctets(members.next(TAG.bitString));
}

/** The identifier of a certificate under its issuer, by SHA-256; DER. */
export const certificateIdOf = (
  certificate: Pick<Certificate, 'serialHex'>,
  issuer: Pick<Certificate, 'subjectDer' | 'spki'>,
): Uint8Array =>
  derSequence(
    derDigestAlgorithm('sha256'),
    derOctetString(sha256(issuer.subjectDer)),
    derOctetString(sha256(keyBits(issuer.spki))),
    derInteger(fromHex(certificate.serialHex)),
  );

/** Asks about one certificate, DER. @param nonce 16–32 bytes, or null @source RFC 6960 §4.1.1; RFC 9654 §2.1 */
export function buildOcspRequest(certificate: Certificate, issuer: Certificate, nonce: Uint8Array | null): Uint8Array<ArrayBuffer> {
  const list = derSequence(derSequence(certificateIdOf(certificate, issuer)));
  const extensions =
    nonce === null
      ? []
      : [derValue(constructedContextTag(2), derSequence(derSequence(derOid(NONCE_OID), derOctetString(derOctetString(nonce)))))];
  return derSequence(derSequence(list, ...extensions));
}
