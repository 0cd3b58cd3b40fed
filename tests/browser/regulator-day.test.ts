/** A regulator's day at the service's own page: 500 files in one ZIP, stopped and gone on with, looked through, and taken away. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readXlsx } from 'hucre/xlsx';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fromUtf8 } from '../../src/bytes.ts';
import { MINOR, VALUES } from '../agreement/sample-values.ts';
import { buildZip, type Entry } from '../cli/zip-builder.ts';
import { ANNEX, INK, makeData, signAll } from '../verify/signed-agreement.ts';
import { openChromium } from './chromium.ts';
import { type RunningService, runService } from './running-service.ts';

const FILES = 500;

let browser: Browser;
let service: RunningService;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sanfang-regulator-'));
  const other = { ...ANNEX, clauses: ['乙方每月为丙方提供两次免费体检。', '丙方可以使用乙方的图书室。'] };
  const signed = [
    await signAll(makeData(MINOR, ANNEX), { ink: INK }),
    await signAll(makeData(VALUES, ANNEX), { ink: INK }),
    await signAll(makeData(VALUES, other), { ink: INK }),
  ];
  const first = signed[0] ?? new Uint8Array();
  const altered = Uint8Array.from(first);
  altered[50_000] = (altered[50_000] ?? 0) ^ 1;
  const odd: Entry[] = [
    { name: '可疑/正文.pdf', bytes: altered },
    { name: '可疑/追加.pdf', bytes: fromUtf8(`${'x'.repeat(20)}`) },
    { name: '可疑/照片.jpg', bytes: Uint8Array.of(0xff, 0xd8, 0xff, 0xe0) },
    { name: '可疑/再套一层.zip', bytes: buildZip([{ name: '里面.pdf', bytes: first }]) },
  ];
  const many = Array.from({ length: FILES - odd.length }, (_, i): Entry => {
    const bytes = signed[i % 10 === 9 ? 2 : i % 2] ?? first;
    return { name: `协议/${String(i).padStart(3, '0')}.pdf`, bytes, stored: true };
  });
  writeFileSync(join(folder, '全校.zip'), buildZip([...many, ...odd]));
  [browser, service] = await Promise.all([openChromium(), runService()]);
});

afterAll(async () => {
  await browser?.close();
  await service?.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('verifies 500 files, stops and goes on, filters, shows one with its pages, compares annexes, and gives a workbook with a timestamp', async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'zh-CN', acceptDownloads: true });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`${service.origin}/verify`);
  await page.setInputFiles('#files', join(folder, '全校.zip'));
  await page.waitForFunction(() => /已验 [1-9]\d*\/500/.test(document.querySelector('[data-status]')?.textContent ?? ''));
  expect(await page.locator('.results tbody tr').count()).toBeGreaterThan(0);
  await page.click('[data-cancel]');
  await page.locator('[data-resume]').waitFor({ state: 'visible' });
  expect(await page.textContent('[data-status]')).toMatch(/^已停止：验了 \d+\/500/);
  await page.click('[data-resume]');
  await page.locator('[data-progress]').waitFor({ state: 'hidden', timeout: 360_000 });
  expect(await page.textContent('[data-shown]')).toBe('共 500 份');

  await page.click('.tally.verdict--failed');
  expect(await page.locator('.results .cell-file').allTextContents()).toEqual(['全校.zip/可疑/正文.pdf']);
  await page.click('.results .link-button');
  await page.locator('[data-drawing] svg').first().waitFor();
  expect(await page.textContent('[data-facts] [data-facts], [data-detail] [data-facts]')).toContain('正文与锁定的模板不一致');
  expect(await page.locator('[data-drawing] svg').count()).toBeGreaterThan(2);
  await page.keyboard.press('Escape');
  await page.click('.tally.verdict--failed');
  await page.selectOption('#only-reason', 'FILE_NOT_PDF');
  expect(await page.textContent('[data-shown]')).toBe('符合条件的 2 份，共 500 份');
  await page.selectOption('#only-reason', '');

  expect(await page.textContent('[data-annexes]')).toContain('种补充条款');
  expect(await page.locator('[data-annexes] .side-by-side del').first().textContent()).toBe('一');
  expect(await page.locator('[data-annexes] .side-by-side ins').first().textContent()).toBe('两');
  expect(await page.textContent('[data-suspicions]')).toContain('疑似代签');

  const [workbook] = await Promise.all([page.waitForEvent('download'), page.click('[data-save="xlsx"]')]);
  const book = await readXlsx(new Uint8Array(readFileSync(await workbook.path())));
  expect(book.sheets.map(({ name }) => name)).toEqual(['验证结果', '补充条款对照', '按学校汇总', '按单位汇总', '抽样', '验证说明']);
  expect(book.sheets[0]?.rows.length).toBe(FILES + 1);
  const [token] = await Promise.all([page.waitForEvent('download'), page.click('[data-stamp]')]);
  expect(readFileSync(await token.path())[0]).toBe(0x30);
  const [json] = await Promise.all([page.waitForEvent('download'), page.click('[data-save="json"]')]);
  expect(JSON.parse(readFileSync(await json.path(), 'utf8')).files).toHaveLength(FILES);
  expect(complaints).toEqual([]);
  await context.close();
}, 420_000);
