/** Certificates for SM2 keys signed with SM2: the same X.509 as the others, under other algorithms, and never taken for one of them. */
import type { Instant } from '../instant.ts';
import { readX509, type X509 } from './certificate.ts';
import { type ChainJudgement, verifyChainOf } from './chain.ts';
import { type DerNode, membersOf, parseDer, readBitOctets, readOid, TAG } from './der.ts';
import { PkiError, renaming } from './failure.ts';
import { isSm2Point, isSm2Right } from './sm2.ts';

export interface Sm2Key {
  readonly kind: 'sm2';
  /** 4, x, y. */
  readonly point: Uint8Array;
}
export type Sm2Certificate = X509<Sm2Key, 'sm2'>;

const EC_KEY = '1.2.840.10045.2.1';
const SM2_CURVE = '1.2.156.10197.1.301';
const SM2_WITH_SM3 = '1.2.156.10197.1.501';

/**
 * Reads one X.509 v3 certificate that fills the input.
 * @throws PkiError CERTIFICATE_MALFORMED, CERTIFICATE_ALGORITHM_REFUSED (a key or a signature other than SM2)
 * @source GM/T 0015-2023 §5.2; RFC 5280 §4.1
 */
export const parseSm2Certificate = (der: Uint8Array): Sm2Certificate =>
  renaming({ DER_MALFORMED: 'CERTIFICATE_MALFORMED', ALGORITHM_REFUSED: 'CERTIFICATE_ALGORITHM_REFUSED' }, () =>
    readX509(der, parseDer(der), readKey, readAlgorithm),
  );

function readKey(spki: Uint8Array): Sm2Key {
  const members = membersOf(parseDer(spki));
  const algorithm = membersOf(members.next(TAG.sequence));
  const [family, curve] = [readOid(algorithm.next(TAG.oid)), readOid(algorithm.next(TAG.oid))];
  algorithm.end();
  const point = readBitOctets(members.next(TAG.bitString));
  members.end();
  if (family !== EC_KEY || curve !== SM2_CURVE) throw new PkiError('ALGORITHM_REFUSED', `key ${family} ${curve}`);
  if (!isSm2Point(point)) throw new PkiError('DER_MALFORMED', 'SM2 point');
  return { kind: 'sm2', point };
}

/** Parameters absent, or NULL as some authorities write them. @source GM/T 0015-2023 §5.2.3.3 */
function readAlgorithm(node: DerNode): 'sm2' {
  const members = membersOf(node);
  const oid = readOid(members.next(TAG.oid));
  if (oid !== SM2_WITH_SM3) throw new PkiError('ALGORITHM_REFUSED', oid);
  members.optional(TAG.null);
  members.end();
  return 'sm2';
}

/** Judges the chain of whoever signed a document with SM2. @param anchors SM2 roots, the verifier's own */
export const verifySm2Chain = (
  leaf: Sm2Certificate,
  intermediates: readonly Sm2Certificate[],
  anchors: readonly Sm2Certificate[],
  at: Instant,
): ChainJudgement<Sm2Certificate> =>
  verifyChainOf(leaf, intermediates, anchors, at, 'signatory', (child, issuer) =>
    isSm2Right(issuer.key.point, child.tbs, child.signatureValue),
  );
