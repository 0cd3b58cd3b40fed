/** Seals an agreement that all have signed: the proof that no certificate was revoked, and an archive timestamp over everything; later, again. */

import { PARTY_ZH } from '../agreement/parties.ts';
import { requiredRoles } from '../agreement/signatories.ts';
import { concatBytes, equalBytes, fromLatin1, toHex } from '../bytes.ts';
import { AppError } from '../errors.ts';
import type { Instant } from '../instant.ts';
import type { SealRevision, ValidationData } from '../pdf/seal-revision.ts';
import { CONTENTS_BYTES, type RevisionBase } from '../pdf/update.ts';
import { parseAnchors } from '../pki/anchors.ts';
import type { Certificate } from '../pki/certificate.ts';
import { type Crl, parseCrl } from '../pki/crl.ts';
import { PkiError } from '../pki/failure.ts';
import { type OcspResponse, parseOcspResponse } from '../pki/ocsp.ts';
import { judgeRevocation, type RevocationEvidence, type RevocationJudgement } from '../pki/revocation.ts';
import type { LockedTemplate } from '../template/locked-template.ts';
import { type Reproduction, reproduceWhole } from '../template/reproduce.ts';
import type { RevisionZero } from '../template/revision-zero.ts';
import { layOutArchive, layOutValidation } from '../template/seal-layout.ts';
import { canonicalToken } from './complete.ts';
import { chainOfArchive, chainsOfSignature, type SignedChain } from './signed-chains.ts';

/** Lists and answers as they came, DER; those that are of no use are left out of the file. */
export interface SealEvidence {
  readonly crls: readonly Uint8Array[];
  readonly ocsps: readonly Uint8Array[];
}

export interface SealMeans {
  /** The roots under which the chains are looked for; DER. */
  readonly trustAnchors: readonly Uint8Array[];
  readonly evidence: SealEvidence;
  /** When the evidence was fetched. */
  readonly at: Instant;
  /** A timestamp token over a SHA-256, DER. */
  readonly stamp: (imprintSha256: Uint8Array) => Promise<Uint8Array>;
}

/** A certificate and its issuer, about which an authority has to be asked; both DER. */
export interface CertificateToProve {
  readonly certificate: Uint8Array;
  readonly issuer: Uint8Array;
  readonly purpose: 'signatory' | 'authority';
}

interface OpenFile {
  readonly template: LockedTemplate;
  readonly zero: RevisionZero;
  readonly base: RevisionBase;
  readonly chains: readonly SignedChain[];
  readonly seals: Reproduction['seals'];
}

/**
 * The certificates of a file whose revocation a seal has to disprove, each once.
 * @throws AppError REVISION_NOT_REPRODUCIBLE, REVOCATION_UNAVAILABLE for a chain that leads to no anchor
 */
export function certificatesToProve(
  template: LockedTemplate,
  file: Uint8Array,
  trustAnchors: readonly Uint8Array[],
): readonly CertificateToProve[] {
  const found = new Map<string, CertificateToProve>();
  for (const { path, purpose } of openFile(template, file, trustAnchors).chains) {
    path.slice(0, -1).forEach((certificate, i) => {
      const issuer = path[i + 1] ?? certificate;
      const leaf = i === 0 && purpose === 'signatory';
      found.set(certificate.sha256, { certificate: certificate.der, issuer: issuer.der, purpose: leaf ? 'signatory' : 'authority' });
    });
  }
  return [...found.values()];
}

/**
 * Adds validation data and the first archive timestamp (PAdES B-LTA).
 * @throws AppError AGREEMENT_NOT_COMPLETE, AGREEMENT_SEALED, REVOCATION_UNAVAILABLE, CERTIFICATE_REVOKED, TIMESTAMP_REFUSED, CMS_TOO_LARGE,
 *   REVISION_NOT_REPRODUCIBLE, and whatever `stamp` throws
 * @source ETSI EN 319 142-1 §6.3
 */
export async function sealAgreement(template: LockedTemplate, file: Uint8Array, means: SealMeans): Promise<Uint8Array> {
  const open = openFile(template, file, means.trustAnchors);
  if (open.seals.length > 0) throw new AppError('AGREEMENT_SEALED');
  return writeSeal(file, open, means);
}

/**
 * Adds what proves the last archive timestamp's own certificates, and a further archive timestamp: before those certificates expire.
 * @throws AppError AGREEMENT_NOT_SEALED, and those of `sealAgreement`
 */
export async function renewArchive(template: LockedTemplate, file: Uint8Array, means: SealMeans): Promise<Uint8Array> {
  const open = openFile(template, file, means.trustAnchors);
  if (open.seals.at(-1)?.kind !== 'archive') throw new AppError('AGREEMENT_NOT_SEALED');
  return writeSeal(file, open, means);
}

