/** The signatory's own .p12 or .pfx, opened in this page and nowhere else. Loaded only when somebody chooses such a file. */
import { PkiError } from '../../pki/failure.ts';
import { openPkcs12 } from '../../pki/open-pkcs12.ts';
import { KeyFileRefused, type OwnKey } from './signing-key.ts';

const FILE_MAX_BYTES = 200_000;

const WORDS: Readonly<Record<string, string>> = {
  password: '口令不对，或文件已损坏。请核对大小写后再试；口令没有发给任何人。',
  format: '这不是 .p12 或 .pfx 证书文件，或者加密方式不认识。请向证书机构要 .p12（.pfx）格式的文件。',
  empty: '这个文件里没有可用的密钥。请向证书机构要带私钥的 .p12（.pfx）文件。',
};

/** @throws KeyFileRefused with a sentence for the person */
export async function openOwnKey(file: Blob, passphrase: string): Promise<OwnKey> {
  if (file.size > FILE_MAX_BYTES) throw new KeyFileRefused('这个文件太大，不像证书文件。请核对选的文件。');
  if (!/^[\x20-\x7e]*$/.test(passphrase)) throw new KeyFileRefused('口令里有中文或全角字符，打不开。请切换到英文输入法再输入一次。');
  const bytes = new Uint8Array(await file.arrayBuffer());
  const { keys, certificates } = open(bytes, passphrase);
  const [key] = keys;
  if (key === undefined || keys.length !== 1 || certificates.length === 0) throw new KeyFileRefused(WORDS['empty'] ?? '');
  if (key.kind === null) throw new KeyFileRefused('这个文件里的密钥太短或类型不支持。需要 RSA 2048 位以上，或 P-256、P-384。');
  const algorithm =
    key.kind === 'rsa'
      ? { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
      : { name: 'ECDSA', hash: 'SHA-256', namedCurve: key.kind === 'p256' ? 'P-256' : 'P-384' };
  const privateKey = await crypto.subtle.importKey('pkcs8', key.pkcs8, algorithm, false, ['sign']).catch(() => {
    throw new KeyFileRefused('浏览器打不开这把密钥。请换一个浏览器，或向证书机构要新的文件。');
  });
  key.pkcs8.fill(0);
  return { certificates, sign: async (message) => new Uint8Array(await crypto.subtle.sign(algorithm, privateKey, message)) };
}

function open(bytes: Uint8Array, passphrase: string): ReturnType<typeof openPkcs12> {
  try {
    return openPkcs12(bytes, passphrase);
  } catch (error) {
    if (error instanceof PkiError) throw new KeyFileRefused(WORDS[error.detail] ?? WORDS['format'] ?? '');
    throw error;
  }
}
