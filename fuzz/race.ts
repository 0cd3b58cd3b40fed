/**
 * `npm run race [-- COUNT]`: unit and school sign the same agreements (1,000) at the same moment, each at another process over one
 * database. Fails unless every agreement ends with both signatures and the slower one of each two was told to prepare again.
 */
import { join } from 'node:path';
import { openFontLibrary } from '../src/adapters/font-files.ts';
import { loadTrustAnchors } from '../src/adapters/trust-anchors.ts';
import { loadTemplates } from '../src/compose.ts';
import { toInstant } from '../src/instant.ts';
import { runService } from '../tests/browser/running-service.ts';
import { behindSocket } from '../tests/browser/unit-list.ts';
import { race } from '../tests/workflow/race.ts';

const ROOT = join(import.meta.dirname, '..');

async function main(): Promise<void> {
  const count = Number(process.argv[2] ?? 1000);
  const first = await runService();
  const second = await first.beside();
  try {
    const began = performance.now();
    const schoolKey = new URL(first.schoolDoor).searchParams.get('key') ?? '';
    const doors = { unit: behindSocket(second.origin), school: behindSocket(first.origin) };
    const templates = loadTemplates(ROOT, openFontLibrary(join(ROOT, 'fonts')));
    const trustAnchors = await loadTrustAnchors(join(ROOT, 'certs'));
    const context = () => ({ templates, trustAnchors, checkedAt: toInstant(Date.now()) });
    const results = await race(doors, schoolKey, count, async () => undefined, context);
    const wrong = results.filter((one) => one.wrong !== null);
    for (const one of wrong) process.stderr.write(`${one.number}: ${one.wrong}\n`);
    const moved = results.filter((one) => one.moved === 1).length;
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    process.stdout.write(`${results.length} agreements, ${moved} with one that was quicker, ${wrong.length} wrong, ${seconds} s\n`);
    if (wrong.length > 0 || moved !== count || results.length !== count) process.exitCode = 1;
  } finally {
    await second.stop();
    await first.stop();
  }
}

await main();
