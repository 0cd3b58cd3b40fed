/** 《电子签约约定》: what the parties agree about signing electronically, shown and ticked before anybody signs. */
import { fromUtf8 } from '../bytes.ts';
import { toCanonicalJson } from '../canonical-json.ts';
import { type Sha256, sha256Hex } from '../digest.ts';

export interface ESigningTerms {
  readonly version: string;
  readonly title: string;
  readonly clauses: readonly string[];
}

/**
 * A changed sentence is a new version. Not part of the agreement's text.
 * @source 电子签名法第三条、第十三条、第十四条；民法典第四百九十条、第四百九十一条；个人信息保护法第十三条、第十七条；人社厅发〔2021〕54号
 */
export const E_SIGNING_TERMS: ESigningTerms = {
  version: '2',
  title: '电子签约约定',
  clauses: [
    '各方同意用电子签名签署这份协议和附件。符合法律要求的电子签名，与手写签名、盖章具有同等法律效力。',
    '签名用的密钥由签署人控制：在签署人自己的设备里当场产生，或者在签署人的证书文件、签名设备里，都不交给本平台。机构自愿把密钥放在服务器上、由其经办人解锁使用的，签名上注明“机构服务器保管”。请不要替别人签，也不要让别人替您签。',
    '签署前核验身份。签名只对您看到的这一份文件有效；签名之后的任何改动都能被发现。',
    '每个签名附有时间戳。本平台签发的是平台证书，不是持证电子认证服务机构的证书；改用持证机构证书的，签名上会注明。',
    '各方都签完时协议成立，以签好的 PDF 文件为原件。',
    '为了证明签署过程，系统记录邀请、核验身份、阅读、同意和签名的时间，打了码的网络地址，设备类别，以及证书和文件的指纹；只用于证明签署，不采集位置、通讯录和人脸，不保存其他设备信息。',
    '签署不收费。可以随时查看、下载和打印；需要纸质协议的，可以向学校要一份。',
    '不想用电子方式签的，可以告诉学校改用纸质签署，不因此受到不利对待。',
  ],
};

export const termsDigest = ({ version, title, clauses }: ESigningTerms): Sha256 =>
  sha256Hex(fromUtf8(toCanonicalJson({ schema: 'sanfang.e-signing-terms/1', version, title, clauses })));

export const E_SIGNING_TERMS_SHA256 = termsDigest(E_SIGNING_TERMS);
