/** A unit hands in a seal of its own on its page, looks at it, and signs with it. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { root } from '../../bench/scene.ts';
import { loadTemplates } from '../../src/compose.ts';
import { reproduce } from '../../src/template/reproduce.ts';
import { temporaryFolder } from '../adapters/temporary.ts';
import { sealPng } from '../pdf/fake-seal.ts';
import { openChromium } from './chromium.ts';
import { type RunningService, runService } from './running-service.ts';
import { openUnitList, type UnitList } from './unit-list.ts';
import { DESK, openWatched, type Watch } from './watched-page.ts';

let service: RunningService;
let browser: Browser;
let list: UnitList;

beforeAll(async () => {
  [service, browser] = await Promise.all([runService(), openChromium()]);
  list = await openUnitList(service, 3);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

it('is shown in its place in true proportion, drawn only when chosen, and signed for', async () => {
  const folder = temporaryFolder();
  const watch: Watch = { sent: [], complaints: [] };
  const { page } = await openWatched(browser, watch, DESK);
  await page.goto(list.link);
  for (const [name, value] of Object.entries(list.answers)) await page.fill(`[name="${name}"]`, value);
  await page.click('main form button[type="submit"]');
  await page.waitForSelector('[data-batch-signing]');
  expect(await page.locator('[data-seal-preview]').count()).toBe(0);

  const hand = async (name: string, bytes: Uint8Array): Promise<void> => {
    if (!(await page.locator('#seal-file').isVisible())) await page.click('#seal details > summary');
    await page.setInputFiles('#seal-file', { name, mimeType: 'image/png', buffer: Buffer.from(bytes) });
    await page.click('#seal form[enctype] button[type="submit"]');
    await page.waitForLoadState('load');
  };
  await hand('不是图片.png', new TextEncoder().encode('GIF89a'));
  expect(await page.textContent('[data-seal-refusal]')).toContain('不是 PNG 图片');
  watch.complaints.splice(0); // the browser notes the status of the refusal
  await hand('公章.png', sealPng(300));
  await page.waitForSelector('[data-seal-preview]');
  expect(await page.isChecked('[data-seal-use][value="picture"]')).toBe(true);

  const widthMm = (): Promise<number> =>
    page.evaluate(() => {
      const picture = document.querySelector('[data-seal-picture]')?.getBoundingClientRect();
      const place = document.querySelector<SVGSVGElement>('[data-seal-preview]');
      if (picture === undefined || place === null) throw new Error('no preview');
      return (picture.width / place.getBoundingClientRect().width) * place.viewBox.baseVal.width;
    });
  expect(await widthMm()).toBeCloseTo(42, 1);
  await page.check('[data-seal-size][value="45"]');
  expect(await widthMm()).toBeCloseTo(45, 1);
  expect(await page.textContent('[data-seal-mm]')).toBe('45');
  await page.check('[data-seal-use][value="none"]');
  expect(await page.isVisible('[data-seal-preview]')).toBe(false);
  await page.check('[data-seal-use][value="picture"]');
  await page.check('[data-seal-size][value="40"]');

  await page.check('[name="terms"]');
  await page.check('[name="consent"]');
  await page.click('[data-batch-sign]');
  await page.waitForSelector('[data-batch-done]');
  expect(watch.complaints).toEqual([]);

  const template = loadTemplates(root).find(({ pack }) => pack === 'sample');
  if (template === undefined) throw new Error('no sample pack');
  for (const number of list.numbers) {
    const bytes = await list.fetchAgreement(number);
    const { signatures, divergence } = reproduce(template, bytes);
    expect(divergence).toBeNull();
    expect(signatures.map(({ inputs }) => [inputs.role, inputs.seal?.diameterMm])).toEqual([
      ['student', undefined],
      ['unit', 40],
    ]);
    const file = join(folder, `${number}.pdf`);
    writeFileSync(file, bytes);
    expect(execFileSync('qpdf', ['--check', file], { encoding: 'utf8' })).toContain('No syntax or stream encoding errors');
    const said = execFileSync('pdfsig', ['-nocert', file], { encoding: 'utf8' });
    expect(said.match(/Signature is Valid/g)).toHaveLength(2);
    expect(execFileSync('pdfimages', ['-list', file], { encoding: 'utf8' })).toContain('smask');
  }

  const [number = ''] = list.numbers;
  await list.signForSchool(number);
  const signed = join(folder, '全签.pdf');
  writeFileSync(signed, await list.fetchAgreement(number));
  await page.goto(`${service.origin}/verify`);
  await page.setInputFiles('#files', signed);
  await page.click('.results .link-button');
  await page.locator('[data-drawing] svg').first().waitFor();
  expect(await page.textContent('[data-detail] .verdict h2')).toBe('通过');
  expect(await page.textContent('[data-detail] [data-facts]')).toMatch(/附印章图样 40 毫米（指纹尾号 [0-9a-f]{8}），以数字签名为准/);
  expect(await page.locator('[data-drawing] .picture').count()).toBe(1);
});
