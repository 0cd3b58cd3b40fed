import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../bench/scene.ts';
import { loadTemplates } from '../../src/compose.ts';
import { reproduce } from '../../src/template/reproduce.ts';
import { openChromium } from './chromium.ts';
import { type RunningService, runService } from './running-service.ts';
import { openUnitList, type UnitList } from './unit-list.ts';
import { DESK, openWatched } from './watched-page.ts';

const COUNT = 40;
/** So many are signed when the power goes. */
const BEFORE_THE_CUT = 12;

let service: RunningService;
let browser: Browser;
let list: UnitList;

beforeAll(async () => {
  [service, browser] = await Promise.all([runService(), openChromium()]);
  list = await openUnitList(service, COUNT);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

async function confirm(page: Page): Promise<void> {
  await page.check('[name="terms"]');
  await page.check('[name="consent"]');
  await page.click('[data-batch-sign]');
}

describe('a unit with a long list, whose server dies in the middle', () => {
  const template = loadTemplates(root).find(({ pack }) => pack === 'sample');
  if (template === undefined) throw new Error('no sample pack');
  it('goes on where it stopped, with no agreement signed twice and none left out', async () => {
    const { page } = await openWatched(browser, { sent: [], complaints: [] }, DESK);
    await page.goto(list.link);
    for (const [name, value] of Object.entries(list.answers)) await page.fill(`[name="${name}"]`, value);
    await page.click('main form button[type="submit"]');
    await page.waitForSelector('[data-batch-signing]');
    await page.waitForLoadState('load');
    expect(await page.locator('[data-item]').count()).toBe(COUNT);
    await confirm(page);
    await page.waitForFunction((wanted) => (document.querySelector('progress')?.value ?? 0) >= wanted, BEFORE_THE_CUT);
    await service.kill();
    await page.waitForSelector('[data-batch-error]:not([hidden])');
    expect(await page.textContent('[data-batch-error]')).toContain('网络断开了');
    await service.restart();
    await page.click('[data-batch-sign]');
    await page.waitForSelector('[data-batch-done]');
    expect(await page.locator('[data-item-state="signed"]').count()).toBe(COUNT);
    for (const number of list.numbers) {
      const { signatures, divergence } = reproduce(template, await list.fetchAgreement(number));
      expect(divergence).toBeNull();
      expect(signatures.map(({ inputs }) => inputs.role)).toEqual(['student', 'unit']);
    }
  });
});
