/** The signatory's key: made in this page, usable only by this page, gone when the page is closed. */

/** The file or passphrase of a key cannot be used; `zh` is what to show. */
export class KeyFileRefused extends Error {
  readonly zh: string;

  constructor(zh: string) {
    super('key file refused');
    this.name = 'KeyFileRefused';
    this.zh = zh;
  }
}

/** A key with certificates of its own, opened in this page; WebCrypto refuses to export it. */
export interface OwnKey {
  /** Of the file, in its order; DER. */
  readonly certificates: readonly Uint8Array[];
  /** SHA-256 signature: ECDSA as r‖s, or RSA PKCS#1 v1.5. */
  sign(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>;
}

export interface SigningKey {
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKeySpki: Uint8Array<ArrayBuffer>;
  /** ECDSA P-256 with SHA-256 over the bytes, as r‖s (64 bytes). @source IEEE P1363 */
  sign(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>;
}

/** Browsers make keys only on https or on this machine itself. */
export class NotSecure extends Error {}

/** @throws NotSecure where this page cannot make or use a key */
export function assertSecure(): void {
  if (!window.isSecureContext || crypto.subtle === undefined) throw new NotSecure();
}

/** Makes a key pair whose private half WebCrypto refuses to export. @source 电子签名法第十三条第一款（二） */
export async function makeSigningKey(): Promise<SigningKey> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
  const publicKeySpki = new Uint8Array(await crypto.subtle.exportKey('spki', pair.publicKey));
  return {
    publicKeySpki,
    sign: async (bytes) => new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, bytes)),
  };
}
