/** Files that the list of signing devices names. */
import { readFile } from 'node:fs/promises';
import { toUtf8 } from '../bytes.ts';
import { parseCertificate } from '../pki/certificate.ts';
import { certificatesIn } from '../pki/pem.ts';

/** @throws Error in Chinese naming the file */
export async function readTextFile(path: string): Promise<string> {
  try {
    return toUtf8(await readFile(path));
  } catch (cause) {
    throw new Error(`读不到 ${path}。请核对 SANFANG_SIGNERS 后重新启动。`, { cause });
  }
}

/** A signer's certificate, then its issuers; DER. @throws Error in Chinese naming the file */
export async function readCertificates(path: string): Promise<readonly Uint8Array[]> {
  try {
    const chain = certificatesIn(new Uint8Array(await readFile(path)));
    chain.map(parseCertificate);
    if (chain.length === 0) throw new Error('no certificate');
    return chain;
  } catch (cause) {
    throw new Error(`签名设备的证书文件不能用：${path}。请换成证书机构给的 PEM 文件，签名证书在前，上级证书在后。`, { cause });
  }
}
