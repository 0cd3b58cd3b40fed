/** Packs that claim to be an authority's, made from the sample's own files, and authorities to sign for them. */
import { sha256, sha256Hex } from '../../src/digest.ts';
import { AppError } from '../../src/errors.ts';
import { type Instant, parseBeijingDate, toInstant } from '../../src/instant.ts';
import { type Certificate, parseCertificate } from '../../src/pki/certificate.ts';
import { assembleCms, buildSignedAttributes } from '../../src/pki/cms.ts';
import { withLowS } from '../../src/pki/ecdsa-value.ts';
import { type CertificatePlan, issueCertificate } from '../../src/pki/issue.ts';
import { derName } from '../../src/pki/names.ts';
import { makeKeyPair } from '../../src/pki/sign.ts';
import { type PackFiles, publishPrefix } from '../../src/template/load-pack.ts';
import { parseManifest, printManifest } from '../../src/template/manifest.ts';
import { parseRelease, printRelease, type Release, type ReleaseFiles } from '../../src/template/release.ts';
import type { TemplateStatus } from '../../src/template/template-document.ts';
import { type AuthorityKey, type ReleaseTerms, signRelease } from '../../src/workflow/release-template.ts';
import { issuerOf, type Leaf } from '../pki/support.ts';
import { AT, clockAt, DAY, fonts, packFiles, seededRandom } from './signed-agreement.ts';

export const day = (text: string) => {
  const read = parseBeijingDate(text);
  if (read === undefined) throw new Error(text);
  return read;
};

/** The sample's text under another name and status; no release yet. */
export function packOf(pack: string, version: string, status: TemplateStatus): PackFiles {
  const sample = parseManifest(packFiles.manifest);
  const bare = { ...packFiles, manifest: printManifest({ ...sample, pack, version, status }) };
  return { ...bare, manifest: printManifest(publishPrefix(bare, fonts)) };
}

const serials = seededRandom('authority serials');

export interface TestAuthority extends AuthorityKey {
  readonly certificate: Certificate;
}

/** An authority with a certificate of its own making, or one under an issuer. */
export function makeAuthority(
  organisation: string,
  changes: Partial<CertificatePlan> = {},
  issuer?: Leaf,
  kind: 'p256' | 'rsa2048' = 'p256',
): TestAuthority {
  const key = makeKeyPair(kind);
  const subject = { country: 'CN', organisation, commonName: `${organisation}签发` };
  const plan: CertificatePlan = {
    profile: { kind: 'template-authority' },
    serial: serials.bytes(16),
    subject,
    spki: key.spki,
    notBefore: toInstant(AT - 365 * DAY),
    notAfter: toInstant(AT + 365 * DAY),
    ...changes,
  };
  const own = { subjectDer: derName(plan.subject), spki: key.spki, kind: key.kind, sign: key.sign };
  const certificate = parseCertificate(issueCertificate(plan, issuer === undefined ? own : issuerOf(issuer)));
  const above = issuer === undefined || issuer.certificate.pathLength === 1 ? [] : [issuer.certificate.der];
  return { key, certificate, chain: [certificate.der, ...above] };
}

export const TERMS: ReleaseTerms = { status: 'regional', from: day('2026-01-01'), until: null };

export const releaseOf = (files: PackFiles, by: AuthorityKey, terms: Partial<ReleaseTerms> = {}, at: Instant = AT): ReleaseFiles =>
  signRelease({ clock: clockAt(at), fonts }, files, { ...TERMS, ...terms }, by);

export const withRelease = (files: PackFiles, release: ReleaseFiles): PackFiles => ({ ...files, release });

/** A release whose every word the forger chooses, properly signed with a key of the forger's choice. */
export function forge(files: PackFiles, by: TestAuthority, changes: Partial<Release>): ReleaseFiles {
  const manifest = parseManifest(files.manifest);
  return signJson(
    printRelease({
      pack: manifest.pack,
      version: manifest.version,
      manifestSha256: sha256Hex(files.manifest),
      status: 'regional',
      authority: by.certificate.subject.organisation ?? '',
      effectiveFrom: TERMS.from,
      effectiveUntil: null,
      withdrawnOn: null,
      issuedAt: AT,
      ...changes,
    }),
    by,
  );
}

export function signJson(json: Uint8Array, { key, certificate, chain }: TestAuthority): ReleaseFiles {
  const signedAttributes = buildSignedAttributes(sha256(json), certificate.der, undefined, chain.slice(1));
  const value = key.sign(signedAttributes);
  const signatureValue = key.kind === 'rsa' ? value : withLowS(value, key.kind);
  return { json, signature: assembleCms({ signedAttributes, signatureValue, chain, timestampToken: null }) };
}

export const readReleaseOf = (files: ReleaseFiles): Release => parseRelease(files.json, 'test');

/** The code with which something is refused. */
export function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return 'accepted';
}
