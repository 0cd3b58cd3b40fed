/** The engine of a service's page: files go there one by one, out of their archives, and are forgotten there. */
import { fromBase64, toHex } from '../bytes.ts';
import type { DeskFactsJson, DrawnJson, ExaminedJson } from '../http/contract/verification.ts';
import type { ErrorJson } from '../http/contract.ts';
import { toInstant } from '../instant.ts';
import { makeFinding } from '../verify/findings.ts';
import { listFile } from '../verify/verified-file.ts';
import { FILE_MAX_BYTES } from '../verify/verify-file.ts';
import { listUnread, readSource } from './archive.ts';
import type { Engine, Examined } from './engine.ts';
import type { BrowserSource } from './messages.ts';
import { printApart } from './pool.ts';

/** Requests under way at a time: enough to keep a far service busy. */
const AT_ONCE = 4;
const TRIES = 5;
const WAIT_MAX_SECONDS = 20;

/** A sentence for the reader. */
const refusal = (zh: string): Error => new Error(zh);
const UNREACHABLE = '网络断开了，已验的结果都还在。请检查网络后点“继续”。';

const pause = (seconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

/** Waits and asks again where the service says so. @throws Error with a Chinese sentence */
async function post(path: string, body: BodyInit, type: string, signal: AbortSignal): Promise<Response> {
  for (let tried = 1; ; tried++) {
    let response: Response;
    try {
      response = await fetch(path, {
        method: 'POST',
        headers: { 'Content-Type': type },
        body,
        credentials: 'same-origin',
        redirect: 'error',
        signal,
      });
    } catch {
      throw refusal(UNREACHABLE);
    }
    if (response.ok) return response;
    const isBusy = response.status === 429 || response.status === 503;
    if (isBusy && tried < TRIES) {
      await pause(Math.min(WAIT_MAX_SECONDS, Number(response.headers.get('Retry-After') ?? 2)), signal);
      continue;
    }
    const said: ErrorJson | null = await response.json().catch(() => null);
    throw refusal(said?.zh ?? '服务暂时没有回应，已验的结果都还在。请稍后点“继续”。');
  }
}

const BYTES = 'application/octet-stream';

async function examine(source: BrowserSource, signal: AbortSignal): Promise<Examined> {
  const size = source.kind === 'file' ? source.blob.size : source.member.unpackedBytes;
  if (size > FILE_MAX_BYTES) {
    return { verified: listFile(source.file, makeFinding('FILE_TOO_LARGE', { limit: FILE_MAX_BYTES >> 20 }), size), voided: null };
  }
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = await readSource(source);
  } catch (error) {
    return { verified: listUnread(source.file, error), voided: null };
  }
  const answer: ExaminedJson = await (await post('/api/verify/file', bytes, BYTES, signal)).json();
  const { voided, verified } = answer;
  return {
    verified: { ...verified, file: source.file },
    voided: voided === null ? null : { ...voided, at: toInstant(voided.at) },
  };
}

export function onlineEngine(facts: DeskFactsJson): Engine {
  const opened = performance.now();
  return {
    facts: { ...facts, trustAnchors: facts.trustAnchors.map(fromBase64) },
    now: () => toInstant(facts.now + Math.floor(performance.now() - opened)),
    async verify(sources, _checkedAt, signal, onExamined) {
      let next = 0;
      const failed = new AbortController();
      const either = AbortSignal.any([signal, failed.signal]);
      const drain = async (): Promise<void> => {
        while (!either.aborted) {
          const index = next++;
          const source = sources[index];
          if (source === undefined) return;
          try {
            onExamined(await examine(source, either), index);
          } catch (error) {
            if (either.aborted) return;
            failed.abort();
            throw error;
          }
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, drain));
    },
    async draw(source) {
      const { signal } = new AbortController();
      const answer: DrawnJson = await (await post('/api/verify/drawing', await readSource(source), BYTES, signal)).json();
      return answer.drawing;
    },
    print: (order) => printApart(import.meta.url, 'module', order),
    stamp: async (sha256) => {
      const { signal } = new AbortController();
      const response = await post('/api/verify/timestamp', JSON.stringify({ sha256: toHex(sha256) }), 'application/json', signal);
      return new Uint8Array(await response.arrayBuffer());
    },
  };
}
