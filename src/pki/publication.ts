/** Where a certificate says that its issuer publishes: revocation lists, OCSP answers, and the issuer's own certificate. */
import { fromLatin1, toLatin1 } from '../bytes.ts';
import type { Certificate } from './certificate.ts';
import {
  constructedContextTag,
  contextTag,
  type DerNode,
  derOid,
  derSequence,
  derValue,
  membersOf,
  parseDer,
  readOid,
  TAG,
} from './der.ts';
import { PkiError } from './failure.ts';

/** HTTP addresses, as they stand in the certificate. */
export interface Publication {
  readonly crls: readonly string[];
  readonly ocsps: readonly string[];
  readonly issuers: readonly string[];
}

const EXTENSION = { distributionPoints: '2.5.29.31', authorityAccess: '1.3.6.1.5.5.7.1.1' } as const;
const ACCESS = { ocsps: '1.3.6.1.5.5.7.48.1', issuers: '1.3.6.1.5.5.7.48.2' } as const;
const URI = contextTag(6);
const ZERO = constructedContextTag(0);

/** Extensions for a certificate; none where there is nothing to say. @source RFC 5280 §4.2.1.13, §4.2.2.1 */
export function derPublication({ crls, ocsps, issuers }: Publication): readonly { readonly oid: string; readonly value: Uint8Array }[] {
  const uri = (address: string): Uint8Array => derValue(URI, fromLatin1(address));
  const points = crls.map((address) => derSequence(derValue(ZERO, derValue(ZERO, uri(address)))));
  const access = [
    ...ocsps.map((address) => derSequence(derOid(ACCESS.ocsps), uri(address))),
    ...issuers.map((address) => derSequence(derOid(ACCESS.issuers), uri(address))),
  ];
  return [
    ...(points.length === 0 ? [] : [{ oid: EXTENSION.distributionPoints, value: derSequence(...points) }]),
    ...(access.length === 0 ? [] : [{ oid: EXTENSION.authorityAccess, value: derSequence(...access) }]),
  ];
}

const isWeb = (address: string): boolean => /^https?:\/\/[\x21-\x7e]+$/.test(address);

/** The HTTP addresses of a certificate. What is spelt in another way, such as an LDAP directory, is left out. */
export function publicationOf(certificate: Pick<Certificate, 'tbs'>): Publication {
  const points = extensionOf(certificate, EXTENSION.distributionPoints);
  const access = extensionOf(certificate, EXTENSION.authorityAccess);
  // A point for some reasons only, or signed by somebody else, is no complete list of the issuer.
  const crls = (points?.children ?? []).flatMap((point) => {
    const [name, ...others] = point.children;
    return name?.tag === ZERO && others.length === 0 ? name.children.filter(({ tag }) => tag === ZERO).flatMap(urisOf) : [];
  });
  const by = (oid: string): readonly string[] =>
    (access?.children ?? []).flatMap((description) => {
      const [method] = description.children;
      return method?.tag === TAG.oid && readOid(method) === oid ? urisOf(description) : [];
    });
  return { crls: crls.filter(isWeb), ocsps: by(ACCESS.ocsps).filter(isWeb), issuers: by(ACCESS.issuers).filter(isWeb) };
}

const urisOf = (node: DerNode): readonly string[] => node.children.filter(({ tag }) => tag === URI).map(({ content }) => toLatin1(content));

/** Value of an extension; undefined where it is absent or no DER. */
function extensionOf({ tbs }: Pick<Certificate, 'tbs'>, oid: string): DerNode | undefined {
  const list = parseDer(tbs).children.find(({ tag }) => tag === constructedContextTag(3))?.children[0];
  for (const each of list?.children ?? []) {
    const members = membersOf(each);
    if (readOid(members.next(TAG.oid)) !== oid) continue;
    members.optional(TAG.boolean);
    try {
      return parseDer(members.next(TAG.octetString).content);
    } catch (error) {
      if (error instanceof PkiError) return undefined;
      throw error;
    }
  }
  return undefined;
}
