/** Our own renderer: revision 0 in memory with a kept template, and what an agreement weighs. */
import { keepHeapsSmall } from '../src/adapters/small-heaps.ts';
import { makeRenderer } from '../src/template/revision-zero.ts';
import type { EngineResult } from './engine.ts';
import { measure, nth, peakRssMB } from './measure.ts';
import { openScene } from './scene.ts';

export async function measureSanfang(): Promise<EngineResult> {
  keepHeapsSmall();
  const { template, agreements } = await openScene();
  const render = makeRenderer(template);
  const rate = await measure((i) => render(nth(agreements, i)));
  const lengths = agreements.map((data) => render(data).length);
  const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
  const tails = lengths.map((length) => length - template.prefix.length);
  return {
    ...rate,
    kb: mean / 1000,
    rssMB: peakRssMB(),
    notes: [
      `前缀 prefix ${template.prefix.length} bytes; tail ${Math.min(...tails)}–${Math.max(...tails)} bytes (mean ${Math.round(mean - template.prefix.length)}), annex of ${agreements[0]?.annex?.clauses.length ?? 0} clauses included`,
    ],
  };
}
