import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { wizardSource } from '../http/wizard-source.ts';
import { openChromium } from './chromium.ts';
import { type RunningService, runService } from './running-service.ts';
import { DESK, openWatched, PHONE, type Watch } from './watched-page.ts';

const watch: Watch = { sent: [], complaints: [] };
const folder = mkdtempSync(join(tmpdir(), 'sanfang-wizard-'));
const shots = process.env['SCREENSHOTS'];
let browser: Browser;
let service: RunningService;

beforeAll(async () => {
  [browser, service] = await Promise.all([openChromium(), runService()]);
  writeFileSync(join(folder, '协议.docx'), wizardSource());
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function enter(viewport: { width: number; height: number }): Promise<Page> {
  const { page } = await openWatched(browser, watch, viewport);
  await page.goto(service.schoolDoor);
  await page.click('button[type="submit"]');
  await page.waitForURL('**/school');
  return page;
}

async function shoot(page: Page, name: string): Promise<void> {
  if (shots !== undefined) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
}

const sideways = (page: Page): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

async function upload(page: Page): Promise<void> {
  await page.click('a[href="/school/templates"]');
  await page.setInputFiles('#source', join(folder, '协议.docx'));
  await page.waitForURL('**/school/template-drafts/*');
}

it('a clerk imports a text at the desk: a blank is clicked, renamed, looked at in the preview, and the text is used at once', async () => {
  const page = await enter(DESK);
  await upload(page);
  await shoot(page, 'draft-desk');
  if (shots !== undefined)
    await page
      .locator('.page-picture')
      .first()
      .screenshot({ path: join(shots, 'picture.png') });
  expect(await sideways(page)).toBe(0);
  const unknown = page.locator('.blank', { hasText: '本文本自有' }).first();
  const id = (await unknown.getAttribute('id')) ?? '';
  await page.click(`a[href="#${id}"] .area`);
  await page.waitForSelector(`#${id}[open]`);
  await unknown.locator('input[name="label"]').fill('宿舍楼栋');
  await unknown.locator('summary:has-text("新栏目")').click();
  await shoot(page, 'row-desk');
  await unknown.locator('button:has-text("保存")').click();
  await page.waitForURL(`**#${id}`);
  expect(await page.textContent(`#${id} .blank-name`)).toContain('宿舍楼栋');
  await page.click('text=填上示例值看全文');
  expect(await page.textContent('.reading')).toContain('〔宿舍楼栋〕');
  await shoot(page, 'preview-desk');
  await page.goBack();
  await page.check('input[name="looked"]');
  await page.fill('#pack', 'wizard');
  await page.click('text=确认无误，启用');
  await page.waitForURL('**/school/templates#wizard-1');
  expect(await page.textContent('#wizard-1')).toContain('样张，非国家示范文本');
  await shoot(page, 'templates-desk');
  await page.goto(`${service.origin}/school`);
  expect(await page.locator('#pack option').count()).toBe(2);
  await shoot(page, 'school-desk');
  expect(watch.complaints).toEqual([]);
});

it('the same steps fit a phone', async () => {
  const page = await enter(PHONE);
  await upload(page);
  await shoot(page, 'draft-phone');
  expect(await sideways(page)).toBe(0);
  await page.locator('.blank summary').first().click();
  await shoot(page, 'row-phone');
  await page.goto(`${service.origin}/school/templates`);
  expect(await sideways(page)).toBe(0);
  await shoot(page, 'templates-phone');
  expect(watch.complaints).toEqual([]);
});