function openFile(template: LockedTemplate, file: Uint8Array, trustAnchors: readonly Uint8Array[]): OpenFile {
  const { data, zero, base, signatures, seals } = reproduceWhole(template, file);
  const missing = requiredRoles(template, data).filter((role) => !signatures.some(({ inputs }) => inputs.role === role));
  if (missing.length > 0) throw new AppError('AGREEMENT_NOT_COMPLETE', { missing: missing.map((role) => PARTY_ZH[role]).join('、') });
  const anchors = parseAnchors(trustAnchors).ordinary;
  const archives = seals.flatMap((seal) => (seal.kind === 'archive' ? [chainOfArchive(seal, anchors)] : []));
  return {
    template,
    zero,
    base,
    seals,
    chains: [...signatures.flatMap((signature) => chainsOfSignature(signature, anchors)), ...archives],
  };
}

async function writeSeal(file: Uint8Array, open: OpenFile, means: SealMeans): Promise<Uint8Array> {
  const earlier = open.seals.flatMap((seal) => (seal.kind === 'dss' ? [seal] : []));
  const chosen = chooseData(open.chains, earlier, means);
  const present = earlier.flatMap((seal) => [...seal.certificates, ...seal.crls, ...seal.ocsps]);
  const unseen = (ders: readonly Uint8Array[]): readonly Uint8Array[] =>
    ders.filter((der) => !present.some((each) => equalBytes(each, der)));
  const data: ValidationData = { certificates: unseen(chosen.certificates), crls: unseen(chosen.crls), ocsps: unseen(chosen.ocsps) };
  const nothingNew = data.certificates.length + data.crls.length + data.ocsps.length === 0;
  const validation: SealRevision | undefined = nothingNew
    ? { bytes: new Uint8Array(), next: open.base }
    : layOutValidation(open.base, data);
  const archive = validation === undefined ? undefined : layOutArchive(open.zero, validation.next);
  if (validation === undefined || archive === undefined) throw new Error('a complete agreement without signatures');

  const sealed = concatBytes(file, validation.bytes, archive.bytes);
  const behindPrefix = sealed.subarray(open.template.prefix.length, archive.contentsStart);
  const digest = open.template.prefixDigest.copy().update(behindPrefix).update(sealed.subarray(archive.contentsEnd)).finish();
  const token = canonicalToken(await means.stamp(digest));
  if (token.length > CONTENTS_BYTES) throw new AppError('CMS_TOO_LARGE', { length: token.length, limit: CONTENTS_BYTES });
  sealed.set(fromLatin1(toHex(token)), archive.contentsStart + 1);
  return sealed;
}

/** A longer list stays out of a file where an answer says the same. */
const LIST_MAX_BYTES = 1 << 16;

/**
 * Authorities' certificates, and for each certificate an answer about it and a list that does not name it, as far as they are to be
 * had: many verifiers look at answers only where a certificate says who gives them. What an earlier seal holds comes first.
 */
function chooseData(
  chains: readonly SignedChain[],
  earlier: readonly ValidationData[],
  { evidence, at: seenAt }: SealMeans,
): ValidationData {
  const fresh = readEvidence(evidence);
  const old = earlier.map(readEvidence);
  const certificates = new Map<string, Uint8Array>();
  const used = { crls: new Set<Crl>(), ocsps: new Set<OcspResponse>() };
  for (const { path, at, purpose, party } of chains) {
    for (const authority of purpose === 'signatory' ? path.slice(1) : path) certificates.set(authority.sha256, authority.der);
    // What was fetched before an archive timestamp was made says little about it.
    const held = purpose === 'archive' ? [fresh] : [...old, fresh];
    const ocsps = held.flatMap((each) => each.ocsps);
    const crls = held.flatMap((each) => each.crls);
    path.slice(0, -1).forEach((certificate, i) => {
      const issuer = path[i + 1] ?? certificate;
      const question = { at, seenAt, after: purpose === 'signatory' ? 'validBefore' : 'neverAgain' } as const;
      const judge = (some: RevocationEvidence): RevocationJudgement['status'] =>
        judgeRevocation(certificate, issuer, some, question).status;
      if (typeof judge({ crls, ocsps }) !== 'string') throw new AppError('CERTIFICATE_REVOKED', { party });
      const answer = ocsps.find((each) => judge({ crls: [], ocsps: [each] }) === 'good');
      const list = crls.find(
        (each) => (answer === undefined || each.der.length <= LIST_MAX_BYTES) && judge({ crls: [each], ocsps: [] }) === 'good',
      );
      if (answer !== undefined) used.ocsps.add(answer);
      if (list !== undefined) used.crls.add(list);
      if (answer === undefined && list === undefined)
        throw new AppError('REVOCATION_UNAVAILABLE', { reason: `${party}的${nameOf(certificate)}` });
    });
  }
  return {
    certificates: [...certificates.values()],
    crls: [...used.crls].map(({ der }) => der),
    ocsps: [...used.ocsps].map(({ der }) => der),
  };
}

const readEvidence = (evidence: SealEvidence): RevocationEvidence => ({
  crls: evidence.crls.flatMap((der) => readable(() => parseCrl(der))),
  ocsps: evidence.ocsps.flatMap((der) => readable(() => parseOcspResponse(der))),
});

const nameOf = (certificate: Certificate): string => (certificate.isCa ? '签发机构证书' : '证书');

/** What an authority sends that is not in our grammar is of no use, and no reason to stop. */
function readable<T>(read: () => T): readonly T[] {
  try {
    return [read()];
  } catch (error) {
    if (error instanceof PkiError) return [];
    throw error;
  }
}
