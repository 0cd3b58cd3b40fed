/** What a template authority does: sign for a version of a template, withdraw it; and what an installation does with what it is sent. */

import { sha256, sha256Hex } from '../digest.ts';
import { AppError } from '../errors.ts';
import { type BeijingDate, toRfc3339, wholeSeconds } from '../instant.ts';
import { parseCertificate } from '../pki/certificate.ts';
import { assembleCms, buildSignedAttributes } from '../pki/cms.ts';
import { withLowS } from '../pki/ecdsa-value.ts';
import { PkiError } from '../pki/failure.ts';
import { failureWords } from '../pki/failure-words.ts';
import type { SigningKey } from '../pki/sign.ts';
import { verifySignature } from '../pki/verify-signature.ts';
import type { Clock } from '../ports.ts';
import type { FontLibrary } from '../template/font-library.ts';
import { inspectPack, type PackFiles } from '../template/load-pack.ts';
import {
  assertReleaseOf,
  judgeStanding,
  parseRelease,
  printRelease,
  type Release,
  type ReleaseFiles,
  type ReleaseRank,
} from '../template/release.ts';
import { authorityNameOf, type TemplateAuthorities, trusting } from '../verify/judge-release.ts';

/** A key and the certificate over it, as an authority keeps them. */
export interface AuthorityKey {
  readonly key: SigningKey;
  /** Leaf first, then intermediates; DER. */
  readonly chain: readonly Uint8Array[];
}

export interface ReleaseTerms {
  readonly status: ReleaseRank;
  readonly from: BeijingDate;
  readonly until: BeijingDate | null;
}

/**
 * Signs for a pack that was checked whole, in place of an earlier release if there is one.
 * @throws AppError TEMPLATE_… as `inspectPack`; TEMPLATE_RELEASE_MISMATCH when the pack was imported under another status;
 *   TEMPLATE_RELEASE_INVALID for dates that contradict each other, TEMPLATE_RELEASE_NOT_NEWER, TEMPLATE_KEY_REFUSED
 */
export function signRelease(
  ports: { readonly clock: Clock; readonly fonts: FontLibrary },
  files: PackFiles,
  terms: ReleaseTerms,
  by: AuthorityKey,
): ReleaseFiles {
  const { manifest } = inspectPack(files, ports.fonts).document;
  const release: Release = {
    pack: manifest.pack,
    version: manifest.version,
    manifestSha256: sha256Hex(files.manifest),
    status: terms.status,
    authority: nameOf(by),
    effectiveFrom: terms.from,
    effectiveUntil: terms.until,
    withdrawnOn: null,
    issuedAt: wholeSeconds(ports.clock.now()),
  };
  assertReleaseOf(release, manifest, files.manifest);
  return replacing(files, release, by);
}

/**
 * Withdraws a released version from a day on. What was signed before that day stays valid, so the day may not lie in the past.
 * @throws AppError TEMPLATE_… as `signRelease`; TEMPLATE_AUTHORITY_MISSING when nothing was released
 */
export function withdrawRelease(
  ports: { readonly clock: Clock; readonly fonts: FontLibrary },
  files: PackFiles,
  withdrawnOn: BeijingDate,
  by: AuthorityKey,
): ReleaseFiles {
  const { manifest } = inspectPack(files, ports.fonts).document;
  // Read only: whether the earlier signature is to be trusted is for those who load it.
  judgeStanding(manifest, files.manifest, files.release ?? null, () => {});
  if (files.release === undefined)
    throw new AppError('TEMPLATE_RELEASE_MISMATCH', { pack: manifest.pack, what: '样张没有机构签署，不用停用' });
  const present = parseRelease(files.release.json, manifest.pack);
  return replacing(files, { ...present, authority: nameOf(by), withdrawnOn, issuedAt: wholeSeconds(ports.clock.now()) }, by);
}

/**
 * Judges a release that an authority sent, before it is put in place of the present one.
 * @throws AppError TEMPLATE_RELEASE_INVALID, TEMPLATE_RELEASE_MISMATCH, TEMPLATE_AUTHORITY_UNTRUSTED; TEMPLATE_RELEASE_NOT_NEWER for
 *   one as old as the present one or older, by which a withdrawal could be undone
 */
export function acceptRelease(files: PackFiles, offered: ReleaseFiles, fonts: FontLibrary, authorities: TemplateAuthorities): Release {
  const { manifest } = inspectPack(files, fonts).document;
  judgeStanding(manifest, files.manifest, offered, trusting(authorities));
  const release = parseRelease(offered.json, manifest.pack);
  assertNewer(files, release);
  return release;
}

const nameOf = ({ chain: [leaf] }: AuthorityKey): string => {
  if (leaf === undefined) throw new AppError('TEMPLATE_KEY_REFUSED', { reason: '没有证书' });
  return authorityNameOf(parseCertificate(leaf));
};

function replacing(files: PackFiles, release: Release, by: AuthorityKey): ReleaseFiles {
  const json = printRelease(release);
  parseRelease(json, release.pack);
  assertNewer(files, release);
  return { json, signature: sign(json, by) };
}

function assertNewer({ release: present }: PackFiles, offered: Release): void {
  if (present === undefined) return;
  const { issuedAt } = parseRelease(present.json, offered.pack);
  if (offered.issuedAt > issuedAt) return;
  throw new AppError('TEMPLATE_RELEASE_NOT_NEWER', {
    pack: offered.pack,
    present: toRfc3339(issuedAt),
    offered: toRfc3339(offered.issuedAt),
  });
}

/** @throws AppError TEMPLATE_KEY_REFUSED */
function sign(json: Uint8Array, { key, chain }: AuthorityKey): Uint8Array {
  const [leafDer, ...others] = chain;
  if (leafDer === undefined) throw new AppError('TEMPLATE_KEY_REFUSED', { reason: '没有证书' });
  try {
    const leaf = parseCertificate(leafDer);
    const signedAttributes = buildSignedAttributes(sha256(json), leafDer, undefined, others);
    const value = key.sign(signedAttributes);
    if (!verifySignature(leaf.spki, 'sha256', signedAttributes, value))
      throw new AppError('TEMPLATE_KEY_REFUSED', { reason: '密钥与证书不是一对' });
    const signatureValue = leaf.key.kind === 'rsa' ? value : withLowS(value, leaf.key.kind);
    return assembleCms({ signedAttributes, signatureValue, chain, timestampToken: null });
  } catch (error) {
    if (error instanceof PkiError) throw new AppError('TEMPLATE_KEY_REFUSED', { reason: failureWords(error.code) });
    throw error;
  }
}
