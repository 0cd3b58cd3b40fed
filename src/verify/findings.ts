/** Every fact that a verification can report, with its weight and its Chinese sentence. Codes are kept for ever. */
import type { PartyRole } from '../agreement/parties.ts';
import { fillSentence } from '../errors.ts';
import { failureWords } from '../pki/failure-words.ts';
import { FOREIGN_FINDINGS } from './foreign/foreign-findings.ts';

/** `note` leaves the verdict alone; the others pull it down to their own. */
export type Weight = 'note' | 'review' | 'indeterminate' | 'failed';

export interface Finding {
  readonly code: FindingCode;
  readonly zh: string;
  /** 0 is the unsigned agreement, 1 the first signature. */
  readonly revision?: number;
  readonly party?: PartyRole;
}

interface Fact {
  readonly weight: Weight;
  readonly zh: string;
}

export const FINDINGS = {
  // The file
  FILE_TOO_LARGE: { weight: 'indeterminate', zh: '文件超过 {limit} MB，没有检查。协议文件不会这么大，请确认传的是签署后的 PDF 原件。' },
  FILE_NOT_PDF: {
    weight: 'indeterminate',
    zh: '这不是 PDF 文件（{kind}），无法判定。请上传签署后的 PDF 原件，截图、照片和打印件都不能验证。',
  },
  FILE_ENCRYPTED: { weight: 'indeterminate', zh: '这个 PDF 设有密码，无法判定。请向协议的出具方索取没有密码的原件。' },
  FILE_NOT_SIGNED: {
    weight: 'indeterminate',
    zh: '这个 PDF 里没有数字签名（可能是扫描件或打印件），无法判定真伪。请上传签署后的 PDF 原件。',
  },
  FILE_SIGNED_ELSEWHERE: { weight: 'review', zh: '这个 PDF 由其他系统签署，本系统不能逐字节重现，请人工复核签名和正文。' },
  FILE_SAVED_AGAIN: {
    weight: 'failed',
    zh: '这是一份协议的副本，被别的软件重新保存过（另存、压缩、合并都会这样），签名不再有效。请向学校索取原件。',
  },
  FILE_TOO_COSTLY: {
    weight: 'indeterminate',
    zh: '检查这个文件超过了{limit}的上限，没有得出结论。请单独再验证一次；仍然如此，请保留文件并交技术人员查看。',
  },
  FILE_UNREADABLE: { weight: 'indeterminate', zh: '读不到这个文件，没有检查。请确认它还在、有权限读取，再重新验证。' },
  ZIP_REFUSED: { weight: 'indeterminate', zh: '这个压缩包打不开（{reason}），里面的文件没有检查。请解压后验证，或请对方重新打包。' },
  ZIP_MEMBER_ENCRYPTED: { weight: 'indeterminate', zh: '压缩包里的这个文件设有密码，没有检查。请向提供方索取密码，解压后再验证。' },
  ZIP_NESTED_TOO_DEEP: {
    weight: 'indeterminate',
    zh: '这个压缩包套在另外两层压缩包里，没有打开。请先解开外层的压缩包，再验证这一个。',
  },
  ZIP_MEMBER_REFUSED: { weight: 'indeterminate', zh: '压缩包里的这个文件取不出来（{reason}），没有检查。请向提供方索取原件。' },
  TEMPLATE_UNKNOWN: { weight: 'indeterminate', zh: '本机没有这份协议所用的模板，无法核对正文。请安装对应模板后重新验证。' },
  // The locked text and the values
  BODY_ALTERED: {
    weight: 'failed',
    zh: '正文与锁定的模板不一致（从第 {offset} 字节起被改动）。请向学校索取原件，并保留这份文件作为证据。',
  },
  TEMPLATE_MISMATCH: { weight: 'failed', zh: '文件里写的模板与它实际使用的模板不是同一个。请向学校索取原件。' },
  DATA_MALFORMED: { weight: 'failed', zh: '协议内嵌的数据被改动，不再是规范格式。请向学校索取原件。' },
  DATA_REFUSED: { weight: 'failed', zh: '协议内嵌的数据不合规定：{reason}' },
  VALUES_ALTERED: {
    weight: 'failed',
    zh: '页面上的填写内容或附件，与内嵌数据重新生成的结果不一致（从第 {offset} 字节起）。请向学校索取原件。',
  },
  REVISION_ALTERED: {
    weight: 'failed',
    zh: '第 {revision} 次签署或封存的内容被改动（从第 {offset} 字节起）。请向学校索取原件，并保留这份文件作为证据。',
  },
  CONTENT_APPENDED: {
    weight: 'failed',
    zh: '文件末尾被加入了不属于这份协议的内容（从第 {offset} 字节起）。请向学校索取原件，并保留这份文件作为证据。',
  },
  CONTENTS_ALTERED: { weight: 'failed', zh: '第 {revision} 次签署或封存的签名数据被改动。请向学校索取原件。' },
  // One signature
  SIGNATURE_MALFORMED: { weight: 'failed', zh: '{party}的签名数据格式不合规范（{reason}）。请让{party}重新签署。' },
  SIGNATURE_PADDING_NOT_ZERO: { weight: 'failed', zh: '{party}的签名数据后面藏有别的内容。请向学校索取原件。' },
  SIGNATURE_ALGORITHM_REFUSED: { weight: 'failed', zh: '{party}的签名用了不允许的算法。请让{party}用 RSA-2048 以上或 P-256 重新签署。' },
  SIGNATURE_DIGEST_WRONG: { weight: 'failed', zh: '{party}签署的不是这份文件的内容。请向学校索取原件。' },
  SIGNATURE_VALUE_WRONG: { weight: 'failed', zh: '{party}的签名与其证书对不上。请向学校索取原件。' },
  // Whose certificate
  CERTIFICATE_UNTRUSTED: {
    weight: 'indeterminate',
    zh: '{party}的证书不是由本机信任的机构签发，无法判定签名人身份。请安装签发机构的根证书后重新验证。',
  },
  CERTIFICATE_EXPIRED: { weight: 'failed', zh: '{party}签署时证书已经过期。请让{party}用有效证书重新签署。' },
  CERTIFICATE_NOT_YET_VALID: { weight: 'failed', zh: '{party}签署时证书尚未生效。请让{party}用有效证书重新签署。' },
  CERTIFICATE_REFUSED: { weight: 'failed', zh: '{party}的证书不能用于签署文件（{reason}）。请让{party}换用合规证书重新签署。' },
  CERTIFICATE_UNRELATED: { weight: 'failed', zh: '{party}的签名里夹带了无关的证书。请向学校索取原件。' },
  CERTIFICATE_NOT_OF_PARTY: { weight: 'failed', zh: '{party}的证书不是协议中写明的签署人的证书。请核对签署人身份。' },
  CERTIFICATE_NAMES_ONLY: {
    weight: 'note',
    zh: '{party}的证书只写明名称，没有写明证件号码或信用代码；是不是本人、本单位，以签发机构的核验和签署记录为准。',
  },
  CERTIFICATE_PERSON_UNCERTAIN: {
    weight: 'review',
    zh: '{party}的证书只写明姓名，签发机构也没有登记电子认证服务许可证，不能排除同名的人。请向学校核对签署证据里的身份核验记录。',
  },
  CERTIFICATE_SHARED: { weight: 'failed', zh: '{party}与另一方用了同一张证书或同一把密钥签署。请核对是否代签。' },
  // Additional signatures with SM2, which count for nothing else
  SM2_SIGNATURE_VALID: {
    weight: 'note',
    zh: '国密签名：{name}，有效（附加，不代替{party}的签名；时间由其自报，证书吊销情况没有核对）。',
  },
  SM2_SIGNATURE_MALFORMED: { weight: 'failed', zh: '{party}附加的国密签名格式不合规范（{reason}）。请向学校索取原件。' },
  SM2_SIGNATURE_WRONG: { weight: 'failed', zh: '{party}附加的国密签名无效（{reason}）。请向学校索取原件，并保留这份文件作为证据。' },
  SM2_TIME_IMPLAUSIBLE: { weight: 'review', zh: '{party}附加国密签名的自报时间早于其签署时间，或晚于现在，请核对。' },
  SM2_CERTIFICATE_UNTRUSTED: {
    weight: 'review',
    zh: '{party}附加的国密签名，证书不是由本机信任的机构签发，签名人身份没有核实。请安装签发机构的国密根证书后重新验证，或人工核对。',
  },
  SM2_CERTIFICATE_REFUSED: { weight: 'failed', zh: '{party}附加的国密签名，证书不能用于签署文件（{reason}）。请换用合规证书重新附加。' },
  SM2_CERTIFICATE_NOT_OF_PARTY: { weight: 'failed', zh: '{party}附加的国密签名用了别人的证书（应为{name}）。请核对签署人身份。' },
  // Time
  TIMESTAMP_REFUSED: { weight: 'failed', zh: '{party}签名上的时间戳无效（{reason}）。请向学校索取原件。' },
  TIMESTAMP_UNTRUSTED: {
    weight: 'indeterminate',
    zh: '{party}签名上的时间戳不是由本机信任的机构签发，签署时间无法判定。请安装该机构的根证书后重新验证。',
  },
  TIMESTAMP_OUT_OF_ORDER: { weight: 'failed', zh: '{party}签名的时间戳早于前一方的签名。请核对签署过程。' },
  TIMESTAMP_MISSING: {
    weight: 'review',
    zh: '其他各方的签名有时间戳，{party}的却没有，可能被删去了。请向学校索取原件核对。',
  },
  TIME_IN_FUTURE: { weight: 'review', zh: '{party}的签署时间晚于现在。请先检查本机的日期和时间，再重新验证。' },
  TIME_IMPLAUSIBLE: { weight: 'review', zh: '{party}自报的签署时间与时间戳相差太多（超过一天；外部设备签署的超过十四天），请核对。' },
  TIME_ONLY_CLAIMED: { weight: 'note', zh: '{party}的签署时间由其自报，没有时间戳证明。' },
  TIME_NOT_PROVEN: {
    weight: 'review',
    zh: '{party}的签名没有时间戳，而证书现在已不在有效期内，无法证明签署时证书有效。请人工核对签署时间。',
  },
  // Revocation and the seal
  CERTIFICATE_REVOKED: { weight: 'failed', zh: '{party}签署时，证书已被吊销（{at}）。请核对签署人身份，并换用有效证书重新签署。' },
  TIMESTAMP_AUTHORITY_REVOKED: { weight: 'failed', zh: '{party}的时间戳所用的机构证书已被吊销（{at}），时间不可信。请重新签署。' },
  REVOCATION_UNKNOWN: { weight: 'note', zh: '文件里没有证书吊销情况的证明，签署时证书是否已被吊销没有核对。' },
  REVOCATION_INCOMPLETE: {
    weight: 'review',
    zh: '文件里的吊销证明没有覆盖{party}的证书（缺少、过期或来自别的机构）。请向学校索取封存后的原件，或人工核对。',
  },
  DSS_MALFORMED: { weight: 'failed', zh: '文件里的吊销证明不合规范（{reason}）。请向学校索取原件。' },
  DSS_UNRELATED: { weight: 'failed', zh: '文件的验证资料里夹带了与各方签名无关的内容（{what}）。请向学校索取原件。' },
  ARCHIVE_TIMESTAMP_REFUSED: { weight: 'failed', zh: '存档时间戳无效（{reason}）。请向学校索取原件。' },
  ARCHIVE_TIMESTAMP_UNTRUSTED: {
    weight: 'indeterminate',
    zh: '存档时间戳不是由本机信任的机构签发，封存时间无法判定。请安装该机构的根证书后重新验证。',
  },
  ARCHIVE_TIMESTAMP_OUT_OF_ORDER: { weight: 'failed', zh: '存档时间戳早于它所封存的签名。请向学校索取原件。' },
  ARCHIVE_TIMESTAMP_IN_FUTURE: { weight: 'review', zh: '存档时间晚于现在。请先检查本机的日期和时间，再重新验证。' },
  ARCHIVE_TIMESTAMP_MISSING: { weight: 'note', zh: '文件带有吊销证明，但没有存档时间戳，可能没有封存完。签名本身不受影响。' },
  ARCHIVE_RENEWAL_DUE: { weight: 'note', zh: '存档时间戳所用的证书已过期。签名仍然有效，请学校尽快续期存档。' },
  LEVEL_IS_BT: {
    weight: 'note',
    zh: '各方已签完，但文件没有封存（没有吊销证明和存档时间戳），证书过期后难以再作完整核对。请向学校索取封存后的文件。',
  },
  // The parties together
  SIGNATURES_INCOMPLETE: {
    weight: 'failed',
    zh: '未签完（{done}/{all}），还差：{missing}。请等各方签完后再验证；如果原来已签完，说明签名被删去了。',
  },
  PARTY_SIGNED_TWICE: { weight: 'failed', zh: '{party}在同一份协议上签了两次。请向学校索取原件。' },
  PARTY_OUT_OF_ORDER: { weight: 'failed', zh: '{party}没有按约定的先后顺序签署。请核对签署过程。' },
  GUARDIAN_CONSENT_APART: {
    weight: 'review',
    zh: '学生未成年，而这份文本没有监护人签名处，监护人的同意在单独的《知情同意书》里。请一并核对那份同意书，没有它不能安排实习。',
  },
  SIGNED_AS_MINOR: {
    weight: 'review',
    zh: '学生签署时还未满 18 周岁，协议上没有监护人签名（民法典第一百四十五条）。请取得监护人的书面同意，或由学生成年后书面确认。',
  },
  REFERS_TO_AGREEMENT: { weight: 'note', zh: '这份文件是编号 {number} 的协议的{kind}。请连同那份协议一起核对。' },
  SIGNED_AFTER_START: { weight: 'review', zh: '{party}在实习开始（{startsOn}）之后才签署。依据第十四条，未签协议不得安排实习，请核查。' },
  STATUTE_VIOLATED: { weight: 'failed', zh: '{reason}' },
  STATUTE_DOUBTFUL: { weight: 'review', zh: '{reason}' },
  WORDS_OVERRIDE_BODY: {
    weight: 'review',
    zh: '“{where}”一栏写有改动协议正文的话，而正文不得删改（人社厅函〔2025〕11号三（三））。请人工核对，必要时重新签订。',
  },
  TEMPLATE_NOT_IN_FORCE: {
    weight: 'failed',
    zh: '最后一方在{signedOn}签署，那天模板（{pack} {version}）不在施行期内（{terms}）。请用当时有效的模板重新签订。',
  },
  TEMPLATE_WITHDRAWN: {
    weight: 'failed',
    zh: '最后一方在{signedOn}签署，那时模板（{pack} {version}）已经停用（{terms}）。请用现行模板重新签订。',
  },
  TEMPLATE_TIME_NOT_PROVEN: {
    weight: 'review',
    zh: '模板（{pack} {version}）现在已不能使用（{terms}），而{party}的签名没有时间戳，无法证明是在此之前签的。请人工核对签署时间。',
  },
  // Across files: hints beside the reports, never part of one
  INK_REPEATED: { weight: 'note', zh: '疑似代签：{persons} 个不同的人的 {count} 处手写签名笔迹几乎相同，请向本人核实。' },
  KEY_REPEATED: { weight: 'note', zh: '疑似代签：{persons} 个不同的人的 {count} 处签名用了同一把密钥（同一台设备），请向本人核实。' },
  REFERENCE_MATCHED: { weight: 'note', zh: '这份{kind}对应的协议（编号 {number}）也在这批文件里，摘要相符。' },
  REFERENCE_MISMATCHED: {
    weight: 'note',
    zh: '这份{kind}写明属于编号 {number} 的协议，但这批文件里编号相同的那份{what}。两份文件不能互相证明，请向学校索取原件核对。',
  },
  REFERENCE_ABSENT: { weight: 'note', zh: '这份{kind}属于编号 {number} 的协议，那份协议不在这批文件里，没有核对。' },
  FILE_REPEATED: { weight: 'note', zh: '同一份文件重复提交：与另外 {count} 份一字不差，例如“{first}”。统计份数时请只算一份。' },
  VERSIONS_REPEATED: {
    weight: 'note',
    zh: '编号 {number} 的协议另有 {count} 个文件，例如“{first}”，是同一份协议签到不同步骤时的样子。请以各方都签完的那一份为准，只算一份。',
  },
  NUMBER_REPEATED: {
    weight: 'note',
    zh: '编号重复：编号 {number} 另有 {count} 个内容或签名不同的文件，例如“{first}”。一个编号只应有一份协议，请向学校核实以哪一份为准。',
  },
  CONSENT_ABSENT: { weight: 'note', zh: '学生未成年，协议上没有监护人签名处，这批文件里也没有监护人已签的《知情同意书》。请向学校索取。' },
  QR_LEADS_TO: {
    weight: 'note',
    zh: '最后一页的二维码打开 {origin}。请核对这是不是学校公布的验证网址；别的网址显示什么，都不能证明这份协议。',
  },
  TEMPLATE_IS_SAMPLE: { weight: 'note', zh: '这份协议用的是样张，不是国家示范文本，不能用于正式实习。' },
  ...FOREIGN_FINDINGS,
} as const satisfies Record<string, Fact>;

export type FindingCode = keyof typeof FINDINGS;

/** @param params fill the slots of the sentence, `reason` in words where it is a code of pki; `revision` and `party` also place the finding */
export function makeFinding(
  code: FindingCode,
  params: Readonly<Record<string, string | number>> = {},
  place: { readonly revision?: number; readonly party?: PartyRole } = {},
): Finding {
  return {
    code,
    zh: fillSentence(FINDINGS[code].zh, {
      ...params,
      ...(typeof params['reason'] === 'string' ? { reason: failureWords(params['reason']) } : {}),
      ...(place.revision === undefined ? {} : { revision: place.revision }),
    }),
    ...place,
  };
}

export const weightOf = (finding: Finding): Weight => FINDINGS[finding.code].weight;
