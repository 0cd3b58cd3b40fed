/** The built page, opened from disk without any network, against the command line on the same files. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readXlsx } from 'hucre/xlsx';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { fromUtf8 } from '../../src/bytes.ts';
import { sha256Hex } from '../../src/digest.ts';
import { printPem } from '../../src/pki/pem.ts';
import { buildVerifier } from '../../tools/build-verifier.ts';
import { MINOR, VALUES } from '../agreement/sample-values.ts';
import { violationsOf } from '../browser/axe.ts';
import { openChromium } from '../browser/chromium.ts';
import { install, NAMED_ROOTS, REPOSITORY } from '../cli/cli-root.ts';
import { buildZip } from '../cli/zip-builder.ts';
import { signedUnderForgery } from '../verify/forged-authority.ts';
import { ANNEX, INK, makeData, signAll, trustAnchors } from '../verify/signed-agreement.ts';
import { signedByThree } from '../verify/three-authorities.ts';
import { LICENSED, STRANGER } from '../workflow/licensed-authority.ts';

const ROOTS = [...trustAnchors, LICENSED.root, STRANGER.root];
const CHANGED = { ...ANNEX, clauses: [...ANNEX.clauses, '丙方应当服从乙方的加班安排。'] };

let folder: string;
let html: string;
let browser: Browser;

/** Files as a school might send them, in `folder/材料`. */
async function layOutFiles(): Promise<void> {
  const put = (name: string, bytes: Uint8Array): void => {
    const path = join(folder, '材料', name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, bytes);
  };
  const four = await signAll(makeData(MINOR, ANNEX), { ink: INK });
  const three = await signAll(makeData(VALUES, CHANGED), { ink: INK });
  const rare = await signAll(makeData({ ...VALUES, studentName: '王𠮷' }));
  const tampered = Uint8Array.from(four);
  tampered[900] = (tampered[900] ?? 0) ^ 1;
  const wrongSignature = Uint8Array.from(three);
  const contents = Buffer.from(wrongSignature).lastIndexOf('/Contents<') + 10 + 2400;
  wrongSignature[contents] = wrongSignature[contents] === 0x61 ? 0x62 : 0x61;
  put('四方.pdf', four);
  put('三方/成年.pdf', three);
  put('三方/生僻字.pdf', rare);
  put('改动/正文.pdf', tampered);
  put('改动/签名.pdf', wrongSignature);
  put('改动/截断.pdf', four.subarray(0, four.length - 100));
  put('改动/追加.pdf', new Uint8Array([...four, 0x0a]));
  put('三家.pdf', await signedByThree());
  put('冒名.pdf', await signedUnderForgery(LICENSED.root));
  put('未签完.pdf', await signAll(makeData(VALUES), { roles: ['student'] }));
  put('别处.pdf', fromUtf8('%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\n/ByteRange [0 1 2 3]\n%%EOF\n'));
  put('照片.jpg', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0));
  put('空.pdf', new Uint8Array());
  put(
    '合集.zip',
    buildZip([
      { name: '甲/四方.pdf', bytes: four },
      { name: '甲/正文.pdf', bytes: tampered, stored: true },
      { name: '加密.pdf', bytes: four, flags: 1 },
      { name: '损坏.pdf', bytes: four, crc: 7 },
      { name: '=1+1.pdf', bytes: fromUtf8('text') },
    ]),
  );
  put('坏.zip', fromUtf8('PK but not a zip'));
  copyFileSync(join(REPOSITORY, 'tests/fixtures/gbk_names.zip'), join(folder, '材料', 'gbk.zip'));
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sanfang-verifier-'));
  await layOutFiles();
  html = await buildVerifier({
    root: REPOSITORY,
    certs: join(REPOSITORY, 'certs'),
    trustAnchors: ROOTS,
    namedRoots: NAMED_ROOTS,
    deflateLevel: 1,
  });
  writeFileSync(join(folder, 'verifier.html'), html);
  writeFileSync(join(folder, 'ca.pem'), ROOTS.map((der) => printPem({ label: 'CERTIFICATE', der })).join(''));
  browser = await openChromium();
});

afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Opened {
  readonly page: Page;
  /** Everything the browser complained of, and every address it asked for. */
  readonly complaints: string[];
  readonly requests: string[];
}

async function open(viewport = { width: 1280, height: 900 }, file = 'verifier.html'): Promise<Opened> {
  const context = await browser.newContext({ viewport, locale: 'zh-CN', acceptDownloads: true });
  onTestFinished(() => context.close());
  await context.setOffline(true);
  const page = await context.newPage();
  const [complaints, requests]: [string[], string[]] = [[], []];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  context.on('request', (request) => requests.push(request.url()));
  await page.goto(`file://${join(folder, file)}`);
  await page.getByText('已就绪').waitFor({ timeout: 90_000 });
  return { page, complaints, requests };
}

async function verifyIn(page: Page, paths: string | string[], input = '#folder'): Promise<void> {
  await page.setInputFiles(input, paths);
  await page.locator('[data-across]').waitFor({ state: 'visible', timeout: 90_000 });
}

async function download(page: Page, kind: 'json' | 'csv'): Promise<string> {
  const [file] = await Promise.all([page.waitForEvent('download'), page.click(`[data-save="${kind}"]`)]);
  return readFileSync(await file.path(), 'utf8');
}

describe('the offline page', () => {
  it('gives the very JSON of the command line, and asks nobody for anything', async () => {
    const { page, complaints, requests } = await open();
    await verifyIn(page, join(folder, '材料'));
    const ours = await download(page, 'json');
    const installation = install();
    installation.setClock(new Date().toISOString().replace(/\.\d+/, ''));
    const back = process.cwd();
    onTestFinished(() => process.chdir(back));
    process.chdir(folder);
    const { out } = await installation.run('verify', '材料', '--json', '--trust', 'ca.pem');
    expect(ours).toBe(`${out}\n`);
    const verdicts = new Set((JSON.parse(ours) as { files: { verdict: string }[] }).files.map(({ verdict }) => verdict));
    expect(verdicts).toContain('passed');
    expect(ours).toContain('"assurance": "licensed"');
    expect(ours).toContain('"assurance": "other"');
    expect(verdicts).toContain('failed');
    expect(verdicts).toContain('indeterminate');
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith('file://') && !url.startsWith('blob:'))).toEqual([]);
  });

  it('gives the same in a browser that has no native cryptography and no native decompression', async () => {
    const worker = /(<script type="text\/plain" id="worker">)([^<]*)/;
    const poor = "Object.defineProperty(globalThis,'crypto',{value:undefined});delete globalThis.DecompressionStream;";
    const before = (code: string): string => Buffer.from(`${poor}${Buffer.from(code, 'base64')}`).toString('base64');
    writeFileSync(
      join(folder, 'poor.html'),
      html.replace(worker, (_, tag: string, code: string) => `${tag}${before(code)}`),
    );
    const results = await Promise.all(
      ['verifier.html', 'poor.html'].map(async (file) => {
        const { page } = await open(undefined, file);
        await verifyIn(page, join(folder, '材料'));
        return download(page, 'json');
      }),
    );
    expect(results[1]).toBe(results[0]);
    expect(results[0]).toContain('"passed"');
  });

  it('computes the digest of its own file', async () => {
    const { page } = await open();
    await expect.poll(() => page.textContent('[data-digest]'), { timeout: 90_000 }).toBe(sha256Hex(fromUtf8(html)));
  });

  it('forbids itself every source but its own script, style and worker', () => {
    const policy = /content="(default-src[^"]+)"/.exec(html)?.[1] ?? '';
    expect(policy.replace(/'sha256-[^']+'/g, '#')).toBe(
      "default-src 'none'; script-src #; style-src #; worker-src blob:; img-src data:; base-uri 'none'; form-action 'none'",
    );
  });

  it('filters, sorts, searches and shows one file in detail', async () => {
    const { page } = await open();
    await verifyIn(page, join(folder, '材料'));
    const files = () => page.locator('.results tbody .cell-file').allTextContents();
    const all = await files();
    await page.click('.tally.verdict--passed');
    expect((await files()).length).toBeLessThan(all.length);
    await page.click('.tally.verdict--passed');
    await page.click('.sort:has-text("结论")');
    expect(await page.locator('.results tbody tr').first().textContent()).toContain('不通过');
    await page.fill('#search', '王𠮷');
    expect(await files()).toEqual(['材料/三方/生僻字.pdf']);
    await page.click('.results .link-button');
    // All but the pages made again, which show what the file shows.
    const detail = await page.locator('dialog').evaluate((dialog) => {
      const words = dialog.cloneNode(true) as Element;
      words.querySelector('[data-drawing]')?.remove();
      return words.textContent;
    });
    for (const text of ['通过', '王𠮷', '平台证书', 'SHA-256']) expect(detail).toContain(text);
    expect(detail).not.toContain(VALUES['studentIdNumber'] ?? '?');
    await page.locator('[data-drawing] svg').first().waitFor();
    expect(await page.textContent('[data-drawing]')).toContain('没有发现看得见的不同');
    await page.keyboard.press('Escape');
    await page.fill('#search', '');
    await page.selectOption('#only-reason', 'FILE_REPEATED');
    expect(await files()).toEqual(expect.arrayContaining(['材料/四方.pdf', '材料/合集.zip/甲/四方.pdf']));
    await page.locator('.results .link-button', { hasText: '材料/四方.pdf' }).click();
    expect(await page.textContent('dialog')).toContain('同一份文件重复提交');
    await page.keyboard.press('Escape');
    await page.selectOption('#only-reason', '');
    expect(await page.textContent('[data-annexes]')).toContain('共 2 种补充条款');
    await page.click('[data-matrix] summary');
    expect(await page.locator('[data-matrix] tbody tr').first().textContent()).toBe('丙方应当服从乙方的加班安排。2无第 3 条');
    expect(await page.textContent('[data-suspicions]')).toContain('疑似代签');
    await page.fill('#sample-size', '3');
    await page.fill('#sample-seed', '2026');
    await page.click('[data-sample] button');
    expect(await page.locator('[data-sampled] li').count()).toBe(3);
    expect(JSON.parse(await download(page, 'json'))).toMatchObject({ sample: { seed: '2026', size: 3 } });
    const [workbook] = await Promise.all([page.waitForEvent('download'), page.click('[data-save="xlsx"]')]);
    const book = await readXlsx(new Uint8Array(readFileSync(await workbook.path())));
    expect(book.sheets.map(({ rows }) => rows.length)).toHaveLength(6);
    expect(book.sheets[0]?.rows).toHaveLength(all.length + 1);
    expect(book.sheets[4]?.rows[1]?.[4]).toBe('2026');
    expect(await page.textContent('[data-saved-digest]')).toBe(sha256Hex(new Uint8Array(readFileSync(await workbook.path()))));
    const csv = await download(page, 'csv');
    expect(csv.split('\r\n')).toHaveLength(all.length + 2);
    expect(csv).not.toContain(VALUES['studentIdNumber'] ?? '?');
  });

  it('takes single files on a narrow screen without scrolling sideways', async () => {
    const { page, complaints } = await open({ width: 390, height: 844 });
    await verifyIn(page, [join(folder, '材料', '四方.pdf'), join(folder, '材料', '合集.zip')], '#files');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await page.click('.results .link-button');
    expect(await page.locator('dialog').evaluate((element) => element.scrollWidth <= 390)).toBe(true);
    expect(complaints).toEqual([]);
  });

  it.each([
    ['a phone', 390],
    ['a desk', 1280],
  ] as const)('breaks no rule of axe-core on %s, empty, with results, and with one file in detail', async (_, width) => {
    const { page } = await open({ width, height: 844 });
    expect(await violationsOf(page)).toEqual([]);
    await verifyIn(page, join(folder, '材料'));
    expect(await violationsOf(page)).toEqual([]);
    await page.click('.results .link-button');
    expect(await violationsOf(page)).toEqual([]);
  });
});
