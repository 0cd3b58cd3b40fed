/** pdfkit with its own API: it has no way to keep a parsed font, so each document opens the same small font file. */
import { createRequire } from 'node:module';
import { HEIGHT_PT, WIDTH_PT } from './content.ts';
import type { EngineResult } from './engine.ts';
import { measure, nth, peakRssMB } from './measure.ts';
import type { PeerContent } from './peer-content.ts';

/** The part of pdfkit that is used here; the package brings no types. */
interface KitDocument {
  font(source: Uint8Array, size: number): void;
  fontSize(size: number): void;
  addPage(options: { size: [number, number]; margin: number }): void;
  text(text: string, x: number, y: number, options: { lineBreak: false; baseline: 'alphabetic' }): void;
  on(event: 'data', listener: (chunk: Uint8Array) => void): void;
  on(event: 'end', listener: () => void): void;
  end(): void;
}

export async function measurePdfkit({ ttf, agreements }: PeerContent): Promise<EngineResult> {
  const Kit: new (options: { autoFirstPage: false }) => KitDocument = createRequire(import.meta.url)('pdfkit');
  const font = Buffer.from(ttf);
  let bytes = 0;
  let made = 0;
  const rate = await measure(
    (i) =>
      new Promise<void>((resolve) => {
        const document = new Kit({ autoFirstPage: false });
        document.on('data', (chunk) => {
          bytes += chunk.length;
        });
        document.on('end', () => {
          made++;
          resolve();
        });
        nth(agreements, i).forEach((lines, page) => {
          document.addPage({ size: [WIDTH_PT, HEIGHT_PT], margin: 0 });
          if (page === 0) document.font(font, 12);
          for (const { text, xPt, yPt, sizePt } of lines) {
            document.fontSize(sizePt);
            document.text(text, xPt, yPt, { lineBreak: false, baseline: 'alphabetic' });
          }
        });
        document.end();
      }),
    { warmUpMs: 1_000, rounds: 5, roundMs: 1_500 },
  );
  return { ...rate, kb: bytes / made / 1000, rssMB: peakRssMB(), notes: [`${nth(agreements, 0).length} pages`] };
}
