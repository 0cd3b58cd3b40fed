/** Makes X.509 v3 certificates for the six profiles; the issuing key is a function that is handed in. */
import { fromLatin1 } from '../bytes.ts';
import { sha256 } from '../digest.ts';
import type { Instant } from '../instant.ts';
import { derSignatureAlgorithm, type KeyKind, parsePublicKey } from './algorithms.ts';
import { EXTENSION, KEY_USAGES, type KeyUsage } from './certificate.ts';
import {
  constructedContextTag,
  contextTag,
  derBitString,
  derInteger,
  derNull,
  derOctetString,
  derOid,
  derSequence,
  derSmallInteger,
  derTrue,
  derValue,
  membersOf,
  parseDer,
  readBitOctets,
  TAG,
} from './der.ts';
import { derName, derTime, type NameAttributes } from './names.ts';
import { derPublication, type Publication } from './publication.ts';

/** What a certificate is for; it fixes every extension. */
export type CertificateProfile =
  | { readonly kind: 'root' }
  | { readonly kind: 'issuing-ca' }
  | { readonly kind: 'tsa' }
  /** Answers in an authority's place whether certificates are revoked. */
  | { readonly kind: 'ocsp-responder' }
  /** Signs template releases; vouched for by whoever installs it, so it may be signed by its own key. */
  | { readonly kind: 'template-authority' }
  /** `agreementNumber` binds the certificate to one agreement; `policyOid` names the rules it was issued under; null for none. */
  | { readonly kind: 'signatory'; readonly agreementNumber: string | null; readonly policyOid: string | null };

export interface CertificatePlan {
  readonly profile: CertificateProfile;
  /** 1–20 random bytes; the first bit is cleared so that the number is positive. */
  readonly serial: Uint8Array;
  readonly subject: Partial<NameAttributes>;
  /** SubjectPublicKeyInfo DER of an allowed key. */
  readonly spki: Uint8Array;
  readonly notBefore: Instant;
  readonly notAfter: Instant;
  /** Where anybody finds out whether it was revoked; absent where the issuer publishes nothing. */
  readonly publication?: Publication;
}

/** Who signs a certificate: its name and key as its own certificate states them, and the SHA-256 signing operation. */
export interface CertificateIssuer {
  readonly subjectDer: Uint8Array;
  readonly spki: Uint8Array;
  /** Key identifier that its own certificate states; ours where that states none. */
  readonly keyId?: Uint8Array | null;
  readonly kind: KeyKind;
  readonly sign: (message: Uint8Array) => Uint8Array;
}

/** What the name of an authority made for trying out ends with; no real one carries it. */
const TRIAL = '（试用，非正式机构）';

/** Subject of a template authority made for trying out. */
export const trialAuthorityName = (name: string): Partial<NameAttributes> => ({
  country: 'CN',
  organisation: `${name}${TRIAL}`,
  commonName: '模板机构试用证书',
});

export const isTrialAuthority = ({ subject }: { readonly subject: NameAttributes }): boolean =>
  subject.organisation?.endsWith(TRIAL) === true;

export const PURPOSE = { timeStamping: '1.3.6.1.5.5.7.3.8', ocspSigning: '1.3.6.1.5.5.7.3.9' } as const;

/** Organisational unit of the platform's own certificate; no signatory's role has this name. */
export const PLATFORM_UNIT = 'sanfang-platform';

/** A signatory in the words of the certificate; `role` is the word of the agreement (student, guardian, unit, school). */
export type SignatorySubject =
  | { readonly role: string; readonly name: string; readonly identityDigest: string }
  | { readonly role: string; readonly name: string; readonly organisation: string; readonly creditCode: string };

/**
 * The subject that a signatory's certificate carries. Persons: CN name, OU role, serialNumber the salted identity digest.
 * Organisations: CN the authorised signatory, O the organisation, organizationIdentifier with the credit code, OU role.
 * @source ETSI EN 319 412-2 §4.2.4; ETSI EN 319 412-3 §4.2.1; GB 32100-2015
 */
export function signatoryName(signatory: SignatorySubject): NameAttributes {
  const common = { country: 'CN', commonName: signatory.name, organisationalUnit: signatory.role };
  if ('identityDigest' in signatory) {
    return { ...common, organisation: null, organisationIdentifier: null, serialNumber: signatory.identityDigest };
  }
  return {
    ...common,
    organisation: signatory.organisation,
    organisationIdentifier: `NTRCN-${signatory.creditCode}`,
    serialNumber: null,
  };
}

/** The URI that binds a certificate to one agreement. @throws RangeError unless the number is 1–64 of A–Z a–z 0–9 - */
export function agreementUri(agreementNumber: string): string {
  if (!/^[A-Za-z0-9-]{1,64}$/.test(agreementNumber)) throw new RangeError('not an agreement number');
  return `urn:sanfang:agreement:${agreementNumber}`;
}

/** First 160 bits of the SHA-256 of the key's bits. @source RFC 7093 §2 method 1 */
function keyIdentifier(spki: Uint8Array): Uint8Array {
  const members = membersOf(parseDer(spki));
  members.next();
  return sha256(readBitOctets(members.next(TAG.bitString))).subarray(0, 20);
}

