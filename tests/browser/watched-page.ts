/** Pages that remember everything they sent and every complaint of the browser. */
import type { Browser, BrowserContext, Page } from 'playwright-core';

export interface Watch {
  /** Bodies of all requests, as Latin-1. */
  readonly sent: string[];
  /** Console errors, uncaught errors and refusals by the content security policy. */
  readonly complaints: string[];
}

export const PHONE = { width: 390, height: 844 };
export const DESK = { width: 1280, height: 900 };

/** A context of its own (no shared cookies) with one page. */
export async function openWatched(
  browser: Browser,
  watch: Watch,
  viewport: { width: number; height: number },
): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ viewport, hasTouch: viewport.width < 500, locale: 'zh-CN', acceptDownloads: true });
  context.on('request', (request) => watch.sent.push(request.postDataBuffer()?.toString('latin1') ?? ''));
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`));
    const keys: unknown[] = [];
    Object.defineProperty(window, 'madeKeys', { value: keys });
    const make = crypto.subtle.generateKey.bind(crypto.subtle);
    crypto.subtle.generateKey = async (...args: Parameters<SubtleCrypto['generateKey']>) => {
      const made = await make(...args);
      keys.push(made);
      return made as CryptoKeyPair & CryptoKey;
    };
  });
  const page = await context.newPage();
  page.on(
    'console',
    (message) => message.type() === 'error' && watch.complaints.push(`${page.url().replace(/[A-Za-z0-9_-]{20,}/g, '…')} ${message.text()}`),
  );
  page.on('pageerror', (error) => watch.complaints.push(error.message));
  return { context, page };
}

/** Tries every way to export every private key made in the page; true when each was refused. */
export const privateKeysStayInside = (page: Page): Promise<boolean> =>
  page.evaluate(async () => {
    const keys = Reflect.get(window, 'madeKeys') as CryptoKeyPair[];
    const tries = keys.flatMap(({ privateKey }) =>
      (['pkcs8', 'jwk', 'raw'] as const).map((format) => crypto.subtle.exportKey(format, privateKey)),
    );
    const settled = await Promise.allSettled(tries);
    return (
      keys.length > 0 && keys.every(({ privateKey }) => !privateKey.extractable) && settled.every(({ status }) => status === 'rejected')
    );
  });

/** Private keys as PKCS#8 (binary, base64, hex), SEC 1 or JWK. */
export const PRIVATE_KEY_TRACES: readonly RegExp[] = [
  /\x30\x81\x87\x02\x01\x00\x30\x13\x06\x07\x2a\x86\x48\xce\x3d/,
  /MIGHAgEAMBMGByqGSM49/,
  /308187020100301306072a8648ce3d/i,
  /PRIVATE KEY/,
  /"d"\s*:\s*"[A-Za-z0-9_-]{40,}"/,
];
