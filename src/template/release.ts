/** `release.json`: an authority stands behind one version of a template, from and until which day; who it is, is judged elsewhere. */
import { z } from 'zod';
import { equalBytes, fromUtf8, toUtf8 } from '../bytes.ts';
import { toCanonicalJson } from '../canonical-json.ts';
import { isSha256, type Sha256, sha256Hex } from '../digest.ts';
import { AppError } from '../errors.ts';
import { type BeijingDate, beijingDateOf, type Instant, parseBeijingDate, parseRfc3339, toRfc3339 } from '../instant.ts';
import { ALWAYS_IN_FORCE, type InForce } from './in-force.ts';
import { type Manifest, packName, packVersion } from './manifest.ts';

const day = z.custom<BeijingDate>((value) => typeof value === 'string' && parseBeijingDate(value) !== undefined);

/** Also the name of the folder in which certificates of that rank are kept. */
export const RELEASE_RANKS = ['national', 'regional'] as const;
export type ReleaseRank = (typeof RELEASE_RANKS)[number];

export const RANK_ZH: Readonly<Record<ReleaseRank, string>> = { national: '国家示范文本', regional: '地方示范文本' };

const releaseSchema = z.strictObject({
  schema: z.literal('sanfang.release/1'),
  pack: packName,
  version: packVersion,
  /** Of the bytes of manifest.json, which in turn holds the digests of source, text, body and prefix. */
  manifestSha256: z.custom<Sha256>((value) => typeof value === 'string' && isSha256(value)),
  status: z.enum(RELEASE_RANKS),
  authority: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[^\p{C}\p{Zl}\p{Zp}]+$/u),
  effectiveFrom: day,
  effectiveUntil: day.nullable(),
  withdrawnOn: day.nullable(),
  issuedAt: z.custom<string>((value) => typeof value === 'string' && parseRfc3339(value) !== undefined),
});

export interface Release extends Omit<z.infer<typeof releaseSchema>, 'schema' | 'issuedAt'> {
  /** Whole seconds; a later release of the same version replaces an earlier one. */
  readonly issuedAt: Instant;
}

/** The two files beside the manifest. */
export interface ReleaseFiles {
  /** release.json */
  readonly json: Uint8Array;
  /** release.p7s: detached CMS over the bytes of release.json, DER, the authority's certificate inside. */
  readonly signature: Uint8Array;
}

/** Says whether a trusted authority of the release's rank signed those bytes. @throws AppError TEMPLATE_RELEASE_INVALID, TEMPLATE_AUTHORITY_UNTRUSTED */
export type JudgeRelease = (release: Release, files: ReleaseFiles) => void;

/** Trusts nobody: loads samples only. */
export const trustNobody: JudgeRelease = (release) => {
  throw new AppError('TEMPLATE_AUTHORITY_UNTRUSTED', {
    pack: release.pack,
    status: RANK_ZH[release.status],
    rank: release.status,
    reason: '这里没有设信任的机构',
  });
};

const invalid = (pack: string, reason: string): AppError => new AppError('TEMPLATE_RELEASE_INVALID', { pack, reason });

/** Canonical JSON in UTF-8; `parseRelease` is the inverse. @source RFC 8785 */
export const printRelease = ({ issuedAt, ...release }: Release): Uint8Array =>
  fromUtf8(toCanonicalJson({ schema: 'sanfang.release/1', ...release, issuedAt: toRfc3339(issuedAt) }));

/**
 * Reads exactly what `printRelease` writes.
 * @param pack whose release it is said to be, for the refusal
 * @throws AppError TEMPLATE_RELEASE_INVALID for other keys, spelling or dates, an end before the beginning, or a withdrawal that
 *   reaches back before the day of issue: what was signed in good faith stays signed
 */
export function parseRelease(bytes: Uint8Array, pack: string): Release {
  const read = releaseSchema.safeParse(readJson(bytes, pack));
  if (!read.success) throw invalid(pack, `release.json 的“${read.error.issues[0]?.path.join('.') ?? ''}”一项不合格式`);
  const { schema: _, issuedAt: issuedText, ...rest } = read.data;
  const issuedAt = parseRfc3339(issuedText);
  if (issuedAt === undefined) throw new Error('checked by the schema');
  const release: Release = { ...rest, issuedAt };
  if (!equalBytes(printRelease(release), bytes)) throw invalid(pack, 'release.json 不是规范写法，可能被改动过');
  if (release.effectiveUntil !== null && release.effectiveUntil < release.effectiveFrom) throw invalid(pack, '终止日期早于施行日期');
  if (release.withdrawnOn !== null && release.withdrawnOn < beijingDateOf(issuedAt)) throw invalid(pack, '停用日期早于签发之日');
  return release;
}

function readJson(bytes: Uint8Array, pack: string): unknown {
  try {
    return JSON.parse(toUtf8(bytes));
  } catch {
    throw invalid(pack, 'release.json 不是 JSON 文本');
  }
}

export const inForceOf = ({ effectiveFrom, effectiveUntil, withdrawnOn }: Release): InForce => ({
  from: effectiveFrom,
  until: effectiveUntil,
  withdrawnOn,
});

/** @throws AppError TEMPLATE_RELEASE_MISMATCH (`pack`, `what`) unless the release is of exactly this manifest */
export function assertReleaseOf(release: Release, manifest: Manifest, manifestBytes: Uint8Array): void {
  const mismatch = (what: string): AppError => new AppError('TEMPLATE_RELEASE_MISMATCH', { pack: manifest.pack, what });
  if (release.pack !== manifest.pack || release.version !== manifest.version)
    throw mismatch(`它签的是 ${release.pack} ${release.version}，这里是 ${manifest.pack} ${manifest.version}`);
  if (release.status !== manifest.status) throw mismatch('它签的性质（国家、地方）与清单写的不同');
  if (release.manifestSha256 !== sha256Hex(manifestBytes)) throw mismatch('清单 manifest.json 的摘要不同');
}

/**
 * When this pack may be used. A sample needs no release and has none; any other status has to be signed for.
 * @throws AppError TEMPLATE_AUTHORITY_MISSING, TEMPLATE_RELEASE_INVALID, TEMPLATE_RELEASE_MISMATCH, TEMPLATE_AUTHORITY_UNTRUSTED
 */
export function judgeStanding(manifest: Manifest, manifestBytes: Uint8Array, files: ReleaseFiles | null, judge: JudgeRelease): InForce {
  const { pack, version, status } = manifest;
  if (status === 'sample') {
    if (files === null) return ALWAYS_IN_FORCE;
    throw new AppError('TEMPLATE_RELEASE_MISMATCH', { pack, what: '样张没有机构签署，这里却有 release.json' });
  }
  if (files === null) throw new AppError('TEMPLATE_AUTHORITY_MISSING', { pack, version, status: RANK_ZH[status] });
  const release = parseRelease(files.json, pack);
  judge(release, files);
  assertReleaseOf(release, manifest, manifestBytes);
  return inForceOf(release);
}
