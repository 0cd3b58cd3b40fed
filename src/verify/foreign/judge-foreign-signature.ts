/** Judges one signature made elsewhere: coverage, digest, value, certificate, timestamps; its place in the file's history comes later. */
import { toHex } from '../../bytes.ts';
import { type Instant, toInstant, toRfc3339 } from '../../instant.ts';
import { entry, nameIn, type PdfSource } from '../../pdf/reader-objects.ts';
import { isString, stringBytes, textOf } from '../../pdf/reader-syntax.ts';
import { type Certificate, parseCertificate } from '../../pki/certificate.ts';
import { verifyChain } from '../../pki/chain.ts';
import { PkiError } from '../../pki/failure.ts';
import { type DigestOf, type ForeignCms, type ForeignTimestamp, judgeForeignTimestamp, readForeignCms } from '../../pki/foreign-cms.ts';
import { type ForeignDigest, foreignDigest } from '../../pki/foreign-digest.ts';
import type { FindingCode } from '../findings.ts';
import { type Coverage, coverageOf } from './coverage.ts';
import type { FoundSignature } from './find-signatures.ts';
import type { ForeignSignature, Integrity } from './foreign-report.ts';

/** A finding that still lacks the signature's number. */
export interface SignatureFact {
  readonly code: FindingCode;
  readonly params: Readonly<Record<string, string | number>>;
}

export interface JudgedForeignSignature {
  readonly report: Omit<ForeignSignature, 'after' | 'changes'>;
  readonly facts: readonly SignatureFact[];
  readonly coverage: Coverage;
}

const FORMATS: ReadonlySet<string> = new Set(['adbe.pkcs7.detached', 'adbe.pkcs7.sha1', 'ETSI.CAdES.detached', 'ETSI.RFC3161']);
/** Contents longer than this are no signature. */
const CONTENTS_MAX_BYTES = 1 << 20;
/** 1.2.156.10197 as it stands in any DER. */
const SM_OCTETS = '2a811ccf55';

const FAULT_ZH = {
  missing: '没有写明覆盖范围',
  notFour: '覆盖范围的写法不合规范',
  startNotZero: '覆盖范围不从文件开头算起',
  overlap: '覆盖范围前后重叠',
  beyondEnd: '覆盖范围超出文件，文件可能被截断',
  gapNotContents: '签名值之外还留有没有被覆盖的内容',
} as const;

