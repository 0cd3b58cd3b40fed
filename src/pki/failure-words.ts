/** The codes of this room in Chinese, as a reason inside a longer sentence: each says one thing that no other says. */
import type { PkiFailureCode } from './failure.ts';

const FAILURE_ZH: Readonly<Record<PkiFailureCode, string>> = {
  DER_MALFORMED: '编码不合规范',
  ALGORITHM_REFUSED: '用了不允许的算法',
  PEM_MALFORMED: '证书文件的文字不完整',
  PKCS12_REFUSED: '证书文件打不开或密码不对',
  CERTIFICATE_MALFORMED: '证书格式不合规范',
  CERTIFICATE_ALGORITHM_REFUSED: '证书用了不允许的算法',
  CERTIFICATE_EXPIRED: '证书已过期',
  CERTIFICATE_NOT_YET_VALID: '证书尚未生效',
  CERTIFICATE_UNTRUSTED: '证书不是由信任的机构签发',
  CERTIFICATE_SIGNATURE_WRONG: '证书是冒名签发的',
  CERTIFICATE_NOT_CA: '签发它的证书没有签发资格',
  CERTIFICATE_IS_CA: '这是签发机构的证书，不能直接用来签署',
  CERTIFICATE_PATH_TOO_LONG: '证书的级数超过允许',
  CERTIFICATE_KEY_USAGE_WRONG: '证书没有签名用途',
  CERTIFICATE_PURPOSE_WRONG: '证书的用途不对',
  CERTIFICATE_EXTENSION_UNKNOWN: '证书带有认不出的必要限制',
  CMS_MALFORMED: '签名数据不完整或有多余内容',
  CMS_ALGORITHM_REFUSED: '签名用了不允许的算法',
  CMS_CONTENT_NOT_DETACHED: '签名数据里夹带了别的内容',
  CMS_SIGNER_COUNT: '签名者不是正好一个',
  CMS_SIGNER_UNKNOWN: '缺少签名者的证书',
  CMS_ATTRIBUTES_WRONG: '签名里写明的事项不对',
  CMS_ESS_MISMATCH: '签名没有写明用的是这张证书',
  CMS_DIGEST_WRONG: '签的不是这份内容',
  CMS_SIGNATURE_WRONG: '签名与证书对不上',
  CMS_NOT_CANONICAL: '签名数据不是规范写法',
  TIMESTAMP_MALFORMED: '时间戳不完整或有多余内容',
  TIMESTAMP_ALGORITHM_REFUSED: '时间戳用了不允许的算法',
  TIMESTAMP_STATUS_REJECTED: '时间戳机构没有受理',
  TIMESTAMP_IMPRINT_WRONG: '时间戳盖的是别的内容',
  TIMESTAMP_NONCE_WRONG: '时间戳答的是另一次请求',
  TIMESTAMP_SIGNER_WRONG: '时间戳的签署者不对',
  TIMESTAMP_SIGNATURE_WRONG: '时间戳与签发机构的证书对不上',
  TIMESTAMP_NOT_CANONICAL: '时间戳不是规范写法',
  TIMESTAMP_UNTRUSTED: '时间戳不是由信任的机构签发',
  CRL_MALFORMED: '吊销列表格式不合规范',
  CRL_ALGORITHM_REFUSED: '吊销列表用了不允许的算法',
  CRL_ISSUER_WRONG: '吊销列表不是这家机构的',
  CRL_SIGNATURE_WRONG: '吊销列表与签发机构的证书对不上',
  OCSP_MALFORMED: '吊销查询的答复格式不合规范',
  OCSP_ALGORITHM_REFUSED: '吊销查询的答复用了不允许的算法',
  OCSP_STATUS_REJECTED: '吊销查询没有受理',
  OCSP_RESPONDER_WRONG: '吊销查询不是由有权的机构答复',
  OCSP_SIGNATURE_WRONG: '吊销查询的答复与机构的证书对不上',
};

const WORDS: ReadonlyMap<string, string> = new Map(Object.entries(FAILURE_ZH));

/** A reason that is a code of this room in Chinese; any other reason is in Chinese already and stays. */
export const failureWords = (reason: string): string => WORDS.get(reason) ?? reason;
