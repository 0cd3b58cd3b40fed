/** The key with which an authority signs: PEM key and certificate, or one PKCS#12 file; the password comes from an environment variable. */
import { toLatin1 } from '../bytes.ts';
import { AppError } from '../errors.ts';
import { PkiError } from '../pki/failure.ts';
import { failureWords } from '../pki/failure-words.ts';
import { certificatesIn } from '../pki/pem.ts';
import { readPkcs12 } from '../pki/pkcs12.ts';
import { readSigningKey } from '../pki/sign.ts';
import type { AuthorityKey } from '../workflow/release-template.ts';
import { needed } from './arguments.ts';
import { readBytes } from './files.ts';
import type { Surroundings } from './surroundings.ts';

export const KEY_OPTIONS = ['key', 'cert', 'p12', 'password-env'] as const;

type KeyValues = Readonly<Partial<Record<(typeof KEY_OPTIONS)[number], string>>>;

const refuse = (reason: string): AppError => new AppError('TEMPLATE_KEY_REFUSED', { reason });

/** @throws AppError COMMAND_MALFORMED, PATH_UNREADABLE, TEMPLATE_KEY_REFUSED */
export function readAuthorityKey(around: Pick<Surroundings, 'secret'>, values: KeyValues): AuthorityKey {
  const password = readPassword(around, values['password-env']);
  try {
    if (values.p12 !== undefined && !/^[\x20-\x7e]*$/.test(password ?? '')) throw refuse('.p12 文件的口令只支持英文字母、数字和符号');
    if (values.p12 !== undefined) return readPkcs12(readBytes(values.p12), password ?? '');
    const pem = toLatin1(readBytes(needed(values.key, ' --key 密钥文件（或 --p12 文件）')));
    const chain = certificatesIn(readBytes(needed(values.cert, ' --cert 证书文件')));
    if (chain.length === 0) throw refuse('证书文件里没有证书');
    return { key: readKey(pem, password), chain };
  } catch (error) {
    if (!(error instanceof PkiError)) throw error;
    throw refuse(error.code === 'PKCS12_REFUSED' ? '口令不对，或文件里没有成对的密钥和证书' : failureWords(error.code));
  }
}

function readKey(pem: string, password: string | undefined) {
  try {
    return readSigningKey(pem, password);
  } catch (error) {
    if (error instanceof PkiError) throw error;
    throw refuse('密钥文件读不出来，或口令不对');
  }
}

/** @throws AppError COMMAND_MALFORMED when the variable that was named is not set */
function readPassword(around: Pick<Surroundings, 'secret'>, name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const password = around.secret(name);
  if (password === undefined) throw new AppError('COMMAND_MALFORMED', { what: `环境变量 ${name} 没有设置` });
  return password;
}