export function judgeForeignSignature(found: FoundSignature, anchors: readonly Certificate[], checkedAt: Instant): JudgedForeignSignature {
  const { dict, view } = found;
  const facts: SignatureFact[] = [];
  const note = (code: FindingCode, params: SignatureFact['params'] = {}): void => {
    facts.push({ code, params });
  };
  const subFilter = nameIn(view, dict, 'SubFilter');
  const kind = subFilter === 'ETSI.RFC3161' || nameIn(view, dict, 'Type') === 'DocTimeStamp' ? 'timestamp' : 'signature';
  const coverage = coverageOf(view, dict);
  if (!coverage.ok) note('FOREIGN_COVERAGE_WRONG', { reason: FAULT_ZH[coverage.fault] });
  else if (coverage.isGapInside) note('FOREIGN_COVERAGE_ODD');
  const claimed = entry(view, dict, 'M');
  const base = {
    field: found.fields[0] ?? null,
    kind,
    subFilter,
    coveredBytes: coverage.ok ? coverage.end : null,
    claimedAt: isString(claimed) ? pdfDate(textOf(claimed)) : null,
  } as const;
  const contents = entry(view, dict, 'Contents');
  const padded = isString(contents) && contents.end - contents.start < CONTENTS_MAX_BYTES * 2 ? stringBytes(contents) : new Uint8Array();
  const unread = {
    ...base,
    signer: null,
    issuer: null,
    certificateSha256: null,
    algorithm: null,
    timestamp: null,
    timestampAuthority: null,
    trust: 'untrusted',
  } as const;
  if (padded.every((octet) => octet === 0)) {
    note('FOREIGN_CONTENTS_EMPTY');
    return { report: { ...unread, integrity: 'broken' }, facts, coverage };
  }
  if (subFilter !== null && !FORMATS.has(subFilter)) note('FOREIGN_FORMAT_UNKNOWN', { format: subFilter.slice(0, 40) });
  const { budget } = view.source;
  budget.spend(padded.length * 2);
  const cms = readCms(padded);
  if (cms === null) {
    if (toHex(padded).includes(SM_OCTETS)) note('SIGNATURE_IS_SM2');
    else if (subFilter === null || FORMATS.has(subFilter)) note('FOREIGN_SIGNATURE_UNREADABLE');
    return { report: { ...unread, integrity: coverage.ok ? 'unchecked' : 'broken' }, facts, coverage };
  }
  budget.spend(costOf(cms));
  const covered = coverage.ok ? coveredDigest(view.source, coverage) : null;
  const fit = covered === null ? 'unknown' : judgeFit(cms, covered, subFilter);
  if (fit === 'digest') note('FOREIGN_DIGEST_WRONG');
  if (fit === 'value') note('FOREIGN_VALUE_WRONG');
  if (cms.isSm2) note('SIGNATURE_IS_SM2');
  else if (fit === 'unknown' && coverage.ok) note('FOREIGN_ALGORITHM_UNKNOWN', { algorithm: cms.algorithm });
  if (cms.isWeak) note('FOREIGN_ALGORITHM_WEAK', { algorithm: cms.algorithm });
  if (cms.isBer) note('FOREIGN_SIGNATURE_IS_BER');
  if (cms.hasTail) note('FOREIGN_PADDING_NOT_ZERO');
  if (cms.signerCount > 1) note('FOREIGN_SIGNERS_SEVERAL', { count: cms.signerCount });
  const stamps = timestampsOf(cms, kind, padded, covered);
  if (kind === 'signature' && stamps.some((stamp) => stamp === null || stamp.judgement === 'wrong')) note('FOREIGN_TIMESTAMP_WRONG');
  const stamp = stamps.find((each) => each !== null && each.judgement === 'right') ?? null;
  const at = stamp === null ? checkedAt : toInstant(stamp.genTime);
  const isTrusted = isChained(cms, anchors, at, kind === 'timestamp' ? 'timestamp' : 'signatory');
  const signer = cms.signer?.subject ?? null;
  const integrity: Integrity = fit === 'right' ? 'intact' : fit === 'unknown' && coverage.ok ? 'unchecked' : 'broken';
  if (integrity !== 'broken') note(isTrusted ? 'FOREIGN_SIGNER_TRUSTED' : 'FOREIGN_SIGNER_UNTRUSTED', { name: signer ?? '没有写明' });
  return {
    report: {
      ...base,
      claimedAt: base.claimedAt ?? rfc3339(cms.signingTime),
      signer,
      issuer: cms.signer?.issuer ?? null,
      certificateSha256: cms.signer?.sha256 ?? null,
      algorithm: cms.algorithm,
      timestamp: stamp === null ? null : rfc3339(stamp.genTime),
      timestampAuthority: stamp?.authority ?? null,
      integrity,
      trust: isTrusted ? 'trusted' : 'untrusted',
    },
    facts,
    coverage,
  };
}

function readCms(padded: Uint8Array): ForeignCms | null {
  try {
    return readForeignCms(padded);
  } catch (error) {
    if (error instanceof PkiError) return null;
    throw error;
  }
}

type Fit = 'right' | 'digest' | 'value' | 'unknown';

/** Steps of the budget for checking one signature and its chain: elliptic curves are slow here, and certificates are read twice. */
const costOf = ({ signer, certificates, timestampTokens }: ForeignCms): number =>
  certificates.length * 30_000 +
  (1 + timestampTokens.length) * (signer === null || signer.key.curveOid === null ? 20_000 : signer.key.bits.length * 4000);

