/** Judges who signed a template's release: the CMS, and whether the certificate is one of the authorities that this installation trusts. */
import { PARTY_ROLES } from '../agreement/parties.ts';
import { digestBy } from '../digest.ts';
import { AppError } from '../errors.ts';
import { isCanonicalCms } from '../pki/canonical.ts';
import { type Certificate, parseCertificate } from '../pki/certificate.ts';
import { type ChainJudgement, verifyChain, verifyHeldCertificate } from '../pki/chain.ts';
import { type Cms, parseCms, verifyCms } from '../pki/cms-parse.ts';
import { PkiError, type PkiFailureCode } from '../pki/failure.ts';
import { failureWords } from '../pki/failure-words.ts';
import { type JudgeRelease, RANK_ZH, type Release, type ReleaseFiles, type ReleaseRank } from '../template/release.ts';

/** The installation's own list, DER: the authorities' certificates themselves, or roots that certify nobody but such authorities. */
export type TemplateAuthorities = Readonly<Record<ReleaseRank, readonly Uint8Array[]>>;

/**
 * A judge over that list. Rank follows from where the certificate is kept as well as from what the release says: a regional
 * authority cannot make a national text.
 * @throws AppError TEMPLATE_RELEASE_INVALID for a signature that is not over these bytes or not in our one spelling;
 *   TEMPLATE_AUTHORITY_UNTRUSTED for a certificate that is not trusted for the rank, or was not valid on the day of issue
 */
export const trusting =
  (authorities: TemplateAuthorities): JudgeRelease =>
  (release, files) => {
    const { signer, certificates } = readSignature(release.pack, files);
    if (authorityNameOf(signer) !== release.authority) throw invalid(release.pack, '签署证书的名称与 release.json 写的机构不同');
    const anchors = authorities[release.status].map(parseCertificate);
    const chain = judgeSigner(signer, certificates, anchors, release);
    if (!chain.ok) throw untrusted(release, REASONS[chain.code] ?? `证书不合要求，${chain.code}`);
  };

/** What a certificate calls its holder: the organisation, else the common name. Empty when it names nobody. */
export const authorityNameOf = ({ subject }: Certificate): string => subject.organisation ?? subject.commonName ?? '';

const invalid = (pack: string, reason: string): AppError => new AppError('TEMPLATE_RELEASE_INVALID', { pack, reason });

const untrusted = ({ pack, status }: Release, reason: string): AppError =>
  new AppError('TEMPLATE_AUTHORITY_UNTRUSTED', { pack, status: RANK_ZH[status], rank: status, reason });

const REASONS: Partial<Record<PkiFailureCode, string>> = {
  CERTIFICATE_UNTRUSTED: '不认识这张证书',
  CERTIFICATE_SIGNATURE_WRONG: '证书是冒名签发的',
  CERTIFICATE_EXPIRED: '签发时证书已过期',
  CERTIFICATE_NOT_YET_VALID: '签发时证书还未生效',
  CERTIFICATE_IS_CA: '这是签发机构的证书，不能直接用来签署',
  CERTIFICATE_KEY_USAGE_WRONG: '证书没有签名用途',
  CERTIFICATE_PURPOSE_WRONG: '证书没有签署文件的用途',
};

/** No timestamp is carried: the day of issue is the authority's own word, and a later release replaces it. */
function readSignature(pack: string, files: ReleaseFiles): Cms {
  try {
    const cms = parseCms(files.signature);
    if (!verifyCms(cms, digestBy(cms.digestAlgorithm, files.json)).ok) throw invalid(pack, '签名与 release.json 的内容不符');
    if (!isCanonicalCms(cms) || cms.timestampToken !== null) throw invalid(pack, '签名不是规范写法');
    return cms;
  } catch (error) {
    if (error instanceof PkiError) throw invalid(pack, `release.p7s 不是合规的签名，${failureWords(error.code)}`);
    throw error;
  }
}

function judgeSigner(
  signer: Certificate,
  certificates: readonly Certificate[],
  anchors: readonly Certificate[],
  release: Release,
): ChainJudgement {
  if (anchors.some((anchor) => anchor.sha256 === signer.sha256)) return verifyHeldCertificate(signer, release.issuedAt, 'signatory');
  // A certificate of a party to agreements is no authority's, whichever root it comes from.
  const { organisationalUnit } = signer.subject;
  if (signer.uris.length > 0 || PARTY_ROLES.some((role) => role === organisationalUnit)) throw untrusted(release, '这是协议签署人的证书');
  return verifyChain(
    signer,
    certificates,
    anchors.filter((anchor) => anchor.isCa),
    release.issuedAt,
    'signatory',
  );
}
