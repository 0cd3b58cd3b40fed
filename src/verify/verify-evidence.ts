/** Judges an evidence file offline: its seal, its time, its own digests, the audit entries, and the PDF beside it. */

import { auditHash } from '../agreement/audit-chain.ts';
import { termsDigest } from '../agreement/e-signing-terms.ts';
import { type Evidence, parseEvidence } from '../agreement/evidence.ts';
import { digestBy } from '../digest.ts';
import type { Instant } from '../instant.ts';
import { parseAnchors } from '../pki/anchors.ts';
import { verifyChain } from '../pki/chain.ts';
import { type Cms, parseCms, verifyCms } from '../pki/cms-parse.ts';
import { PkiError } from '../pki/failure.ts';
import { PLATFORM_UNIT } from '../pki/issue.ts';
import { verifyTimestampToken } from '../pki/timestamp.ts';
import { judgeEvidencePdf } from './judge-evidence-pdf.ts';
import { agreesWithEntries } from './judge-evidence-records.ts';

export const EVIDENCE_FINDINGS = {
  EVIDENCE_MALFORMED: '证据文件不完整，或不是本系统写出的原样。请用学校下载的原始文件。',
  EVIDENCE_SEAL_WRONG: '证据文件与签章对不上：内容被改动过，或签章不是给这份文件的。',
  EVIDENCE_SEALER_UNTRUSTED: '给证据文件签章的不是本机信任的平台。请核对 --trust 指定的根证书。',
  EVIDENCE_TIME_WRONG: '证据文件没有可信的时间戳，不能证明是什么时候做成的。',
  EVIDENCE_TERMS_WRONG: '证据文件里的《电子签约约定》与签署人同意的指纹不一致。',
  EVIDENCE_AUDIT_BROKEN: '证据文件里的操作记录对不上：有记录被改动、调换或重复。',
  EVIDENCE_REVISIONS_WRONG: '证据文件里的文件版本与签署记录对不上。',
  EVIDENCE_RECORDS_WRONG: '证据文件里的核验、同意或签署，与当时写下的操作记录对不上。',
  EVIDENCE_VALUES_OTHER: '证据文件记的编号、签署人或内容指纹，与旁边 PDF 里的不一样。请用学校下载的原始文件。',
  EVIDENCE_SEAL_IMAGE_OTHER: '证据文件记的印章图样，与旁边 PDF 里签名所用的不是同一张。请用学校下载的原始文件。',
  EVIDENCE_CERTIFICATE_OTHER: '证据文件记的签署证书，与旁边 PDF 里的不是同一张。请用学校下载的原始文件。',
  EVIDENCE_PDF_OTHER: '旁边的 PDF 不是证据文件里记录的任何一版。',
} as const;
export type EvidenceFindingCode = keyof typeof EVIDENCE_FINDINGS;

export interface EvidenceReport {
  readonly verdict: 'passed' | 'failed';
  readonly findings: readonly { readonly code: EvidenceFindingCode; readonly zh: string }[];
  /** Null unless it could be read. */
  readonly evidence: Evidence | null;
  /** Proven by the timestamp. */
  readonly sealedAt: Instant | null;
  readonly timestampAuthority: string | null;
  /** Organisation in the sealing certificate, and the name of the root that it leads to; null where it leads to none. */
  readonly sealedBy: { readonly organisation: string; readonly root: string } | null;
}

export interface EvidenceFiles {
  readonly json: Uint8Array;
  /** Detached CMS with a timestamp, DER. */
  readonly seal: Uint8Array;
  /** The agreement, where it is at hand. */
  readonly pdf: Uint8Array | null;
}

/** @param trustAnchors roots of the platform and of its timestamp authority, DER */
export function verifyEvidence({ json, seal, pdf }: EvidenceFiles, trustAnchors: readonly Uint8Array[]): EvidenceReport {
  const evidence = parseEvidence(json);
  const sealed = judgeSeal(json, seal, trustAnchors);
  const codes: EvidenceFindingCode[] = [...sealed.codes];
  if (evidence === undefined) codes.push('EVIDENCE_MALFORMED');
  else codes.push(...judgeContent(evidence, pdf));
  return {
    verdict: codes.length === 0 ? 'passed' : 'failed',
    findings: codes.map((code) => ({ code, zh: EVIDENCE_FINDINGS[code] })),
    evidence: evidence ?? null,
    sealedAt: sealed.at,
    timestampAuthority: sealed.authority,
    sealedBy: sealed.by,
  };
}