function judgeFit(cms: ForeignCms, covered: DigestOf, subFilter: string | null): Fit {
  // What the signature is over: the covered bytes, or content that stands for them inside the CMS.
  const { content } = cms;
  let [outer, signed]: ['right' | 'wrong' | 'unknown', DigestOf] = ['right', covered];
  if (content !== null && content.length > 0) {
    signed = (name) => foreignDigest(name, content);
    if (subFilter === 'ETSI.RFC3161') outer = stampFits(content, cms, covered);
    else if (content.length === 20) outer = toHex(content) === toHex(covered('sha1')) ? 'right' : 'wrong';
    // Content put in although the covered bytes are meant: these must be what was signed.
    else signed = covered;
  }
  const digest = cms.judgeDigest(signed);
  if (outer === 'wrong' || digest === 'wrong') return 'digest';
  const value = cms.judgeSignature(signed);
  if (value === 'wrong') return 'value';
  return outer === 'unknown' || digest === 'unknown' || value === 'unknown' ? 'unknown' : 'right';
}

function stampFits(content: Uint8Array, cms: ForeignCms, covered: DigestOf): 'right' | 'wrong' | 'unknown' {
  const info = cms.contentType === '1.2.840.113549.1.9.16.1.4' ? content : null;
  return info === null ? 'wrong' : cms.judgeImprint(covered);
}

/** Digests of the covered bytes, each computed once. */
function coveredDigest({ bytes, budget }: PdfSource, { ranges }: Coverage & { ok: true }): DigestOf {
  const known = new Map<ForeignDigest, Uint8Array>();
  const [start, length, next, rest] = ranges;
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    budget.spend((length + rest) >> (name === 'sha1' ? 2 : 4));
    const digest = foreignDigest(name, bytes.subarray(start, start + length), bytes.subarray(next, next + rest));
    known.set(name, digest);
    return digest;
  };
}

const TOKENS_MAX = 8;

function timestampsOf(
  cms: ForeignCms,
  kind: 'signature' | 'timestamp',
  padded: Uint8Array,
  covered: DigestOf | null,
): (ForeignTimestamp | null)[] {
  const judge = (token: Uint8Array, digestOf: DigestOf): ForeignTimestamp | null => {
    try {
      return judgeForeignTimestamp(token, digestOf);
    } catch (error) {
      if (error instanceof PkiError) return null;
      throw error;
    }
  };
  if (kind === 'timestamp') return covered === null ? [] : [judge(padded, covered)];
  return cms.timestampTokens.slice(0, TOKENS_MAX).map((token) => judge(token, (name) => foreignDigest(name, cms.signatureValue)));
}

function isChained(cms: ForeignCms, anchors: readonly Certificate[], at: Instant, purpose: 'signatory' | 'timestamp'): boolean {
  const strict = (der: Uint8Array): readonly Certificate[] => {
    try {
      return [parseCertificate(der)];
    } catch (error) {
      if (error instanceof PkiError) return [];
      throw error;
    }
  };
  const [leaf] = cms.signer === null ? [] : strict(cms.signer.der);
  if (leaf === undefined) return false;
  const others = cms.certificates.filter((each) => each !== cms.signer).slice(0, 12);
  return verifyChain(
    leaf,
    others.flatMap((each) => strict(each.der)),
    anchors,
    at,
    purpose,
  ).ok;
}

const LAST_MS = 253_402_300_799_999;
const rfc3339 = (at: number | null): string | null => (at === null || at > LAST_MS ? null : toRfc3339(toInstant(at)));

/** `D:20260301090000+08'00'` as RFC 3339. @source ISO 32000-1:2008 §7.9.4 */
function pdfDate(text: string): string | null {
  const parts = /^(?:D:)?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:Z|([+-])(\d\d)'?(\d\d)?)?/.exec(text);
  if (parts === null) return null;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts
    .slice(1, 7)
    .map((part, i) => Number(part ?? (i === 1 || i === 2 ? 1 : 0)));
  const shift = (parts[7] === '-' ? -1 : 1) * (Number(parts[8] ?? 0) * 60 + Number(parts[9] ?? 0)) * 60_000;
  const at = Date.UTC(year, month - 1, day, hour, minute, second) - shift;
  return at < 0 ? null : rfc3339(at);
}
