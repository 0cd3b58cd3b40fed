/** The doors of the regulator's desk: one file in full, an archive line by line, pages, a timestamp over a report; limits; nothing left behind. */
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, onTestFinished, test } from 'vitest';
import { writeRosterTemplate } from '../../src/adapters/roster-template.ts';
import { openVerifyService } from '../../src/adapters/verify-service.ts';
import { fromUtf8, toHex } from '../../src/bytes.ts';
import { sha256 } from '../../src/digest.ts';
import { makeApp } from '../../src/http/app.ts';
import type { DrawnJson, ExaminedJson } from '../../src/http/contract/verification.ts';
import { limitRate } from '../../src/http/rate-limit.ts';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { verifyTimestampToken } from '../../src/pki/timestamp.ts';
import { buildZip } from '../cli/zip-builder.ts';
import { signedMinor, trustAnchors } from '../verify/signed-agreement.ts';
import { Browser, json, refusal } from '../workflow/test-browser.ts';
import { openTestService, ROOT } from '../workflow/test-service.ts';

async function open() {
  const world = await openTestService();
  const { ports } = world;
  const verifier = openVerifyService({ root: ROOT, trustAnchors }, ports.clock);
  onTestFinished(() => verifier.close());
  const log = { info: (fields: unknown) => world.logged.push(fields), error: (fields: unknown) => world.logged.push(fields) };
  const app = makeApp({
    ports,
    log,
    publicUrl: null,
    trustedProxies: [],
    suggestedAnnex: null,
    rosterTemplate: writeRosterTemplate,
    verifier,
  });
  return { ...world, browser: new Browser(app) };
}

const send = (browser: Browser, path: string, body: BodyInit, type = 'application/octet-stream'): Promise<Response> =>
  browser.send(path, { method: 'POST', body, headers: { 'Content-Type': type } });
const temporaries = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('sanfang-verify-'));

describe('the doors of the desk', () => {
  test('one file in full and its pages, an archive line by line, and nothing of them anywhere afterwards', async () => {
    const { browser, logged } = await open();
    const bytes = new Uint8Array(await signedMinor());
    const before = temporaries();
    const examined = await json<ExaminedJson>(send(browser, '/api/verify/file', bytes));
    expect(examined).toMatchObject({ voided: null, verified: { file: '', lengthBytes: bytes.length, report: { verdict: 'passed' } } });
    const { drawing } = await json<DrawnJson>(send(browser, '/api/verify/drawing', bytes));
    expect(drawing?.sheets.length).toBeGreaterThan(2);
    const zip = buildZip([
      { name: '甲/一.pdf', bytes },
      { name: '乙.txt', bytes: fromUtf8('no PDF') },
      { name: '锁.pdf', bytes, flags: 1 },
    ]);
    const answer = await send(browser, '/api/verify', zip, 'application/zip');
    expect(answer.headers.get('Content-Type')).toContain('ndjson');
    const lines = (await answer.text())
      .trim()
      .split('\n')
      .map((line): { file: string; verdict: string } => JSON.parse(line));
    expect(lines.map(({ file, verdict }) => `${file} ${verdict}`).sort()).toEqual([
      'upload.zip/乙.txt indeterminate',
      'upload.zip/甲/一.pdf passed',
      'upload.zip/锁.pdf indeterminate',
    ]);
    expect(temporaries()).toEqual(before);
    expect(JSON.stringify(logged)).not.toContain(examined.verified.report.agreement?.agreementNumber);
  });

  test('a report gets a timestamp over its digest, and nothing else does', async () => {
    const { browser, ports } = await open();
    const digest = sha256(fromUtf8('report'));
    const answer = await browser.post('/api/verify/timestamp', { sha256: toHex(digest) });
    expect(answer.headers.get('Content-Type')).toBe('application/timestamp-token');
    const anchors = ports.trustAnchors.map(parseCertificate);
    expect(verifyTimestampToken(new Uint8Array(await answer.arrayBuffer()), { sha256: digest }, anchors).ok).toBe(true);
    expect(await refusal(browser.post('/api/verify/timestamp', { sha256: 'AB' }))).toBe('REQUEST_MALFORMED');
    expect(await refusal(browser.post('/api/verify/timestamp', { sha256: toHex(digest), file: 'x' }))).toBe('REQUEST_MALFORMED');
  });

  test('timestamps are given out twenty at a time, so that nobody uses up what the operator pays for', async () => {
    const { browser } = await open();
    const body = { sha256: toHex(sha256(fromUtf8('report'))) };
    for (let i = 0; i < 20; i++) expect((await browser.post('/api/verify/timestamp', body)).status).toBe(200);
    expect(await refusal(browser.post('/api/verify/timestamp', body))).toBe('REQUESTS_TOO_MANY');
  });

  test('the page carries the desk and its script, and works as a form without scripts', async () => {
    const { browser } = await open();
    const page = await (await browser.send('/verify')).text();
    const script = /src="(\/verify\/desk\.js\?v=[0-9a-f]{16})"/.exec(page)?.[1] ?? '';
    const answer = await browser.send(script);
    expect(answer.headers.get('Content-Type')).toContain('javascript');
    expect(await answer.text()).not.toContain('node:');
    expect(page).toContain('data-dropzone');
    expect(page).toContain('action="/verify"');
  });

  test('the page of a number shows nothing of the file before it was posted, and says when another was', async () => {
    const { browser } = await open();
    const before = await (await browser.send('/v/SF-0000000000-0000000000')).text();
    expect(before).toContain('type="file"');
    expect(before).not.toContain('data-report');
    const file = new File([new Uint8Array(await signedMinor())], '协议.pdf');
    const after = await (await browser.form('/v/SF-0000000000-0000000000', { file })).text();
    expect(after).toContain('这不是您要查的协议');
    expect(after).toContain('data-report="passed"');
  });
});

test('an address that knocks too often waits, and another does not', async () => {
  const { ports, wait } = await openTestService();
  const service = {
    ports,
    log: { info: () => 0, error: () => 0 },
    publicUrl: null,
    trustedProxies: [''],
    suggestedAnnex: null,
    rosterTemplate: writeRosterTemplate,
  };
  const door = makeApp(service);
  door.get('/limited', limitRate(service, { burst: 2, perSecond: 1 }), (c) => c.text('in'));
  const knock = async (from: string): Promise<number> =>
    (await door.request('http://localhost/limited', { headers: { 'X-Forwarded-For': from } })).status;
  expect([await knock('192.0.2.1'), await knock('192.0.2.1'), await knock('192.0.2.1')]).toEqual([200, 200, 429]);
  expect(await knock('198.51.100.1')).toBe(200);
  wait(1000);
  expect([await knock('192.0.2.1'), await knock('192.0.2.1')]).toEqual([200, 429]);
  const answer = await door.request('http://localhost/limited', {
    headers: { 'X-Forwarded-For': '192.0.2.1', Accept: 'application/json' },
  });
  expect(answer.headers.get('Retry-After')).toBe('1');
  expect(await answer.text()).toContain('VERIFY_TOO_OFTEN');
});
