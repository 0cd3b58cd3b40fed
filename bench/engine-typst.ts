/** Typst in this process, kept warm: one source with the values as inputs, so that its memoisation helps as much as it can. */
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import type { EngineResult } from './engine.ts';
import { measure, nth, peakRssMB } from './measure.ts';
import type { PeerContent } from './peer-content.ts';

export async function measureTypst({ ttf, typst }: PeerContent): Promise<EngineResult> {
  const compiler = NodeCompiler.create({ fontArgs: [{ fontBlobs: [Buffer.from(ttf)] }] });
  const inputs = typst.inputs.map((v) => ({ v }));
  let mainFileContent = '';
  let pages = 0;
  for (const source of typst.sources) {
    if (pages >= typst.pageCount) break;
    mainFileContent = source;
    const compiled = compiler.compile({ mainFileContent, inputs: nth(inputs, 0) });
    if (compiled.result === null) throw new Error(JSON.stringify(compiled.takeError()?.shortDiagnostics ?? 'typst failed').slice(0, 300));
    pages = compiled.result.numOfPages;
  }
  let bytes = 0;
  let made = 0;
  const rate = await measure(
    (i) => {
      bytes += compiler.pdf({ mainFileContent, inputs: nth(inputs, i) }).length;
      compiler.evictCache(30);
      made++;
    },
    { warmUpMs: 1_000, rounds: 5, roundMs: 1_000 },
  );
  return { ...rate, kb: bytes / made / 1000, rssMB: peakRssMB(), notes: [`${pages} pages`] };
}
