/**
 * A signer of the installation behind a command or an address: a digest in, a signature out, as JSON. No native module: the PKCS#11 or
 * key service's own tool does the work.
 */
import { spawn } from 'node:child_process';
import { concatBytes, fromBase64, fromUtf8, toBase64, toUtf8 } from '../bytes.ts';
import { readAtMost } from './answer-body.ts';
import { hasCode } from './file-codes.ts';

/** How a signer is reached. */
export interface SignerConnection {
  readonly name: string;
  readonly zh: string;
  /** The school that may use it. */
  readonly tenant: string;
  readonly chain: readonly Uint8Array[];
  readonly reach:
    | { readonly kind: 'command'; readonly command: readonly [string, ...string[]] }
    | { readonly kind: 'address'; readonly url: string; readonly authorization: string | null };
}

/** What the signer is asked, once a signature. */
export interface SignerQuestion {
  readonly protocol: 'sanfang.signer/1';
  readonly name: string;
  readonly algorithm: 'rsa-pkcs1-sha256' | 'ecdsa-sha256';
  /** SHA-256 of what is signed, base64. */
  readonly digest: string;
  /** PIN of the device. It travels by standard input or in the body, never as an argument. */
  readonly pin: string;
}

const TIMEOUT_MS = 30_000;
const ANSWER_MAX_BYTES = 64 * 1024;

/** @throws Error for any failure; its message holds nothing that the signer said */
export async function askSigner({ reach }: SignerConnection, question: SignerQuestion): Promise<Uint8Array> {
  const body = fromUtf8(JSON.stringify(question));
  const answer = reach.kind === 'command' ? await run(reach.command, body) : await post(reach, body);
  return signatureIn(JSON.parse(toUtf8(answer)));
}

/** `{"signature": base64}`: ECDSA as DER or r‖s, or RSA PKCS#1 v1.5. */
function signatureIn(answer: unknown): Uint8Array {
  if (typeof answer === 'object' && answer !== null && 'signature' in answer && typeof answer.signature === 'string') {
    return fromBase64(answer.signature);
  }
  throw new Error('the signer gave no signature');
}

/** @param digest SHA-256, 32 bytes */
export const questionFor = (name: string, algorithm: SignerQuestion['algorithm'], digest: Uint8Array, pin: string): SignerQuestion => ({
  protocol: 'sanfang.signer/1',
  name,
  algorithm,
  digest: toBase64(digest),
  pin,
});

/** Without a shell, and with nothing of this process's environment but PATH and HOME. What it started ends with it. */
function run([program, ...args]: readonly [string, ...string[]], input: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const { PATH = '', HOME = '' } = process.env;
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'], env: { PATH, HOME }, detached: true });
    const parts: Uint8Array[] = [];
    let length = 0;
    const giveUp = (why: string): void => {
      clearTimeout(timer);
      child.stdout.destroy();
      endGroup(child.pid);
      reject(new Error(why));
    };
    const timer = setTimeout(() => giveUp('the signer command took too long'), TIMEOUT_MS);
    child.once('error', () => giveUp('the signer command could not be run'));
    child.stdin.on('error', () => undefined); // a command that ends before it has read its question says so by its status
    child.stdout.on('data', (chunk: Uint8Array) => {
      length += chunk.length;
      parts.push(chunk);
      if (length > ANSWER_MAX_BYTES) giveUp('the signer command said too much');
    });
    child.once('close', (status) => {
      clearTimeout(timer);
      if (status === 0) resolve(concatBytes(...parts));
      else reject(new Error(`the signer command ended with ${status}`));
    });
    child.stdin.end(input);
  });
}

/** The command with everything that it started: it leads a process group of its own. */
function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (!hasCode(error, 'ESRCH')) throw error;
  }
}

async function post(
  { url, authorization }: Extract<SignerConnection['reach'], { kind: 'address' }>,
  body: Uint8Array,
): Promise<Uint8Array> {
  const response = await fetch(url, {
    method: 'POST',
    body: toUtf8(body),
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
    headers: { 'Content-Type': 'application/json', ...(authorization === null ? {} : { Authorization: authorization }) },
  });
  if (!response.ok) throw new Error(`the signer answered ${response.status}`);
  return readAtMost(response, ANSWER_MAX_BYTES, () => new Error('the signer answered too much'));
}
