/** The lines of a page as an eye reads them, whatever the order in which they were drawn. */
import type { DrawnBox, DrawnText, PageDrawing } from '../../pdf/drawn-page.ts';

export interface SeenLine extends DrawnBox {
  readonly text: string;
}

export const linesAsSeen = (page: PageDrawing): string[] => seenLines(page.texts).map(({ text }) => text);

/** Runs on one baseline make a line, left to right. */
export function seenLines(texts: readonly DrawnText[]): SeenLine[] {
  const byBaseline = new Map<number, DrawnText[]>();
  for (const text of texts) {
    const baseline = Math.round(text.y * 2) / 2;
    const line = byBaseline.get(baseline) ?? [];
    line.push(text);
    byBaseline.set(baseline, line);
  }
  return [...byBaseline]
    .sort(([a], [b]) => a - b)
    .map(([, runs]) => {
      runs.sort((a, b) => a.x - b.x);
      const left = Math.min(...runs.map(({ x }) => x));
      const right = Math.max(...runs.map(({ x, width }) => x + width));
      const top = Math.min(...runs.map(({ y, sizePt }) => y - sizePt));
      const bottom = Math.max(...runs.map(({ y, sizePt }) => y + sizePt * 0.25));
      return { x: left, y: top, width: right - left, height: bottom - top, text: runs.map(({ text }) => text).join('') };
    });
}