const extension = (oid: string, critical: 'critical' | 'optional', value: Uint8Array): Uint8Array =>
  critical === 'critical' ? derSequence(derOid(oid), derTrue(), derOctetString(value)) : derSequence(derOid(oid), derOctetString(value));

/** A named-bit list without trailing zero bits. @source ITU-T X.690 §11.2.2 */
function derKeyUsage(usages: readonly KeyUsage[]): Uint8Array {
  const bits = usages.map((usage) => KEY_USAGES.indexOf(usage));
  const highest = Math.max(...bits);
  const octet = bits.reduce((value, bit) => value | (0x80 >> bit), 0);
  return derValue(TAG.bitString, Uint8Array.of(7 - highest, octet));
}

const caConstraints = (pathLength: number): Uint8Array => derSequence(derTrue(), derSmallInteger(pathLength));

function profileExtensions(profile: CertificateProfile): readonly Uint8Array[] {
  switch (profile.kind) {
    case 'root':
    case 'issuing-ca':
      return [
        extension(EXTENSION.basicConstraints, 'critical', caConstraints(profile.kind === 'root' ? 1 : 0)),
        extension(EXTENSION.keyUsage, 'critical', derKeyUsage(['keyCertSign', 'cRLSign'])),
      ];
    case 'tsa':
      return [
        extension(EXTENSION.basicConstraints, 'critical', derSequence()),
        extension(EXTENSION.keyUsage, 'critical', derKeyUsage(['digitalSignature'])),
        extension(EXTENSION.extendedKeyUsage, 'critical', derSequence(derOid(PURPOSE.timeStamping))),
      ];
    case 'ocsp-responder':
      return [
        extension(EXTENSION.basicConstraints, 'critical', derSequence()),
        extension(EXTENSION.keyUsage, 'critical', derKeyUsage(['digitalSignature'])),
        extension(EXTENSION.extendedKeyUsage, 'critical', derSequence(derOid(PURPOSE.ocspSigning))),
        extension(EXTENSION.noRevocationCheck, 'optional', derNull()),
      ];
    case 'template-authority':
      return [
        extension(EXTENSION.basicConstraints, 'critical', derSequence()),
        extension(EXTENSION.keyUsage, 'critical', derKeyUsage(['digitalSignature', 'nonRepudiation'])),
      ];
    case 'signatory':
      return [
        extension(EXTENSION.basicConstraints, 'critical', derSequence()),
        extension(EXTENSION.keyUsage, 'critical', derKeyUsage(['digitalSignature', 'nonRepudiation'])),
        ...(profile.policyOid === null
          ? []
          : [extension(EXTENSION.certificatePolicies, 'optional', derSequence(derSequence(derOid(profile.policyOid))))]),
        ...(profile.agreementNumber === null
          ? []
          : [
              extension(
                EXTENSION.subjectAltName,
                'optional',
                derSequence(derValue(contextTag(6), fromLatin1(agreementUri(profile.agreementNumber)))),
              ),
            ]),
      ];
  }
}

function derSerial(serial: Uint8Array): Uint8Array {
  if (serial.length === 0 || serial.length > 20) throw new RangeError('serial number length');
  const positive = Uint8Array.from(serial, (octet, index) => (index === 0 ? octet & 0x7f : octet));
  if (positive.every((octet) => octet === 0)) throw new RangeError('serial number zero');
  return derInteger(positive);
}

/**
 * Makes one certificate, DER.
 * @param issuer for the root profile, the root itself; for a template authority signed by its own key, that authority
 * @throws RangeError for a name, serial number or agreement number that may not stand in a certificate;
 *   PkiError ALGORITHM_REFUSED for a key that is not on the allow-list
 * @source RFC 5280 §4
 */
export function issueCertificate(plan: CertificatePlan, issuer: CertificateIssuer): Uint8Array<ArrayBuffer> {
  parsePublicKey(plan.spki);
  const algorithm = derSignatureAlgorithm(issuer.kind, 'sha256');
  const authority =
    plan.profile.kind === 'root'
      ? []
      : [extension(EXTENSION.authorityKeyId, 'optional', derSequence(derValue(contextTag(0), issuer.keyId ?? keyIdentifier(issuer.spki))))];
  const extensions = [
    extension(EXTENSION.subjectKeyId, 'optional', derOctetString(keyIdentifier(plan.spki))),
    ...authority,
    ...profileExtensions(plan.profile),
    ...(plan.publication === undefined ? [] : derPublication(plan.publication).map(({ oid, value }) => extension(oid, 'optional', value))),
  ];
  const tbs = derSequence(
    derValue(constructedContextTag(0), derSmallInteger(2)),
    derSerial(plan.serial),
    algorithm,
    issuer.subjectDer,
    derSequence(derTime(plan.notBefore), derTime(plan.notAfter)),
    derName(plan.subject),
    plan.spki,
    derValue(constructedContextTag(3), derSequence(...extensions)),
  );
  return derSequence(tbs, algorithm, derBitString(issuer.sign(tbs)));
}
