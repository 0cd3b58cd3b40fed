/** A .p12 opened in a real browser: what is sent, what is loaded, and what a person reads when something is wrong with it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { toBase64, toHex, toLatin1 } from '../../src/bytes.ts';
import { toInstant } from '../../src/instant.ts';
import { verifyFile } from '../../src/verify/verify-file.ts';
import { displayValues } from '../../src/workflow/stored-data.ts';
import { NOW } from '../adapters/temporary.ts';
import { LICENSED, type LicensedLeaf, makeP12, STRANGER } from '../workflow/licensed-authority.ts';
import { enterSchool, joinBatch, openTestBatch, type TestBatch } from '../workflow/test-batch.ts';
import { openChromium } from './chromium.ts';
import { DESK, openWatched, PHONE, PRIVATE_KEY_TRACES, type Watch } from './watched-page.ts';

const PASSPHRASE = 'p12-Pass word-9';
const SHOTS = process.env['SHOTS'];
let browser: Browser;

beforeAll(async () => {
  browser = await openChromium();
});
afterAll(() => browser?.close());

interface Site {
  readonly world: TestBatch;
  readonly origin: string;
  readonly numbers: readonly string[];
  readonly values: Readonly<Record<string, string>>;
}

/** The service behind a socket, at the browser's own time, with agreements of one unit at the unit's turn. */
async function openSite(count: number, until: 'unit' | 'student' = 'unit'): Promise<Site> {
  const first = await openTestBatch();
  first.wait(Date.now() - NOW);
  const world = await joinBatch(first, await enterSchool(first), first.batchId);
  const adults = world.batch.rows.filter(({ cells }) => cells.guardian.state === 'none');
  const most = adults
    .map(({ unitName }) => unitName)
    .sort((a, b) => adults.filter((x) => x.unitName === b).length - adults.filter((x) => x.unitName === a).length)[0];
  const numbers = adults
    .filter(({ unitName }) => unitName === most)
    .map(({ agreementNumber }) => agreementNumber)
    .slice(0, count);
  if (until === 'unit') for (const number of numbers) await (await world.visit(number, 'student')).signAgreement(number);
  const agreement = await world.ports.agreements.find(numbers[0] ?? '');
  if (agreement === undefined) throw new Error('no agreement');
  const server = createAdaptorServer({ fetch: world.app.fetch });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { world, numbers, values: displayValues(agreement), origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const tenYears = { notAfter: toInstant(NOW + 3650 * 86_400_000) };

const unitLeaf = ({ values }: Site, kind: 'rsa2048' | 'p256' | 'p384'): LicensedLeaf => {
  const { unitName = '', unitCreditCode = '' } = values;
  return LICENSED.issue(
    { country: 'CN', organisation: unitName, commonName: unitName, organisationIdentifier: `NTRCN-${unitCreditCode}` },
    kind,
    tenYears,
  );
};

async function openList(page: Page, { world, origin, numbers, values }: Site): Promise<void> {
  await page.goto(`${origin}/b/${await world.tokenFor(numbers[0] ?? '', 'unit')}`);
  await page.fill('[name="creditCode"]', values['unitCreditCode'] ?? '');
  await page.fill('[name="phoneLastFour"]', (values['unitPhone'] ?? '').replace(/\D/g, '').slice(-4));
  await page.click('main form button[type="submit"]');
  await page.waitForSelector('[data-batch-signing]');
  await page.waitForLoadState('load');
  await page.check('[name="terms"]');
  await page.check('[name="consent"]');
}

const p12 = (buffer: Uint8Array) => ({ name: 'seal.p12', mimeType: 'application/x-pkcs12', buffer: Buffer.from(buffer) });

async function choose(page: Page, file: Uint8Array, passphrase = PASSPHRASE): Promise<void> {
  await page.check('[data-key-way][value="file"]');
  await page.setInputFiles('[data-key-file]', p12(file));
  await page.fill('[data-key-passphrase]', passphrase);
}

/** What the person reads after trying to sign. */
async function tried(page: Page): Promise<string> {
  await page.click('[data-batch-sign]');
  await page.waitForSelector('[data-batch-error]:not([hidden])');
  return (await page.textContent('[data-batch-error]')) ?? '';
}

async function shot(page: Page, name: string): Promise<void> {
  if (SHOTS === undefined) return;
  mkdirSync(SHOTS, { recursive: true });
  writeFileSync(join(SHOTS, `${name}.png`), await page.screenshot({ fullPage: true }));
}

test.each([
  ['rsa2048', 'AES-256 and PBES2', []],
  ['p384', 'AES-256 and PBES2', []],
  ['rsa2048', 'RC2 and 3DES', ['-legacy']],
  ['p256', '3DES alone', ['-legacy', '-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-macalg', 'sha1']],
] as const)('a unit signs its list with a %s key under %s, and nothing secret leaves the page', async (kind, _, options) => {
  const site = await openSite(2);
  const leaf = unitLeaf(site, kind);
  const file = makeP12(leaf, PASSPHRASE, ...options);
  const watch: Watch = { sent: [], complaints: [] };
  const { context, page } = await openWatched(browser, watch, DESK);
  const loaded: string[] = [];
  page.on('request', (request) => loaded.push(request.url()));
  await openList(page, site);
  expect(loaded.filter((url) => url.includes('forge') || url.includes('own-certificate'))).toEqual([]);
  await choose(page, file);
  await shot(page, `own-${kind}-1280`);
  await page.click('[data-batch-sign]');
  await page.waitForSelector('[data-batch-done]');
  expect(loaded.filter((url) => url.endsWith('/vendor/forge.mjs'))).toHaveLength(1);
  await context.close();

  for (const number of site.numbers) {
    const agreement = await site.world.ports.agreements.find(number);
    if (agreement?.state !== 'signing') throw new Error('not signing');
    const { templates, trustAnchors, namedRoots, blobs, clock } = site.world.ports;
    const report = verifyFile(await blobs.get(agreement.head.sha256), { templates, trustAnchors, namedRoots, checkedAt: clock.now() });
    expect(report.signatures.at(-1)).toMatchObject({ party: 'unit', assurance: 'licensed' });
  }
  const secret = leaf.key.toPkcs8();
  const scalar = secret.subarray(kind === 'rsa2048' ? 600 : 36, kind === 'rsa2048' ? 640 : 60);
  const traces = [
    PASSPHRASE,
    encodeURIComponent(PASSPHRASE),
    ...[secret, scalar, file].flatMap((bytes) => [toLatin1(bytes), toBase64(bytes), toHex(bytes)]),
  ];
  const everything = [...watch.sent, ...loaded];
  expect(watch.sent.some((body) => body.includes('proofOfPossession'))).toBe(true);
  for (const trace of traces) expect(everything.filter((text) => text.includes(trace))).toEqual([]);
  for (const trace of PRIVATE_KEY_TRACES) expect(everything.filter((text) => trace.test(text))).toEqual([]);
  expect(watch.complaints).toEqual([]);
});

test('says in plain words what is wrong, sends nothing over a file that does not open, and goes on with another key', async () => {
  const site = await openSite(1);
  const { unitName = '' } = site.values;
  const name = { country: 'CN', organisation: unitName, commonName: unitName };
  const watch: Watch = { sent: [], complaints: [] };
  const { context, page } = await openWatched(browser, watch, PHONE);
  await openList(page, site);
  const sentBefore = watch.sent.filter((body) => body !== '').length;
  await page.check('[data-key-way][value="file"]');
  expect(await tried(page)).toContain('还没有选证书文件');
  const good = makeP12(unitLeaf(site, 'rsa2048'), PASSPHRASE);
  await choose(page, good, 'wrong');
  expect(await tried(page)).toContain('口令不对');
  await choose(page, makeP12(unitLeaf(site, 'rsa2048'), PASSPHRASE, '-legacy'), 'wrong');
  expect(await tried(page)).toContain('口令不对');
  await choose(page, good, '口令');
  expect(await tried(page)).toContain('切换到英文输入法');
  await choose(page, new TextEncoder().encode('no certificate at all'));
  expect(await tried(page)).toContain('不是 .p12 或 .pfx');
  await choose(page, good.subarray(0, 500));
  expect(await tried(page)).toContain('不是 .p12 或 .pfx');
  expect(watch.sent.filter((body) => body !== '')).toHaveLength(sentBefore);
  await shot(page, 'own-refused-390');

  await choose(page, makeP12(LICENSED.issue(name, 'p256', { notAfter: toInstant(NOW + 1000) }), PASSPHRASE));
  expect(await tried(page)).toContain('不在有效期内');
  await choose(
    page,
    makeP12(LICENSED.issue({ country: 'CN', organisation: '另一家公司', commonName: '另一家公司' }, 'p256', tenYears), PASSPHRASE),
  );
  expect(await tried(page)).toContain('持有人是“另一家公司”');
  await choose(page, makeP12(STRANGER.issue(name, 'p256', tenYears), PASSPHRASE));
  expect(await tried(page)).toContain('不在本系统信任的名单里');
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  await page.check('[data-key-way][value="page"]');
  await page.click('[data-batch-sign]');
  await page.waitForSelector('[data-batch-done]');
  await context.close();
  const [number = ''] = site.numbers;
  expect((await site.world.ports.agreements.find(number))?.parties.filter(({ signedAt }) => signedAt !== null)).toHaveLength(2);
});

test('a person may sign on the phone with a certificate of their own', async () => {
  const site = await openSite(1, 'student');
  const [number = ''] = site.numbers;
  const { studentName = '', studentIdNumber = '' } = site.values;
  const leaf = LICENSED.issue({ country: 'CN', commonName: studentName, serialNumber: studentIdNumber }, 'p256', tenYears);
  const watch: Watch = { sent: [], complaints: [] };
  const { context, page } = await openWatched(browser, watch, PHONE);
  await page.goto(`${site.origin}/s/${await site.world.tokenFor(number, 'student')}`);
  await page.fill('[name="idLastSix"]', studentIdNumber.slice(-6));
  await page.click('main form button[type="submit"]');
  await page.click('#points a[href="#text"]');
  await page.click('#text a[href="#consent"]');
  await page.check('[name="consent"][value="agree"]');
  await page.check('[name="terms"]');
  await page.check('[name="read"]');
  await page.click('.consent button[type="submit"]');
  await page.waitForSelector('[data-signing]');
  await page.waitForLoadState('load');
  await page.check('[name="way"][value="name"]');
  await page.click('summary:has-text("数字证书")');
  await choose(page, makeP12(leaf, PASSPHRASE));
  await shot(page, 'own-person-390');
  await page.click('[data-finish-writing]');
  await page.click('[data-confirm]:not([disabled])');
  await page.waitForURL('**/done');
  await context.close();
  const agreement = await site.world.ports.agreements.find(number);
  if (agreement?.state !== 'signing') throw new Error('not signing');
  const { templates, trustAnchors, namedRoots, blobs, clock } = site.world.ports;
  const report = verifyFile(await blobs.get(agreement.head.sha256), { templates, trustAnchors, namedRoots, checkedAt: clock.now() });
  expect(report.signatures).toMatchObject([{ party: 'student', assurance: 'licensed' }]);
  expect(watch.complaints).toEqual([]);
});
