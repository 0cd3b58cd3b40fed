/** What a browser does, without one: cookies, forms, a key from WebCrypto, and the checks the page makes before it signs. */
import { webcrypto } from 'node:crypto';
import { fromBase64, fromUtf8, toBase64, toHex } from '../../src/bytes.ts';
import { sha256 } from '../../src/digest.ts';
import type { CeremonyJson, ErrorJson, FinishedJson, InvitationJson, PreparedJson, StartRequest } from '../../src/http/contract.ts';

/** A service in this process (Hono) or behind a socket. */
export interface Reachable {
  request(url: string, init: RequestInit): Response | Promise<Response>;
}

type Key = Awaited<ReturnType<typeof makeKey>>;

const makeKey = () => webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);

export const spkiOf = async (key: Key): Promise<string> =>
  toBase64(new Uint8Array(await webcrypto.subtle.exportKey('spki', key.publicKey)));

export class Browser {
  app: Reachable;
  readonly cookies = new Map<string, string>();

  constructor(app: Reachable) {
    this.app = app;
  }

  async send(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('Sec-Fetch-Site', headers.get('Sec-Fetch-Site') ?? 'same-origin');
    if (this.cookies.size > 0) headers.set('Cookie', [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await this.app.request(`http://localhost${path}`, { ...init, headers });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.cookies.set(name, value);
    }
    return response;
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return this.send(path, { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) });
  }

  form(path: string, fields: Readonly<Record<string, string | File>>): Promise<Response> {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    return this.send(path, { method: 'POST', body: form });
  }
}

export async function json<T>(response: Response | Promise<Response>): Promise<T> {
  const answer = await response;
  const body = (await answer.json()) as T & Partial<ErrorJson>;
  if (!answer.ok) throw new Error(`${answer.status} ${body.code}: ${body.zh}`);
  return body;
}

/** The code of a refusal; fails when the answer is no refusal. */
export async function refusal(response: Response | Promise<Response>): Promise<string> {
  const answer = await response;
  if (answer.ok) throw new Error(`not refused: ${answer.status}`);
  return ((await answer.json()) as ErrorJson).code;
}

/** The code on an error page. */
export const codeOn = async (answer: Response): Promise<string> =>
  /<span class="code">([A-Z_]{6,})</.exec(await answer.text())?.[1] ?? `no code, ${answer.status}`;

export const tokenOf = (invitation: InvitationJson): string => invitation.link.split('/').at(-1) ?? '';

/** A signatory's visit: identity proved, key made, certificate issued. */
export class Visit {
  readonly browser: Browser;
  readonly token: string;
  readonly key: Key;
  readonly certificateId: string;
  readonly ceremony: CeremonyJson;

  private constructor(browser: Browser, token: string, key: Key, certificateId: string, ceremony: CeremonyJson) {
    this.browser = browser;
    this.token = token;
    this.key = key;
    this.certificateId = certificateId;
    this.ceremony = ceremony;
  }

  static async begin(app: Reachable, token: string, answer: StartRequest): Promise<Visit> {
    const browser = new Browser(app);
    await json(browser.post(`/api/s/${token}/start`, answer));
    const ceremony = await json<CeremonyJson>(browser.send(`/api/s/${token}`));
    const key = await makeKey();
    const publicKeySpki = await spkiOf(key);
    const proofOfPossession = toBase64(await signWith(key, fromUtf8(ceremony.possessionText)));
    const { certificateId } = await json<{ certificateId: string }>(
      browser.post(`/api/s/${token}/certificate`, { publicKeySpki, proofOfPossession }),
    );
    return new Visit(browser, token, key, certificateId, ceremony);
  }

  prepare(
    agreementNumber: string,
    ink: number[][] | null = [[100, 100, 900, 300]],
    seal: { readonly id: string; readonly diameterMm: number } | null = null,
  ): Promise<Response> {
    return this.browser.post(`/api/s/${this.token}/prepare`, {
      agreementNumber,
      certificateId: this.certificateId,
      ink,
      ...(seal === null ? {} : { seal }),
      consent: true,
      termsSha256: this.ceremony.termsSha256,
    });
  }

  /** Hashes the file as a page does, then signs. */
  async sign(prepared: PreparedJson): Promise<string> {
    const file = new Uint8Array(await (await this.browser.send(prepared.documentUrl)).arrayBuffer());
    const [, before, after, rest] = prepared.byteRange;
    const digest = toHex(sha256(file.subarray(0, before), file.subarray(after, after + rest)));
    if (digest !== prepared.digestSha256 || after + rest !== file.length) throw new Error('the server lies about the document');
    const attributes = fromBase64(prepared.signedAttributes);
    if (!toHex(attributes).includes(digest)) throw new Error('the attributes are about something else');
    return this.signBytes(attributes);
  }

  async signBytes(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
    return toBase64(await signWith(this.key, bytes));
  }

  finish(preparedId: string, signatureValue: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.browser.post(`/api/s/${this.token}/finish`, { preparedId, signatureValue }, headers);
  }

  /** Prepares again, unseen, whenever another party was quicker. */
  async signAgreement(agreementNumber: string): Promise<FinishedJson> {
    for (;;) {
      const prepared = await json<PreparedJson>(this.prepare(agreementNumber));
      const answer = await this.finish(prepared.preparedId, await this.sign(prepared));
      if (answer.status === 409 && ((await answer.clone().json()) as ErrorJson).code === 'REVISION_MOVED') continue;
      return json<FinishedJson>(answer);
    }
  }
}

const signWith = async (key: Key, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await webcrypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key.privateKey, bytes));
