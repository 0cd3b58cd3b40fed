/** Fixed clock, seeded random, an authority in memory, the openssl command, and a CMS writer that can be made to lie. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DevAuthorityMaterial, makeDevAuthorityMaterial } from '../../src/adapters/dev-authority-issuing.ts';
import { fromUtf8 } from '../../src/bytes.ts';
import { sha256 } from '../../src/digest.ts';
import { type Instant, toInstant } from '../../src/instant.ts';
import { derDigestAlgorithm, derSignatureAlgorithm } from '../../src/pki/algorithms.ts';
import { type Certificate, parseCertificate } from '../../src/pki/certificate.ts';
import { buildSignedAttributes, CMS_OID } from '../../src/pki/cms.ts';
import {
  constructedContextTag,
  derOctetString,
  derOid,
  derSequence,
  derSetOf,
  derSmallInteger,
  derValue,
  membersOf,
  parseDer,
} from '../../src/pki/der.ts';
import { PkiError, type PkiFailureCode } from '../../src/pki/failure.ts';
import { type CertificateIssuer, type CertificatePlan, issueCertificate, signatoryName } from '../../src/pki/issue.ts';
import { makeKeyPair, type NewKeyKind, type SigningKey } from '../../src/pki/sign.ts';
import type { TimestampSigner } from '../../src/pki/timestamp-authority.ts';
import type { Clock, Random } from '../../src/ports.ts';

export const AT = toInstant(Date.parse('2026-03-01T01:00:00Z'));
export const DAY = 86_400_000;
export const later = (ms: number): Instant => toInstant(AT + ms);
export const fixedClock: Clock = { now: () => AT };

/** SHA-256 in counter mode. */
export function seededRandom(seed: string): Random {
  let counter = 0;
  return {
    bytes(length) {
      const bytes = new Uint8Array(length);
      for (let at = 0; at < length; at += 32) bytes.set(sha256(fromUtf8(`${seed}/${counter++}`)).subarray(0, length - at), at);
      return bytes;
    },
  };
}

export const issuerOf = (by: { readonly key: SigningKey; readonly certificate: Certificate }): CertificateIssuer => ({
  subjectDer: by.certificate.subjectDer,
  spki: by.certificate.spki,
  kind: by.key.kind,
  sign: by.key.sign,
});

export const material: DevAuthorityMaterial = makeDevAuthorityMaterial(AT, seededRandom('pki tests'));

export interface Leaf {
  readonly key: SigningKey;
  readonly certificate: Certificate;
}

const serials = seededRandom('serials');

/** A student's certificate under the issuing CA, with any part of the plan or the issuer replaced. */
export function makeLeaf(
  kind: NewKeyKind = 'p256',
  changes: Partial<CertificatePlan> = {},
  issuer: CertificateIssuer = issuerOf(material.issuing),
): Leaf {
  const key = makeKeyPair(kind);
  const plan: CertificatePlan = {
    profile: { kind: 'signatory', agreementNumber: 'SF-2026-000001', policyOid: '2.999.1' },
    serial: serials.bytes(16),
    subject: signatoryName({ role: 'student', name: '𬱖䶮', identityDigest: 'ab'.repeat(32) }),
    spki: key.spki,
    notBefore: later(-300_000),
    notAfter: later(DAY),
    ...changes,
  };
  return { key, certificate: parseCertificate(issueCertificate(plan, issuer)) };
}

interface TsaPlan {
  readonly commonName?: string;
  readonly kind?: NewKeyKind;
  readonly notBefore?: Instant;
  readonly notAfter?: Instant;
}

/** A timestamp authority with its own key under another, valid from a day ago until in a day unless stated. */
export const makeTsa = (by: Leaf, { commonName = '另一时间戳', kind = 'p256', ...validity }: TsaPlan = {}): Leaf =>
  makeLeaf(kind, { profile: { kind: 'tsa' }, subject: { commonName }, notBefore: later(-DAY), ...validity }, issuerOf(by));

/** What makes tokens in its name. */
export const stampsAs = ({ key, certificate }: Leaf, policyOid = '2.999.3'): TimestampSigner => ({
  chain: [certificate.der],
  policyOid,
  sign: key.sign,
});

/** The code with which a parser refuses. */
export function codeOf(parse: () => unknown): PkiFailureCode | 'accepted' {
  try {
    parse();
  } catch (error) {
    if (error instanceof PkiError) return error.code;
    throw error;
  }
  return 'accepted';
}

const folder = mkdtempSync(join(tmpdir(), 'sanfang-pki-'));

/** Writes bytes into a fresh folder of this process and returns the path. */
export function scratch(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** Runs openssl; throws with its output when it fails. */
export function openssl(...args: readonly string[]): string {
  try {
    return execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
    throw new Error(`openssl ${args[0]}: ${stderr}`, { cause: error });
  }
}

/** Every place where a CMS can be made to lie. Defaults are what `assembleCms` writes for a P-256 leaf. */
export interface CraftedCms {
  readonly attributes?: readonly Uint8Array[];
  readonly digestAlgorithm?: Uint8Array;
  readonly digestAlgorithms?: readonly Uint8Array[];
  readonly signatureAlgorithm?: Uint8Array;
  readonly content?: readonly Uint8Array[];
  readonly certificates?: readonly Uint8Array[];
  readonly unsigned?: readonly Uint8Array[];
  readonly signers?: (signer: Uint8Array) => readonly Uint8Array[];
  readonly afterCertificates?: readonly Uint8Array[];
  readonly version?: number;
  readonly sid?: Uint8Array;
}

export const attribute = (oid: string, ...values: readonly Uint8Array[]): Uint8Array => derSequence(derOid(oid), derSetOf(values));

/** The three attributes of `buildSignedAttributes`, each by itself. */
export const standardAttributes = (digest: Uint8Array, certificate: Certificate): readonly Uint8Array[] =>
  parseDer(buildSignedAttributes(digest, certificate.der)).children.map((child) => child.der);

export function craftCms(leaf: Leaf, digest: Uint8Array, craft: CraftedCms = {}): Uint8Array {
  const attributes = derSetOf(craft.attributes ?? standardAttributes(digest, leaf.certificate));
  const serial = membersOf(parseDer(leaf.certificate.tbs));
  serial.next();
  const sid = craft.sid ?? derSequence(leaf.certificate.issuerDer, serial.next().der);
  const digestAlgorithm = craft.digestAlgorithm ?? derDigestAlgorithm('sha256');
  const signer = derSequence(
    derSmallInteger(1),
    sid,
    digestAlgorithm,
    derValue(constructedContextTag(0), parseDer(attributes).content),
    craft.signatureAlgorithm ?? derSignatureAlgorithm(leaf.key.kind, 'sha256'),
    derOctetString(leaf.key.sign(attributes)),
    ...(craft.unsigned ? [derSetOf(craft.unsigned, constructedContextTag(1))] : []),
  );
  const signedData = derSequence(
    derSmallInteger(craft.version ?? 1),
    derSetOf(craft.digestAlgorithms ?? [digestAlgorithm]),
    derSequence(derOid(CMS_OID.data), ...(craft.content ?? [])),
    derSetOf(craft.certificates ?? [leaf.certificate.der, material.issuing.certificate.der], constructedContextTag(0)),
    ...(craft.afterCertificates ?? []),
    derSetOf(craft.signers ? craft.signers(signer) : [signer]),
  );
  return derSequence(derOid(CMS_OID.signedData), derValue(constructedContextTag(0), signedData));
}
