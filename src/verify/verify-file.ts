/** Verifies one file: reproduces every byte, then judges signatures and parties. Pure: bytes in, report out; never throws over a bad file. */
import { equalBytes, toHex } from '../bytes.ts';
import { isSha256, type RunningSha256, type Sha256, sha256Hex } from '../digest.ts';
import type { Instant } from '../instant.ts';
import { type Anchors, type NamedRoot, parseAnchors } from '../pki/anchors.ts';
import type { LockedTemplate } from '../template/locked-template.ts';
import {
  type Divergence,
  type ReproducedArchive,
  type ReproducedSignature,
  type ReproducedSm2,
  type ReproducedValidation,
  reproduce,
} from '../template/reproduce.ts';
import { type Finding, makeFinding } from './findings.ts';
import { judgeForeign } from './foreign.ts';
import { judgeParties } from './judge-parties.ts';
import { judgeSeal } from './judge-seal.ts';
import { type JudgedSignature, judgeSignature } from './judge-signature.ts';
import { judgeSm2 } from './judge-sm2.ts';
import { judgeStandingAtSigning } from './judge-standing.ts';
import { judgeTexts } from './judge-texts.ts';
import type { SigningTrace } from './proxy-signing.ts';
import { type FileReport, plainReport, verdictOf } from './report.ts';

export interface VerifyContext {
  /** The verifier's own packs; nothing is ever taken from the file. */
  readonly templates: readonly LockedTemplate[];
  /** Certificates of trusted roots, DER. */
  readonly trustAnchors: readonly Uint8Array[];
  /** What the installation says of some of them; nothing where left out. */
  readonly namedRoots?: readonly NamedRoot[];
  readonly checkedAt: Instant;
}

/** Larger files are not agreements: a prefix, a tail and four signatures stay under 1 MB. */
export const FILE_MAX_BYTES = 64 << 20;

/** A report, and what was known besides once it was made. */
export interface JudgedFile {
  readonly report: FileReport;
  /** Of a file whose every byte was reproduced; empty for others. */
  readonly traces: readonly SigningTrace[];
  /** Of the whole file; null where it was not needed. */
  readonly sha256: Sha256 | null;
}

/** @throws PkiError only when a trust anchor of the verifier itself is no certificate */
export const verifyFile = (bytes: Uint8Array, context: VerifyContext): FileReport => judgeFile(bytes, context).report;

/** @throws PkiError only when a trust anchor of the verifier itself is no certificate */
export function judgeFile(bytes: Uint8Array, context: VerifyContext): JudgedFile {
  if (bytes.length > FILE_MAX_BYTES) return untraced(plainReport([makeFinding('FILE_TOO_LARGE', { limit: FILE_MAX_BYTES >> 20 })]));
  const template = context.templates.find((candidate) => startsAlike(candidate.prefix, bytes));
  const reproduction = template === undefined ? undefined : reproduce(template, bytes);
  if (template === undefined || reproduction === undefined || reproduction.divergence?.place === 'prefix') {
    const foreign = judgeForeign(bytes, { ...context, anchors: anchorsOf(context.trustAnchors).ordinary });
    return untraced({ ...plainReport(foreign.findings), ...foreign });
  }
  const { data, zero, signatures, additional, seals, divergence } = reproduction;
  const revisions = [...signatures, ...additional, ...seals].toSorted((a, b) => a.revision - b.revision);
  const named = { pack: template.pack, status: template.status };
  const sample: Finding[] = template.status === 'sample' ? [makeFinding('TEMPLATE_IS_SAMPLE')] : [];
  if (divergence !== null && (data === null || (divergence.revision === 0 && divergence.place !== 'appended'))) {
    return untraced(plainReport([findingOf(divergence), ...sample], named));
  }
  if (data === null || zero === null) throw new Error('reproduced without data');
  const { ordinary: anchors, sm2 } = anchorsOf(context.trustAnchors);
  const trust = { anchors, namedRoots: context.namedRoots ?? [] };
  const digests = digestsOf(template, bytes, zero.lengthBytes, revisions);
  const judged = signatures.map((signature) =>
    judgeSignature(signature, digests.covered.get(signature.revision) ?? new Uint8Array(), data, trust, context.checkedAt),
  );
  const parties = judgeParties(template, data, judged);
  const signedBy = parties.missing.length === 0 ? 'all' : 'some';
  const seal = judgeSeal(seals, digests.covered, judged, anchors, { checkedAt: context.checkedAt, signedBy });
  const findings = [
    ...(divergence === null ? [] : [findingOf(divergence)]),
    ...judged.flatMap((signature) => signature.findings),
    ...parties.findings,
    ...judgeTexts(template, data),
    ...(data.verifyOrigin === undefined ? [] : [makeFinding('QR_LEADS_TO', { origin: data.verifyOrigin })]),
    ...judgeSm2(bytes, additional, { data, signatures, anchors: sm2, checkedAt: context.checkedAt }),
    ...seal.findings,
    ...judgeStandingAtSigning(template, judged, context.checkedAt),
    ...sample,
  ];
  const isWhole = divergence === null;
  const upTo = digests.upTo.map(toHex);
  const report: FileReport = {
    verdict: verdictOf(findings),
    findings,
    template: named,
    agreement: isWhole ? data : null,
    signatures: judged.map((signature) => signature.report),
    missing: parties.missing,
    ...(isWhole ? { revisions: upTo } : {}),
    ...(seal.level === null ? {} : { level: seal.level }),
    ...(seal.archivedAt.length === 0 ? {} : { archivedAt: seal.archivedAt }),
  };
  if (!isWhole) return untraced(report);
  // Reproduced to its end: what it was after its last revision is the whole of it.
  const last = upTo.at(-1) ?? '';
  return { report, traces: signatures.map((signature, i) => traceOf(signature, judged[i])), sha256: isSha256(last) ? last : null };
}