interface Sealed {
  readonly codes: readonly EvidenceFindingCode[];
  readonly at: Instant | null;
  readonly authority: string | null;
  readonly by: EvidenceReport['sealedBy'];
}

const bad = (code: EvidenceFindingCode): Sealed => ({ codes: [code], at: null, authority: null, by: null });

function judgeSeal(json: Uint8Array, seal: Uint8Array, trustAnchors: readonly Uint8Array[]): Sealed {
  const cms = readSeal(seal);
  if (cms === undefined || !verifyCms(cms, digestBy(cms.digestAlgorithm, json)).ok) return bad('EVIDENCE_SEAL_WRONG');
  if (cms.timestampToken === null) return bad('EVIDENCE_TIME_WRONG');
  const anchors = parseAnchors(trustAnchors).ordinary;
  const time = verifyTimestampToken(cms.timestampToken, cms.signatureValue, anchors);
  if (!time.ok) return bad('EVIDENCE_TIME_WRONG');
  // A signatory's certificate comes from the same roots and must not speak for the platform.
  const isPlatform = cms.signer.subject.organisationalUnit === PLATFORM_UNIT;
  const others = cms.certificates.filter(({ sha256 }) => sha256 !== cms.signer.sha256);
  const chain = verifyChain(cms.signer, others, anchors, time.genTime, 'signatory');
  const codes = isPlatform && chain.ok ? [] : (['EVIDENCE_SEALER_UNTRUSTED'] as const);
  const [organisation = '', root = ''] = [cms.signer, chain.ok ? chain.path.at(-1) : undefined].map(
    (certificate) => certificate?.subject.organisation ?? certificate?.subject.commonName ?? '',
  );
  return { codes, at: time.genTime, authority: time.authority, by: chain.ok ? { organisation, root } : null };
}

function readSeal(seal: Uint8Array): Cms | undefined {
  try {
    return parseCms(seal);
  } catch (error) {
    if (error instanceof PkiError) return undefined;
    throw error;
  }
}

function judgeContent(evidence: Evidence, pdf: Uint8Array | null): readonly EvidenceFindingCode[] {
  const { terms, parties, revisions, audit } = evidence;
  const codes: EvidenceFindingCode[] = [];
  const consents = parties.flatMap(({ signature }) => (signature?.consent ? [signature.consent] : []));
  if (termsDigest(terms) !== terms.sha256 || consents.some(({ termsSha256 }) => termsSha256 !== terms.sha256))
    codes.push('EVIDENCE_TERMS_WRONG');
  const [first] = audit.entries;
  const sound = audit.entries.every((entry, index) => {
    const before = audit.entries[index - 1];
    const linked =
      before === undefined ||
      entry.sequence > before.sequence + 1 ||
      (entry.sequence === before.sequence + 1 && entry.previous === before.hash);
    return linked && entry.hash === auditHash(entry) && entry.tenant === first?.tenant && entry.sequence <= audit.head.sequence;
  });
  if (!sound) codes.push('EVIDENCE_AUDIT_BROKEN');
  const inOrder = revisions.every(({ number }, index) => number === index);
  const matched = parties.every(({ role, signature }) => {
    const revision = revisions.find((one) => one.role === role);
    return (revision?.number ?? null) === (signature?.revision ?? null);
  });
  const told = new Set(audit.entries.filter(({ subject }) => subject === evidence.agreementNumber).map(({ detail }) => detail['sha256']));
  if (!inOrder || !matched || !revisions.every(({ sha256 }) => told.has(sha256))) codes.push('EVIDENCE_REVISIONS_WRONG');
  if (!agreesWithEntries(evidence)) codes.push('EVIDENCE_RECORDS_WRONG');
  if (pdf !== null) codes.push(...judgeEvidencePdf(evidence, pdf));
  return [...new Set(codes)];
}
