/** Verifies one file: reproduces every byte, then judges signatures and parties. Pure: bytes in, report out; never throws over a bad file. */
import { equalBytes } from '../bytes.ts';
import type { Instant } from '../instant.ts';
import { type Certificate, parseCertificate } from '../pki/certificate.ts';
import type { LockedTemplate } from '../template/locked-template.ts';
import { type Divergence, type ReproducedSignature, reproduce } from '../template/reproduce.ts';
import { type Finding, makeFinding } from './findings.ts';
import { judgeForeign } from './foreign.ts';
import { judgeParties } from './judge-parties.ts';
import { judgeSignature } from './judge-signature.ts';
import { judgeStandingAtSigning } from './judge-standing.ts';
import { type FileReport, verdictOf } from './report.ts';

export interface VerifyContext {
  /** The verifier's own packs; nothing is ever taken from the file. */
  readonly templates: readonly LockedTemplate[];
  /** Certificates of trusted roots, DER. */
  readonly trustAnchors: readonly Uint8Array[];
  readonly checkedAt: Instant;
}

/** Larger files are not agreements: a prefix, a tail and four signatures stay under 1 MB. */
export const FILE_MAX_BYTES = 64 << 20;

/** @throws PkiError only when a trust anchor of the verifier itself is no certificate */
export function verifyFile(bytes: Uint8Array, context: VerifyContext): FileReport {
  if (bytes.length > FILE_MAX_BYTES) return bare(makeFinding('FILE_TOO_LARGE', { limit: FILE_MAX_BYTES >> 20 }));
  const template = context.templates.find((candidate) => startsAlike(candidate.prefix, bytes));
  const reproduction = template === undefined ? undefined : reproduce(template, bytes);
  if (template === undefined || reproduction === undefined || reproduction.divergence?.place === 'prefix') {
    return bare(judgeForeign(bytes, context.templates));
  }
  const { data, signatures, divergence } = reproduction;
  const named = { pack: template.pack, status: template.status };
  const sample: Finding[] = template.status === 'sample' ? [makeFinding('TEMPLATE_IS_SAMPLE')] : [];
  if (divergence !== null && (data === null || (divergence.revision === 0 && divergence.place !== 'appended'))) {
    const findings = [findingOf(divergence), ...sample];
    return { verdict: verdictOf(findings), findings, template: named, agreement: null, signatures: [], missing: [] };
  }
  if (data === null) throw new Error('reproduced without data');
  const anchors = anchorsOf(context.trustAnchors);
  const digests = signedDigests(template, bytes, signatures);
  const judged = signatures.map((signature, i) =>
    judgeSignature(signature, digests[i] ?? new Uint8Array(), data, anchors, context.checkedAt),
  );
  const parties = judgeParties(data, judged);
  const findings = [
    ...(divergence === null ? [] : [findingOf(divergence)]),
    ...judged.flatMap((signature) => signature.findings),
    ...parties.findings,
    ...judgeStandingAtSigning(template, judged, context.checkedAt),
    ...sample,
  ];
  return {
    verdict: verdictOf(findings),
    findings,
    template: named,
    agreement: divergence === null ? data : null,
    signatures: judged.map((signature) => signature.report),
    missing: parties.missing,
  };
}

/** Cheap choice among the installed templates; the whole prefix is compared when reproducing. */
function startsAlike(prefix: Uint8Array, bytes: Uint8Array): boolean {
  const last = prefix.length - 1;
  return bytes.length > last && bytes[last] === prefix[last] && equalBytes(prefix.subarray(-64), bytes.subarray(last - 63, last + 1));
}

/** SHA-256 of what each signature covers, reading the file once from the end of the constant prefix. */
function signedDigests(template: LockedTemplate, bytes: Uint8Array, signatures: readonly ReproducedSignature[]): Uint8Array[] {
  let running = template.prefixDigest.copy();
  let at = template.prefix.length;
  return signatures.map(({ contentsStart, contentsEnd, end }) => {
    running = running.update(bytes.subarray(at, contentsStart));
    at = contentsStart;
    return running.copy().update(bytes.subarray(contentsEnd, end)).finish();
  });
}

function bare(finding: Finding): FileReport {
  return { verdict: verdictOf([finding]), findings: [finding], template: null, agreement: null, signatures: [], missing: [] };
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

const parsedAnchors = new WeakMap<Uint8Array, Certificate>();

function anchorsOf(ders: readonly Uint8Array[]): Certificate[] {
  return ders.map((der) => {
    const known = parsedAnchors.get(der) ?? parseCertificate(der);
    parsedAnchors.set(der, known);
    return known;
  });
}
