/** JSON to and from the service. */
import type { ErrorJson } from '../contract.ts';

/** The service refused, or could not be reached; `zh` is what to show. */
export class Refusal extends Error {
  readonly code: string;
  readonly zh: string;

  constructor(code: string, zh: string) {
    super(code);
    this.name = 'Refusal';
    this.code = code;
    this.zh = zh;
  }
}

const isErrorJson = (value: unknown): value is ErrorJson => typeof value === 'object' && value !== null && 'code' in value && 'zh' in value;

async function request(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: 'same-origin', cache: 'no-store', redirect: 'error', ...init });
  } catch {
    throw new Refusal('NETWORK_UNREACHABLE', '网络断开了，已做的步骤都还在。请检查网络后再点一次。');
  }
  if (response.ok) return response;
  const body: unknown = await response.json().catch(() => null);
  throw isErrorJson(body) ? new Refusal(body.code, body.zh) : new Refusal('ANSWER_UNREADABLE', '服务暂时没有回应，请稍后再点一次。');
}

/** @throws Refusal */
export async function getJson<T>(path: string): Promise<T> {
  const response = await request(path, {});
  return response.json().catch(() => {
    throw new Refusal('ANSWER_UNREADABLE', '服务暂时没有回应，请稍后再试。');
  });
}

/**
 * One write; a repeat after a lost answer carries the same key and is answered the same way.
 * @throws Refusal
 */
export async function postJson<T>(path: string, body: unknown): Promise<T> {
  const init = {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() },
    body: JSON.stringify(body),
  };
  try {
    return await (await request(path, init)).json();
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'NETWORK_UNREACHABLE') throw error;
    return (await request(path, init)).json();
  }
}

/** @throws Refusal */
export async function getBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await (await request(path, {})).arrayBuffer());
}
