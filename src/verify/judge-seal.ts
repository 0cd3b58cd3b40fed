/** Judges what follows the last signature: validation data and archive timestamps; and says which level the file has reached. */
import { isAllZero } from '../bytes.ts';
import { type Instant, toRfc3339 } from '../instant.ts';
import { isCanonicalToken } from '../pki/canonical.ts';
import type { Certificate } from '../pki/certificate.ts';
import { cmsLength } from '../pki/cms-parse.ts';
import { PkiError } from '../pki/failure.ts';
import { type TrustedTime, verifyTimestampToken } from '../pki/timestamp.ts';
import type { ReproducedArchive, ReproducedValidation } from '../template/reproduce.ts';
import { type Finding, type FindingCode, makeFinding } from './findings.ts';
import { type JudgedChain, judgeValidation } from './judge-revocation.ts';
import type { JudgedSignature } from './judge-signature.ts';
import type { SignatureLevel } from './report.ts';
import { isInFuture } from './slow-clock.ts';

export interface JudgedSeal {
  readonly findings: readonly Finding[];
  readonly level: SignatureLevel | null;
  readonly archivedAt: readonly string[];
}

/**
 * @param digests SHA-256 of what each archive timestamp covers, in the order of `seals`; absent for validation data
 * @param signedBy whether all who have to sign have signed
 */
export function judgeSeal(
  seals: readonly (ReproducedValidation | ReproducedArchive)[],
  digests: ReadonlyMap<number, Uint8Array>,
  signatures: readonly JudgedSignature[],
  anchors: readonly Certificate[],
  { checkedAt, signedBy }: { readonly checkedAt: Instant; readonly signedBy: 'all' | 'some' },
): JudgedSeal {
  const findings: Finding[] = [];
  const times: TrustedTime[] = [];
  const chains: JudgedChain[] = signatures.flatMap(chainsOf);
  let complete = signatures.every(({ path, timestampPath }) => path !== null && timestampPath !== null);
  let last = Math.max(0, ...signatures.map(({ provenAt }) => provenAt ?? 0));
  for (const seal of seals) {
    if (seal.kind !== 'archive') continue;
    const { revision } = seal;
    const add = (code: FindingCode, reason = ''): void => {
      findings.push(makeFinding(code, { reason }, { revision }));
    };
    const time = judgeToken(seal, digests.get(revision) ?? new Uint8Array(), anchors, add);
    if (time === null) {
      complete = false;
      continue;
    }
    if (time.genTime < last) add('ARCHIVE_TIMESTAMP_OUT_OF_ORDER');
    if (isInFuture(time.genTime, checkedAt)) add('ARCHIVE_TIMESTAMP_IN_FUTURE');
    last = time.genTime;
    times.push(time);
    chains.push({ kind: 'archive', party: null, revision, path: time.path, at: time.genTime });
  }
  const validations = seals.flatMap((seal) => (seal.kind === 'dss' ? [seal] : []));
  const revocation = judgeValidation(validations, chains, complete ? 'known' : 'partly', times.at(-1)?.genTime ?? checkedAt);
  const level = levelOf(signatures, revocation.complete, seals.at(-1)?.kind === 'archive' && complete);
  return {
    findings: [...findings, ...revocation.findings, ...notesOn(seals, signatures, times, { level, checkedAt, signedBy })],
    level,
    archivedAt: times.map(({ genTime }) => toRfc3339(genTime)),
  };
}

const chainsOf = ({ path, timestampPath, provenAt, report, revision, at }: JudgedSignature): JudgedChain[] => [
  ...(path === null ? [] : [{ kind: 'signatory' as const, party: report.party, revision, path, at: provenAt ?? at }]),
  ...(timestampPath === null || provenAt === null
    ? []
    : [{ kind: 'timestamp' as const, party: report.party, revision, path: timestampPath, at: provenAt }]),
];

function judgeToken(
  { contents }: ReproducedArchive,
  digest: Uint8Array,
  anchors: readonly Certificate[],
  add: (code: FindingCode, reason?: string) => void,
): TrustedTime | null {
  const refuse = (reason: string): null => {
    add('ARCHIVE_TIMESTAMP_REFUSED', reason);
    return null;
  };
  let length: number;
  try {
    length = cmsLength(contents);
  } catch (error) {
    if (error instanceof PkiError) return refuse(error.code);
    throw error;
  }
  if (!isAllZero(contents, length)) return refuse('时间戳后面藏有别的内容');
  const time = verifyTimestampToken(contents.subarray(0, length), { sha256: digest }, anchors);
  if (!time.ok) {
    if (time.code !== 'TIMESTAMP_UNTRUSTED') return refuse(time.code);
    add('ARCHIVE_TIMESTAMP_UNTRUSTED');
    return null;
  }
  if (time.unneeded.length > 0) return refuse('CERTIFICATE_UNRELATED');
  return isCanonicalToken(time.token, time.path) ? time : refuse('TIMESTAMP_NOT_CANONICAL');
}

function levelOf(signatures: readonly JudgedSignature[], proven: boolean, archived: boolean): SignatureLevel | null {
  if (signatures.length === 0) return null;
  if (signatures.some(({ provenAt }) => provenAt === null)) return 'B-B';
  if (!proven) return 'B-T';
  return archived ? 'B-LTA' : 'B-LT';
}

function notesOn(
  seals: readonly (ReproducedValidation | ReproducedArchive)[],
  signatures: readonly JudgedSignature[],
  times: readonly TrustedTime[],
  { level, checkedAt, signedBy }: { readonly level: SignatureLevel | null; readonly checkedAt: Instant; readonly signedBy: 'all' | 'some' },
): Finding[] {
  const notes: Finding[] = [];
  if (seals.length === 0 && signatures.some(({ path }) => path !== null)) notes.push(makeFinding('REVOCATION_UNKNOWN'));
  if (seals.length === 0 && level === 'B-T' && signedBy === 'all') notes.push(makeFinding('LEVEL_IS_BT'));
  if (seals.at(-1)?.kind === 'dss') notes.push(makeFinding('ARCHIVE_TIMESTAMP_MISSING'));
  const newest = times.at(-1);
  if (newest !== undefined && checkedAt > newest.certificate.notAfter) notes.push(makeFinding('ARCHIVE_RENEWAL_DUE'));
  return notes;
}
