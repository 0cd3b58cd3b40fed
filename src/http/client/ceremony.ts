/** Signing in the browser: a certificate for the page's own key, then check, sign, send, for one agreement or many. */
import type { ShownSource } from '../../agreement/shown-value.ts';
import { fromBase64, fromUtf8, toBase64, toHex } from '../../bytes.ts';
import type { CeremonyJson, CertificateJson, FinishedJson, PreparedJson } from '../contract.ts';
import { getBytes, getJson, postJson, Refusal } from './api.ts';
import type { Ink } from './ink.ts';
import { assertSealDrawn, type ChosenSeal } from './seal-choice.ts';
import { readValues } from './shown-values.ts';
import { assertAttributesCover, UntrustedRequest } from './signed-attributes.ts';
import { KeyFileRefused, makeSigningKey, NotSecure, type OwnKey, type SigningKey } from './signing-key.ts';

/** A key with its certificate; lives as long as the page. */
export interface Enrolment {
  readonly token: string;
  readonly certificateId: string;
  readonly key: Pick<SigningKey, 'sign'>;
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

const MAX_MOVES = 8;

/** @throws Refusal */
export const readCeremony = (token: string): Promise<CeremonyJson> => getJson<CeremonyJson>(`/api/s/${token}`);

/** Makes a key and has it certified, or has the certificates of the signatory's own key accepted. @throws Refusal */
export async function enrol(token: string, possessionText: string, termsSha256: string, own: OwnKey | null = null): Promise<Enrolment> {
  if (own !== null) {
    const { certificateId } = await postJson<CertificateJson>(`/api/s/${token}/certificate/own`, {
      certificates: own.certificates.map(toBase64),
      proofOfPossession: toBase64(await own.sign(fromUtf8(possessionText))),
    });
    return { token, certificateId, key: own, termsSha256 };
  }
  const key = await makeSigningKey();
  const { certificateId } = await postJson<CertificateJson>(`/api/s/${token}/certificate`, {
    publicKeySpki: toBase64(key.publicKeySpki),
    proofOfPossession: toBase64(await key.sign(fromUtf8(possessionText))),
  });
  return { token, certificateId, key, termsSha256 };
}

/**
 * Has one signature prepared and checks it: range, digest, attributes, that the file begins with the locked template, and that its
 * values are those that were shown, and that it draws the chosen seal and no other.
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
  const prefix = await crypto.subtle.digest('SHA-256', pdf.slice(0, prepared.prefix.lengthBytes));
  if (toHex(new Uint8Array(prefix)) !== prepared.prefix.sha256) throw new UntrustedRequest('TEMPLATE_DIFFERS');
  const values = readValues(pdf, prepared.prefix.lengthBytes);
  if (values.agreementNumber !== agreementNumber) throw new UntrustedRequest('VALUES_DIFFER');
  assertShown(values);
  assertSealDrawn(pdf, prepared.prefix.lengthBytes, enrolment.seal ?? null);
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

/** What to show for anything that stopped a signature. */
export function stopWords(error: unknown): string {
  if (error instanceof Refusal || error instanceof KeyFileRefused) return error.zh;
  if (error instanceof NotSecure) return '这个地址不是安全连接，浏览器不允许产生密钥。请用 https 开头的地址打开。';
  if (error instanceof UntrustedRequest && (error.reason === 'VALUES_DIFFER' || error.reason === 'SEAL_DIFFERS'))
    return '要签的文件里写的，和页面给您看的不一样，已经停止，没有签名。请不要继续，并告诉学校。';
  if (error instanceof UntrustedRequest) return '服务器要求签署的内容和这份文件对不上，已经停止，没有签名。请不要继续，并告诉学校。';
  return '没有签成。请重新打开这个链接再试一次。';
}
