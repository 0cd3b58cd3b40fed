/** Signing in the browser: a certificate for the page's own key, then check, sign, send, for one agreement or many. */
import type { ShownSource } from '../../agreement/shown-value.ts';
import { fromBase64, fromUtf8, toBase64, toHex } from '../../bytes.ts';
import type { CeremonyJson, CertificateJson, FinishedJson, PreparedJson } from '../contract.ts';
import { getBytes, getJson, postJson, Refusal } from './api.ts';
import type { Ink } from './ink.ts';
import { assertOwnAct } from './own-act.ts';
import type { ChosenSeal } from './seal-choice.ts';
import { assertSignatory, readValues } from './shown-values.ts';
import { assertAttributesCover, UntrustedRequest } from './signed-attributes.ts';
import { KeyFileRefused, makeSigningKey, NotSecure, type OwnKey, type SigningKey } from './signing-key.ts';

/** Who signs, as the page said. */
export interface NamedSignatory {
  readonly role: string;
  readonly name: string;
}

/** A key with its certificate; lives as long as the page. */
export interface Enrolment {
  readonly token: string;
  readonly certificateId: string;
  readonly key: Pick<SigningKey, 'sign'>;
  readonly signatory: NamedSignatory;
  /** SHA-256 of the signatory's own certificates; absent for a key that was made in the page. */
  readonly certificateSha256s?: readonly string[];
  /** Of the terms that the page showed and the signatory ticked. */
  readonly termsSha256: string;
  /** The organisation's own seal to be drawn; absent without. */
  readonly seal?: ChosenSeal;
}

/** A prepared revision whose bytes this page has hashed itself and found to be what the attributes promise. */
export interface CheckedRevision {
  readonly prepared: PreparedJson;
  readonly signedAttributes: Uint8Array<ArrayBuffer>;
  /** As the file itself has them. */
  readonly values: ShownSource;
  readonly assertShown: (values: ShownSource) => void;
}

/** This tab has not shown what is to be signed. */
export class NotRead extends Error {}

const MAX_MOVES = 8;

/** @throws Refusal */
export const readCeremony = (token: string): Promise<CeremonyJson> => getJson<CeremonyJson>(`/api/s/${token}`);

/** The one text that a key signs besides attributes: nothing that it could mean elsewhere. */
const POSSESSION = /^sanfang\.possession\/1\n[0-9a-f]{32}$/;

const sha256Hex = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> =>
  toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));

/** Makes a key and has it certified, or has the certificates of the signatory's own key accepted. @throws Refusal, UntrustedRequest */
export async function enrol(
  token: string,
  possessionText: string,
  termsSha256: string,
  signatory: NamedSignatory,
  own: OwnKey | null = null,
): Promise<Enrolment> {
  if (!POSSESSION.test(possessionText)) throw new UntrustedRequest('POSSESSION_DIFFERS');
  if (own !== null) {
    const { certificateId } = await postJson<CertificateJson>(`/api/s/${token}/certificate/own`, {
      certificates: own.certificates.map(toBase64),
      proofOfPossession: toBase64(await own.sign(fromUtf8(possessionText))),
    });
    const certificateSha256s = await Promise.all(own.certificates.map((der) => sha256Hex(Uint8Array.from(der))));
    return { token, certificateId, key: own, certificateSha256s, signatory, termsSha256 };
  }
  const key = await makeSigningKey();
  const { certificateId } = await postJson<CertificateJson>(`/api/s/${token}/certificate`, {
    publicKeySpki: toBase64(key.publicKeySpki),
    proofOfPossession: toBase64(await key.sign(fromUtf8(possessionText))),
  });
  return { token, certificateId, key, signatory, termsSha256 };
}

/**
 * Has one signature prepared and checks it: range, digest, attributes, that the file begins with the locked template, that its values are
 * those that were shown, that it names who signs, and that it draws this handwriting and the chosen seal and no other.
 * @param assertShown throws UntrustedRequest when the page has shown anything else
 * @throws Refusal, UntrustedRequest
 */