const untraced = (report: FileReport): JudgedFile => ({ report, traces: [], sha256: null });

const traceOf = ({ inputs }: ReproducedSignature, judged: JudgedSignature | undefined): SigningTrace => ({
  party: inputs.role,
  ink: inputs.ink,
  key: judged === undefined || judged.certificate === null ? null : sha256Hex(judged.certificate.spki),
});

/** Cheap choice among the installed templates; the whole prefix is compared when reproducing. */
function startsAlike(prefix: Uint8Array, bytes: Uint8Array): boolean {
  const last = prefix.length - 1;
  return bytes.length > last && bytes[last] === prefix[last] && equalBytes(prefix.subarray(-64), bytes.subarray(last - 63, last + 1));
}

interface Digests {
  /** By revision, the SHA-256 of what its signature or timestamp covers. */
  readonly covered: ReadonlyMap<number, Uint8Array>;
  /** The SHA-256 of the whole file up to the end of each revision, the unsigned one first. */
  readonly upTo: readonly Uint8Array[];
}

/** Reads the file once, from the end of the constant prefix. */
function digestsOf(
  template: LockedTemplate,
  bytes: Uint8Array,
  zeroEnd: number,
  revisions: readonly (ReproducedSignature | ReproducedSm2 | ReproducedValidation | ReproducedArchive)[],
): Digests {
  const running = template.prefixDigest.copy();
  let at = template.prefix.length;
  const readTo = (end: number): RunningSha256 => {
    running.update(bytes.subarray(at, end));
    at = end;
    return running.copy();
  };
  const covered = new Map<number, Uint8Array>();
  const upTo = [readTo(zeroEnd).finish()];
  for (const revision of revisions) {
    if ('contents' in revision) {
      const before = readTo(revision.contentsStart);
      covered.set(revision.revision, before.update(bytes.subarray(revision.contentsEnd, revision.end)).finish());
    }
    upTo.push(readTo(revision.end).finish());
  }
  return { covered, upTo };
}

function findingOf({ place, revision, offset, refusal }: Divergence): Finding {
  switch (place) {
    case 'prefix':
      return makeFinding('BODY_ALTERED', { offset }, { revision });
    case 'data':
      return makeFinding('DATA_MALFORMED', {}, { revision });
    case 'dataValue':
      if (refusal?.code === 'AGREEMENT_TEMPLATE_MISMATCH') return makeFinding('TEMPLATE_MISMATCH', {}, { revision });
      return makeFinding('DATA_REFUSED', { reason: refusal?.zh ?? '' }, { revision });
    case 'revisionZero':
      return makeFinding('VALUES_ALTERED', { offset }, { revision });
    case 'revision':
      return makeFinding('REVISION_ALTERED', { offset }, { revision });
    case 'appended':
      return makeFinding('CONTENT_APPENDED', { offset }, { revision });
    case 'contents':
      return makeFinding('CONTENTS_ALTERED', {}, { revision });
  }
}

const parsedAnchors = new WeakMap<readonly Uint8Array[], Anchors>();

/** The same list comes with every file. */
function anchorsOf(ders: readonly Uint8Array[]): Anchors {
  const anchors = parsedAnchors.get(ders) ?? parseAnchors(ders);
  parsedAnchors.set(ders, anchors);
  return anchors;
}
