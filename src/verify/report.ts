/** The report of one file: verdict, findings, signatures. The JSON of `verify` is made of these. */

import type { AgreementData } from '../agreement/agreement-data.ts';
import type { PartyRole } from '../agreement/parties.ts';
import type { Sha256 } from '../digest.ts';
import type { KeyCustody } from '../template/signature-inputs.ts';
import type { TemplateStatus } from '../template/template-document.ts';
import { type Finding, type Weight, weightOf } from './findings.ts';
import type { ForeignReport } from './foreign/foreign-report.ts';

export type Verdict = 'passed' | 'review' | 'failed' | 'indeterminate';

export const VERDICT_ZH: Readonly<Record<Verdict, string>> = {
  passed: '通过',
  review: '需人工复核',
  failed: '不通过',
  indeterminate: '无法判定',
};

/**
 * 平台证书: issued by this platform's own authority. 持证CA证书: by one whose licence the verifier's installation names.
 * 其他受信任证书: by another that it trusts.
 * @source 电子签名法第十六条、第十七条
 */
export type Assurance = 'platform' | 'licensed' | 'other' | 'untrusted';

const ASSURANCE_ZH: Readonly<Record<Assurance, string>> = {
  platform: '平台证书',
  licensed: '持证 CA 证书',
  other: '其他受信任证书',
  untrusted: '不受信任的证书',
};

/** Who holds the key, in words. */
export const CUSTODY_ZH: Readonly<Record<KeyCustody, string>> = {
  server: '机构服务器保管密钥',
  external: '密钥在签署方自己的设备或系统里',
};

/** As every list of signatures names it: size, and the end of the digest. */
export const sealWords = ({ diameterMm, sha256 }: { readonly diameterMm: number; readonly sha256: string }): string =>
  `印章图样 ${diameterMm} 毫米（指纹尾号 ${sha256.slice(-8)}）`;

export interface SignatureReport {
  readonly party: PartyRole;
  readonly name: string;
  /** RFC 3339; proven by the timestamp where there is one, else claimed. */
  readonly signedAt: string;
  /** RFC 3339: the timestamp's time, and who made it. */
  readonly timestamp?: string;
  readonly timestampAuthority?: string;
  readonly assurance: Assurance;
  /** The picture of the organisation's seal beside it: part of what was signed, and proof of nothing by itself. */
  readonly seal?: { readonly diameterMm: number; readonly sha256: Sha256 };
  /** Who holds the key, where the signature says that it was not in the signatory's browser. */
  readonly custody?: KeyCustody;
}

/** What vouches for a signature, in words: whose certificate, who holds the key, and which seal is drawn beside it. */
export const vouchedBy = ({ assurance, custody, seal }: SignatureReport): string =>
  [
    ASSURANCE_ZH[assurance],
    ...(custody === undefined ? [] : [CUSTODY_ZH[custody]]),
    ...(seal === undefined ? [] : [`附${sealWords(seal)}，以数字签名为准`]),
  ].join('，');

/**
 * What a file can prove, and for how long: the signature alone; its time; that no certificate was revoked; and all of it after the
 * certificates have expired. The whole file has the level of its weakest signature.
 * @source ETSI EN 319 142-1 §6
 */
export type SignatureLevel = 'B-B' | 'B-T' | 'B-LT' | 'B-LTA';

export interface FileReport {
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  readonly template: { readonly pack: string; readonly status: TemplateStatus } | null;
  /** The values, once their bytes were reproduced; null for foreign or altered files. */
  readonly agreement: AgreementData | null;
  readonly signatures: readonly SignatureReport[];
  /** Parties that have to sign and have not. */
  readonly missing: readonly PartyRole[];
  /** SHA-256 of the file as it was after each revision, the unsigned agreement first; absent where not every byte was reproduced. */
  readonly revisions?: readonly string[];
  /** What could be told of a PDF made elsewhere; absent for agreements of ours and for files that are no PDF. */
  readonly foreign?: ForeignReport;
  /** Absent where nothing is signed, and for files that were not reproduced. */
  readonly level?: SignatureLevel;
  /** RFC 3339: times of the archive timestamps; absent where there is none. */
  readonly archivedAt?: readonly string[];
}

const ORDER: readonly Weight[] = ['failed', 'indeterminate', 'review'];

/** The heaviest finding decides: 不通过 before 无法判定 before 需人工复核. */
export function verdictOf(findings: readonly Finding[]): Verdict {
  const heaviest = ORDER.find((weight) => findings.some((finding) => weightOf(finding) === weight));
  return heaviest === undefined || heaviest === 'note' ? 'passed' : heaviest;
}

/** Of a file of which nothing can be told but this. @param template what it was made from, where that is known */
export const plainReport = (findings: readonly Finding[], template: FileReport['template'] = null): FileReport => ({
  verdict: verdictOf(findings),
  findings,
  template,
  agreement: null,
  signatures: [],
  missing: [],
});
