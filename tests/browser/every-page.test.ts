import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

/** Text that has less than 7:1 against the nearest painted background; disabled controls are exempt. @source WCAG 2.2 SC 1.4.6 */
const paleTexts = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => {
    const parse = (colour: string): number[] => (colour.match(/[\d.]+/g) ?? []).map(Number);
    const luminance = ([r = 0, g = 0, b = 0]: number[]): number => {
      const [x = 0, y = 0, z = 0] = [r, g, b].map((part) =>
        part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
      );
      return 0.2126 * x + 0.7152 * y + 0.0722 * z;
    };
    const pale: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const holder = node.parentElement;
      if (!holder || !node.textContent?.trim() || !holder.checkVisibility() || holder.closest(':disabled')) continue;
      let surface: Element | null = holder;
      while (surface && (parse(getComputedStyle(surface).backgroundColor)[3] ?? 1) < 0.9) surface = surface.parentElement;
      const [a, b] = [
        luminance(parse(getComputedStyle(holder).color)),
        luminance(surface ? parse(getComputedStyle(surface).backgroundColor) : [255, 255, 255]),
      ];
      if ((Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 7) pale.push(node.textContent.trim().slice(0, 30));
    }
    return pale;
  });

/** Controls lower than 48 px, apart from links inside sentences. @source WCAG 2.2 SC 2.5.8; 工信部适老化通用设计规范 */
const lowTargets = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll('a, button, input, select, textarea, summary')].flatMap((control) => {
      const target = control.closest('.choice') ?? control;
      const { width, height } = target.getBoundingClientRect();
      const inSentence = getComputedStyle(control).display === 'inline';
      return target.checkVisibility() && width > 2 && height > 2 && height < 47.5 && !inSentence ? [control.outerHTML.slice(0, 80)] : [];
    }),
  );

const sideways = (page: Page): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

describe('every page in a real browser', () => {
  it.each([
    [320, 'largest'],
    [390, 'normal'],
    [1280, 'normal'],
  ] as const)('is readable and within reach at %i px and %s text', async (width, size) => {
    const context = await browser.newContext({ viewport: { width, height: 844 } });
    await context.addInitScript((value) => localStorage.setItem('text-size', value), size);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    for (const name of PAGE_NAMES) {
      await page.goto(server.urlOf(name));
      expect({ name, complaints }).toEqual({ name, complaints: [] });
      expect({ name, sideways: await sideways(page) }).toEqual({ name, sideways: 0 });
      expect({ name, pale: await paleTexts(page) }).toEqual({ name, pale: [] });
      expect({ name, low: await lowTargets(page) }).toEqual({ name, low: [] });
    }
    await context.close();
  });

  it('shows the whole agreement, the consent and the download without scripts', async () => {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 }, javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(server.urlOf('read'));
    for (const part of ['#points', '#body', '#annex', '#consent', 'a[download]']) expect(await page.isVisible(part), part).toBe(true);
    await page.goto(server.urlOf('verify'));
    expect(await page.isVisible('form button[type="submit"]')).toBe(true);
    await context.close();
  });

  it('shows one step at a time with scripts and moves focus to its heading', async () => {
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    await page.goto(server.urlOf('read'));
    expect(await page.locator('[data-step]:visible').count()).toBe(1);
    await page.click('#points a[href="#text"]');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('text-title');
    expect(await page.textContent('[aria-current="step"]')).toContain('读全文');
    await page.goBack();
    expect(await page.isVisible('#points')).toBe(true);
    await page.close();
  });

  it('shows who does not agree what to do, and every word of it can be read', async () => {
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    await page.goto(`${server.urlOf('read')}#consent`);
    await page.check('[name="consent"][value="disagree"]');
    expect(await page.isVisible('.if-disagree a.button')).toBe(true);
    expect(await page.isVisible('.if-agree')).toBe(false);
    expect(await paleTexts(page)).toEqual([]);
    await page.close();
  });

  it('says before anything is typed that no key can be made at an address without https', async () => {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
    await context.addInitScript(() => {
      Object.defineProperty(window, 'isSecureContext', { value: false });
      Object.defineProperty(crypto, 'subtle', { value: undefined });
    });
    const page = await context.newPage();
    for (const name of ['arrive', 'read', 'sign', 'batch sign']) {
      await page.goto(server.urlOf(name));
      expect(await page.textContent('.only-insecure:visible')).toContain('https 开头的链接');
      expect(await paleTexts(page)).toEqual([]);
    }
    await page.goto(server.urlOf('sign'));
    await page.check('[name="way"][value="name"]');
    await page.click('[data-finish-writing]');
    expect(await page.textContent('[data-write-error]:visible')).toContain('不是安全连接');
    await context.close();
  });

  it('keeps the strokes of a signature when the phone is turned', async () => {
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    await page.goto(server.urlOf('sign'));
    const box = await page.locator('[data-canvas]').boundingBox();
    await page.mouse.move((box?.x ?? 0) + 40, (box?.y ?? 0) + 40);
    await page.mouse.down();
    await page.mouse.move((box?.x ?? 0) + 300, (box?.y ?? 0) + 120, { steps: 8 });
    await page.mouse.up();
    await page.setViewportSize({ width: 844, height: 390 });
    const inked = (): Promise<number> =>
      page.evaluate(() => {
        const canvas = document.querySelector('canvas');
        const data = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
        let count = 0;
        for (let i = 3; i < data.length; i += 4) if ((data[i] ?? 0) > 128) count++;
        return count;
      });
    await page.waitForFunction(() => (document.querySelector('canvas')?.width ?? 0) > 390);
    expect(await inked()).toBeGreaterThan(300);
    expect(await page.getAttribute('[data-canvas]', 'aria-label')).toBe('签名区域，已有笔迹');
    await page.click('[data-undo]');
    expect(await inked()).toBe(0);
    await page.close();
  });
});
