/** Examining a file with the browser's native cryptography where it has one: native code answers ahead, the same synchronous engine judges. */
import { fromUtf8, toHex, toLatin1 } from '../bytes.ts';
import { isSha256, type Sha256, startSha256 } from '../digest.ts';
import type { DigestName } from '../pki/algorithms.ts';
import { type SignatureQuestion, settleQuestion, speculate } from '../pki/verify-signature.browser.ts';
import { examineFile, judgeWithinReason, toVerified, type VerifiedFile } from '../verify/verified-file.ts';
import type { JudgedFile, VerifyContext } from '../verify/verify-file.ts';

/** Rounds in which an answer can lead to further signatures; then pure code judges what is left. */
const ROUNDS_MAX = 6;

/** Undefined in a browser, or a context, without WebCrypto: pure code does everything then. */
const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;

/** The very report of `examineFile`. */
export async function examineNatively(file: string, bytes: Uint8Array, context: VerifyContext): Promise<VerifiedFile> {
  if (subtle === undefined) return examineFile(file, bytes, context);
  const examined = async (judged: JudgedFile): Promise<VerifiedFile> =>
    toVerified(file, bytes, judged, judged.sha256 ?? (await nativeSha256(subtle, bytes)));
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const { result, open } = speculate(() => judgeWithinReason(bytes, context));
    const answers = open.map((question) => settleQuestion(question, (kind, value) => isSound(subtle, question, kind, value)));
    // Every signature was taken for sound; where each is, this is what comes out, and otherwise it has to be done again.
    if ((await Promise.all(answers)).every((sound) => sound)) return examined(result);
  }
  return examined(judgeWithinReason(bytes, context));
}

async function nativeSha256(crypto: SubtleCrypto, bytes: Uint8Array): Promise<Sha256> {
  const hex = toHex(new Uint8Array(await crypto.digest('SHA-256', own(bytes))));
  if (!isSha256(hex)) throw new Error('not a SHA-256');
  return hex;
}

/** SHA-256 of the UTF-8 of the texts laid end to end. */
export async function digestOfTexts(texts: readonly string[]): Promise<Uint8Array> {
  if (subtle !== undefined) return new Uint8Array(await subtle.digest('SHA-256', await new Blob([...texts]).arrayBuffer()));
  const running = startSha256();
  for (const text of texts) running.update(fromUtf8(text));
  return running.finish();
}

/** WebCrypto takes no view of a shared buffer. */
const own = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  bytes.buffer instanceof ArrayBuffer ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) : new Uint8Array(bytes);

const HASHES: Readonly<Record<DigestName, string>> = { sha256: 'SHA-256', sha384: 'SHA-384', sha512: 'SHA-512' };
const CURVES = { p256: 'P-256', p384: 'P-384' } as const;

const KEYS_MAX = 256;
/** Imported once: those of authorities come back with every file. */
const keys = new Map<string, Promise<CryptoKey>>();

async function isSound(
  crypto: SubtleCrypto,
  { spki, digest, message }: SignatureQuestion,
  kind: 'rsa' | 'p256' | 'p384',
  value: Uint8Array,
): Promise<boolean> {
  const hash = HASHES[digest];
  const key = kind === 'rsa' ? { name: 'RSASSA-PKCS1-v1_5', hash } : { name: 'ECDSA', namedCurve: CURVES[kind] };
  const name = `${kind} ${digest} ${toLatin1(spki)}`;
  try {
    const known = keys.get(name) ?? crypto.importKey('spki', own(spki), key, false, ['verify']);
    if (keys.size >= KEYS_MAX) keys.clear();
    keys.set(name, known);
    const imported = await known;
    return await crypto.verify(kind === 'rsa' ? 'RSASSA-PKCS1-v1_5' : { name: 'ECDSA', hash }, imported, own(value), own(message));
  } catch {
    // a key that native code does not take is judged by pure code
    return false;
  }
}
