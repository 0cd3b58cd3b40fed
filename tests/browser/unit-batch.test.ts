import { execFileSync } from 'node:child_process';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../bench/scene.ts';
import { loadTemplates } from '../../src/compose.ts';
import { reproduce } from '../../src/template/reproduce.ts';
import { openChromium } from './chromium.ts';
import { type RunningService, runService } from './running-service.ts';
import { openUnitList, type UnitList } from './unit-list.ts';
import { openWatched, PHONE } from './watched-page.ts';

const COUNT = 40;
/** Their students have not signed yet. */
const WAITING = 14;
/** So many are signed when the network goes, then the power of the server. */
const [BEFORE_THE_CUT, BEFORE_THE_END] = [6, 18];

let service: RunningService;
let browser: Browser;
let list: UnitList;

beforeAll(async () => {
  [service, browser] = await Promise.all([runService(), openChromium()]);
  list = await openUnitList(service, COUNT + WAITING, COUNT);
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

const signedSoFar = (page: Page, wanted: number) =>
  page.waitForFunction((count) => (document.querySelector('progress')?.value ?? 0) >= count, wanted);
const untilItSays = (page: Page, words: string) =>
  page.waitForFunction((part) => document.querySelector('[data-batch-words]')?.textContent?.includes(part), words);

describe('a unit with a long list on a phone, whose network is cut and whose server dies in the middle', () => {
  const template = loadTemplates(root).find(({ pack }) => pack === 'sample');
  if (template === undefined) throw new Error('no sample pack');
  it('goes on by itself where it stopped, with no agreement signed twice and none left out', async () => {
    const { page } = await openWatched(browser, { sent: [], complaints: [] }, PHONE);
    await page.goto(list.link);
    for (const [name, value] of Object.entries(list.answers)) await page.fill(`[name="${name}"]`, value);
    await page.click('main form button[type="submit"]');
    await page.waitForSelector('[data-batch-signing]');
    await page.waitForLoadState('load');
    expect(await page.locator('[data-item]').count()).toBe(COUNT + WAITING);
    expect(await page.textContent('.lead')).toContain(`现在可签 ${COUNT} 份`);
    expect(await page.textContent('[data-excluded]')).toContain(`等学生签（${WAITING} 份）`);
    expect(await page.locator('[data-excluded] li').count()).toBe(1);
    expect(await page.isVisible('[data-item]')).toBe(false);
    await confirm(page);
    await signedSoFar(page, BEFORE_THE_CUT);
    await page.route('**/api/**', (route) => route.abort());
    await untilItSays(page, '恢复后自动接着签');
    await page.unroute('**/api/**');
    await signedSoFar(page, BEFORE_THE_END);
    await service.kill();
    await untilItSays(page, '恢复后自动接着签');
    await service.restart();
    await page.waitForSelector('[data-batch-done]');
    expect(await page.locator('[data-item-state="signed"]').count()).toBe(COUNT);
    expect(await page.textContent('[data-batch-done]')).toContain(`另有 ${WAITING} 份还不能签`);
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('a[href$="/agreements.zip"]')]);
    const members = execFileSync('unzip', ['-Z1', await download.path()], { encoding: 'utf8' });
    for (const number of list.numbers.slice(0, COUNT)) {
      expect(members).toContain(`_${number}.pdf`);
      const { signatures, divergence } = reproduce(template, await list.fetchAgreement(number));
      expect(divergence).toBeNull();
      expect(signatures.map(({ inputs }) => inputs.role)).toEqual(['student', 'unit']);
    }
    expect(members.trim().split('\n')).toHaveLength(COUNT);

    const [now = '', late = ''] = list.numbers.slice(COUNT);
    await list.signForStudent(now);
    await page.reload();
    expect(await page.textContent('#overview-title')).toBe('核对现在可签的 1 份');
    expect(await page.textContent('[data-overview]')).toContain('1/1 份正文完全一致');
    await list.signForStudent(late);
    await confirm(page);
    await page.waitForFunction((count) => document.querySelectorAll('[data-item-state="signed"]').length === count, COUNT + 1);
    const rolesOf = async (number: string) =>
      reproduce(template, await list.fetchAgreement(number)).signatures.map(({ inputs }) => inputs.role);
    expect([await rolesOf(now), await rolesOf(late)]).toEqual([['student', 'unit'], ['student']]);
    expect(await page.getAttribute('[data-item-state="ready"]', 'data-item')).toBe(late);
  });
});
