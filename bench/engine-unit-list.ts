/** A unit signs a long list with one confirmation, in a real browser against a service of its own process. */
import { openChromium } from '../tests/browser/chromium.ts';
import { runService } from '../tests/browser/running-service.ts';
import { openUnitList } from '../tests/browser/unit-list.ts';
import { DESK, openWatched } from '../tests/browser/watched-page.ts';
import type { EngineResult } from './engine.ts';

const COUNT = 200;
const TIMEOUT_MS = 300_000;

/** From the click to the page that says all are signed; nothing is warmed up. */
export async function measureUnitList(): Promise<EngineResult> {
  const [service, browser] = await Promise.all([runService(), openChromium()]);
  try {
    const list = await openUnitList(service, COUNT);
    const { page } = await openWatched(browser, { sent: [], complaints: [] }, DESK);
    await page.goto(list.link);
    for (const [name, value] of Object.entries(list.answers)) await page.fill(`[name="${name}"]`, value);
    await page.click('main form button[type="submit"]');
    await page.waitForSelector('[data-batch-signing]');
    await page.waitForLoadState('load');
    await page.check('[name="terms"]');
    await page.check('[name="consent"]');
    const start = performance.now();
    await page.click('[data-batch-sign]');
    await page.waitForSelector('[data-batch-done]', { timeout: TIMEOUT_MS });
    const seconds = (performance.now() - start) / 1000;
    const signed = await page.locator('[data-item-state="signed"]').count();
    if (signed !== COUNT) throw new Error(`${signed} of ${COUNT} signed`);
    const notes = [`${COUNT} agreements in ${seconds.toFixed(1)} s, one round`];
    return { perSecond: COUNT / seconds, spread: 1, kb: null, rssMB: null, notes };
  } finally {
    await browser.close();
    await service.stop();
  }
}
