import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { showEverything, violationsOf } from './axe.ts';
import { openChromium } from './chromium.ts';
import { PAGE_NAMES, type SampleServer, servePages } from './sample-server.ts';

let browser: Browser;
let server: SampleServer;

beforeAll(async () => {
  [browser, server] = await Promise.all([openChromium(), servePages()]);
});
afterAll(async () => {
  await browser?.close();
  server?.stop();
});

describe('every page, judged by axe-core', () => {
  it.each([
    ['a phone', 390],
    ['a desk', 1280],
  ] as const)('breaks no rule on %s, with all that is folded or waits for a script shown', async (_, width) => {
    const page = await browser.newPage({ viewport: { width, height: 844 }, locale: 'zh-CN' });
    for (const name of PAGE_NAMES) {
      await page.goto(server.urlOf(name));
      await showEverything(page);
      expect({ name, violations: await violationsOf(page) }).toEqual({ name, violations: [] });
    }
    await page.close();
  });

  it('finds planted faults', async () => {
    const page = await browser.newPage();
    await page.setContent(
      '<!doctype html><html lang="zh-CN"><title>x</title><main><h1>x</h1><input><p style="color:#999">太淡的字</p></main></html>',
    );
    const rules = (await violationsOf(page)).map((each) => each.split(':')[0]);
    expect(rules.sort()).toEqual(['color-contrast', 'label']);
    await page.close();
  });
});
