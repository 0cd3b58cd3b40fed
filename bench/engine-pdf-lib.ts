/** pdf-lib with its own API, its fontkit and a kept, parsed font: the same text on as many pages. */
import fontkit from '@pdf-lib/fontkit';
import { PDFDocument } from 'pdf-lib';
import { HEIGHT_PT, WIDTH_PT } from './content.ts';
import type { EngineResult } from './engine.ts';
import { measure, nth, peakRssMB } from './measure.ts';
import type { PeerContent } from './peer-content.ts';

export async function measurePdfLib({ ttf, agreements }: PeerContent): Promise<EngineResult> {
  const face = fontkit.create(ttf);
  const keptFontkit = { create: () => face };
  let bytes = 0;
  let made = 0;
  const rate = await measure(
    async (i) => {
      const document = await PDFDocument.create({ updateMetadata: false });
      document.registerFontkit(keptFontkit);
      const font = await document.embedFont(ttf, { subset: true });
      for (const lines of nth(agreements, i)) {
        const page = document.addPage([WIDTH_PT, HEIGHT_PT]);
        for (const { text, xPt, yPt, sizePt } of lines) page.drawText(text, { x: xPt, y: HEIGHT_PT - yPt, size: sizePt, font });
      }
      bytes += (await document.save({ useObjectStreams: false })).length;
      made++;
    },
    { warmUpMs: 1_000, rounds: 5, roundMs: 1_500 },
  );
  return { ...rate, kb: bytes / made / 1000, rssMB: peakRssMB(), notes: [`${nth(agreements, 0).length} pages`] };
}