export async function prepareChecked(
  enrolment: Enrolment,
  agreementNumber: string,
  ink: Ink | null,
  assertShown: (values: ShownSource) => void,
): Promise<CheckedRevision> {
  const prepared = await postJson<PreparedJson>(`/api/s/${enrolment.token}/prepare`, {
    agreementNumber,
    certificateId: enrolment.certificateId,
    ink,
    seal: enrolment.seal === undefined ? null : { id: enrolment.seal.id, diameterMm: enrolment.seal.diameterMm },
    consent: true,
    termsSha256: enrolment.termsSha256,
  });
  const pdf = await getBytes(prepared.documentUrl);
  const signedAttributes = fromBase64(prepared.signedAttributes);
  const digest = await assertAttributesCover(pdf, prepared.byteRange, signedAttributes);
  if (toHex(digest) !== prepared.digestSha256 || prepared.agreementNumber !== agreementNumber) throw new UntrustedRequest('DIGEST_DIFFERS');
  const { certificateSha256s, signatory, seal = null } = enrolment;
  const attributesHex = toHex(signedAttributes);
  if (certificateSha256s?.some((sha256) => attributesHex.includes(sha256)) === false) throw new UntrustedRequest('CERTIFICATE_DIFFERS');
  const values = readValues(pdf, prepared.prefix.lengthBytes);
  const prefixSha256 = await sha256Hex(pdf.slice(0, prepared.prefix.lengthBytes));
  if (prefixSha256 !== prepared.prefix.sha256 || prefixSha256 !== values.template?.prefixSha256)
    throw new UntrustedRequest('TEMPLATE_DIFFERS');
  if (values.agreementNumber !== agreementNumber) throw new UntrustedRequest('VALUES_DIFFER');
  assertSignatory(values, signatory.role, signatory.name);
  assertShown(values);
  assertOwnAct(pdf, prepared.prefix.lengthBytes, { role: signatory.role, ink, seal });
  return { prepared, signedAttributes, values, assertShown };
}

/**
 * Signs a checked revision and sends the value. Where another party signed meanwhile it is prepared and checked again, unseen.
 * @throws Refusal, UntrustedRequest
 */
export async function signChecked(enrolment: Enrolment, first: CheckedRevision, ink: Ink | null): Promise<FinishedJson> {
  let checked = first;
  for (let moves = 0; ; moves++) {
    try {
      return await postJson<FinishedJson>(`/api/s/${enrolment.token}/finish`, {
        preparedId: checked.prepared.preparedId,
        signatureValue: toBase64(await enrolment.key.sign(checked.signedAttributes)),
      });
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'REVISION_MOVED' || moves >= MAX_MOVES) throw error;
      checked = await prepareChecked(enrolment, checked.prepared.agreementNumber, ink, checked.assertShown);
    }
  }
}

const OTHER_THAN_SHOWN: ReadonlySet<UntrustedRequest['reason']> = new Set(['VALUES_DIFFER', 'SEAL_DIFFERS', 'ACT_DIFFERS']);

/** What to show for anything that stopped a signature. */
export function stopWords(error: unknown): string {
  if (error instanceof Refusal || error instanceof KeyFileRefused) return error.zh;
  if (error instanceof NotSecure) return '这个地址不是安全连接，浏览器不允许产生密钥。请用 https 开头的地址打开。';
  if (error instanceof NotRead) return '这一页还没有给您看过协议全文，没有签名。请点下面的“再读一遍协议”，读完后从那里继续。';
  if (error instanceof UntrustedRequest && OTHER_THAN_SHOWN.has(error.reason))
    return '要签的文件里写的，和页面给您看的不一样，已经停止，没有签名。请不要继续，并告诉学校。';
  if (error instanceof UntrustedRequest) return '服务器要求签署的内容和这份文件对不上，已经停止，没有签名。请不要继续，并告诉学校。';
  return '没有签成。请重新打开这个链接再试一次。';
}
