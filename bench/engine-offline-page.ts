/** The self-contained page in a real browser without network: a ZIP of agreements, from the choice of the file to the last verdict. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { openChromium } from '../tests/browser/chromium.ts';
import { buildVerifier } from '../tools/build-verifier.ts';
import type { EngineResult } from './engine.ts';
import { meanKb, signedFiles } from './engine-verify.ts';
import { median } from './measure.ts';
import { root } from './scene.ts';

const COUNT = 200;
const ROUNDS = 3;

export async function measureOfflinePage(): Promise<EngineResult> {
  const folder = mkdtempSync(join(tmpdir(), 'sanfang-bench-'));
  const browser = await openChromium();
  try {
    const { trustAnchors, files } = await signedFiles(COUNT, 'B-T');
    const page = join(folder, 'verifier.html');
    writeFileSync(page, await buildVerifier({ root, certs: join(root, 'certs'), trustAnchors, deflateLevel: 1 }));
    const archive = join(folder, `${COUNT}.zip`);
    writeFileSync(archive, zipSync(Object.fromEntries(files.map((file, i) => [`${i}.pdf`, file])), { level: 0 }));
    const rates: number[] = [];
    for (let i = 0; i < ROUNDS; i++) rates.push(await measureOnce(browser, page, archive));
    const spread = Math.max(...rates) / Math.min(...rates);
    return { perSecond: median(rates), spread, kb: meanKb(files), rssMB: null, notes: [`${COUNT} files, unpacking included`] };
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureOnce(browser: Awaited<ReturnType<typeof openChromium>>, file: string, archive: string): Promise<number> {
  const context = await browser.newContext({ locale: 'zh-CN' });
  await context.setOffline(true);
  const page = await context.newPage();
  await page.goto(`file://${file}`);
  await page.getByText('已就绪').waitFor({ timeout: 120_000 });
  const start = performance.now();
  await page.setInputFiles('#files', archive);
  await page.locator('[data-across]').waitFor({ state: 'visible', timeout: 120_000 });
  const milliseconds = performance.now() - start;
  await context.close();
  return (COUNT * 1000) / milliseconds;
}
