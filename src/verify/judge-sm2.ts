/** Judges additional SM2 signatures: each stands for itself, and none for the signature that its party has to make. */
import type { AgreementData } from '../agreement/agreement-data.ts';
import { PARTY_ZH } from '../agreement/parties.ts';
import { expectedHolder, signatoryOf } from '../agreement/signatories.ts';
import { isAllZero, toHex } from '../bytes.ts';
import type { Instant } from '../instant.ts';
import { cmsLength } from '../pki/cms-parse.ts';
import { PkiError } from '../pki/failure.ts';
import { judgeHolder } from '../pki/holder.ts';
import { type Sm2Certificate, verifySm2Chain } from '../pki/sm2-certificate.ts';
import { parseSm2Cms, type Sm2Cms, verifySm2Cms } from '../pki/sm2-cms.ts';
import { sm3 } from '../pki/sm3.ts';
import type { ReproducedSignature, ReproducedSm2 } from '../template/reproduce.ts';
import { type Finding, type FindingCode, makeFinding } from './findings.ts';
import { isInFuture } from './slow-clock.ts';

export interface Sm2Circumstances {
  readonly data: AgreementData;
  readonly signatures: readonly ReproducedSignature[];
  /** SM2 roots of the verifier's own. */
  readonly anchors: readonly Sm2Certificate[];
  readonly checkedAt: Instant;
}

/** @param bytes the whole file */
export function judgeSm2(bytes: Uint8Array, additional: readonly ReproducedSm2[], around: Sm2Circumstances): readonly Finding[] {
  const keys = new Set<string>();
  return additional.flatMap((each) => judgeOne(bytes, each, around, keys));
}

function judgeOne(bytes: Uint8Array, signature: ReproducedSm2, around: Sm2Circumstances, keys: Set<string>): readonly Finding[] {
  const { role, at } = signature.inputs;
  const { name } = signatoryOf(around.data.fields, role);
  const found: Finding[] = [];
  const add = (code: FindingCode, reason = ''): void => {
    found.push(makeFinding(code, { party: PARTY_ZH[role], name, reason }, { revision: signature.revision, party: role }));
  };
  const cms = readCms(signature.contents, add);
  if (cms === null) return found;
  const digest = sm3(bytes.subarray(0, signature.contentsStart), bytes.subarray(signature.contentsEnd, signature.end));
  const verified = verifySm2Cms(cms, digest);
  if (!verified.ok) add('SM2_SIGNATURE_WRONG', verified.code);
  const key = toHex(cms.signer.spki);
  if (keys.has(key)) add('CERTIFICATE_SHARED');
  keys.add(key);
  const ordinary = around.signatures.find(({ inputs }) => inputs.role === role);
  if (isInFuture(at, around.checkedAt) || (ordinary !== undefined && at < ordinary.inputs.at)) add('SM2_TIME_IMPLAUSIBLE');
  judgeCertificates(cms, at, around, add);
  const holder = judgeHolder(cms.signer, expectedHolder(around.data.fields, role));
  if (holder === 'other') add('SM2_CERTIFICATE_NOT_OF_PARTY');
  if (found.length === 0) add('SM2_SIGNATURE_VALID');
  if (holder === 'name') add('CERTIFICATE_NAMES_ONLY');
  return found;
}

function readCms(contents: Uint8Array, add: (code: FindingCode, reason?: string) => void): Sm2Cms | null {
  try {
    const length = cmsLength(contents);
    if (!isAllZero(contents, length)) {
      add('SM2_SIGNATURE_MALFORMED', '签名数据后面藏有别的内容');
      return null;
    }
    return parseSm2Cms(contents.subarray(0, length));
  } catch (error) {
    if (!(error instanceof PkiError)) throw error;
    add('SM2_SIGNATURE_MALFORMED', error.code);
    return null;
  }
}

function judgeCertificates(
  cms: Sm2Cms,
  at: Instant,
  { anchors }: Pick<Sm2Circumstances, 'anchors'>,
  add: (code: FindingCode, reason?: string) => void,
): void {
  const chain = verifySm2Chain(cms.signer, cms.others, anchors, at);
  if (!chain.ok) {
    if (chain.code === 'CERTIFICATE_UNTRUSTED') add('SM2_CERTIFICATE_UNTRUSTED');
    else add('SM2_CERTIFICATE_REFUSED', chain.code);
    return;
  }
  const path = new Set(chain.path.map(({ sha256 }) => sha256));
  if (!cms.others.every(({ sha256 }) => path.has(sha256))) add('SM2_CERTIFICATE_REFUSED', '夹带了无关的证书');
}
