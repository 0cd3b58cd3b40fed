/** The glyphs that the constant content of a page places, read back from its operators: where each stands, in which face and size. */
import { toLatin1 } from '../../src/bytes.ts';
import { inflate } from '../../src/pdf/deflate.ts';
import type { Glyph } from '../../src/pdf/font-pack.ts';
import { type Face, glyphOf } from '../../src/template/font-library.ts';
import type { LockedTemplate } from '../../src/template/locked-template.ts';
import { contentObject, OBJECTS } from '../../src/template/object-numbers.ts';

export interface PlacedGlyph {
  readonly character: string;
  readonly glyph: Glyph;
  readonly sizePt: number;
  readonly xPt: number;
  readonly baselinePt: number;
}

const TOKEN = /\/(F1|FH) ([\d.]+) Tf|1 0 0 1 ([\d.]+) ([\d.]+) Tm|<([0-9A-F]+)>(?!>)|(?<=[[>\]])(-?\d+)(?=[<\]])/g;

/** @throws Error for a glyph that no face has, which would be a broken compiler */
export function constantGlyphs(template: LockedTemplate, page: number): PlacedGlyph[] {
  const unicode = { body: toUnicodeOf(template, OBJECTS.bodyFont + 4), head: toUnicodeOf(template, OBJECTS.headFont + 4) };
  const placed: PlacedGlyph[] = [];
  let face: Face = 'body';
  let sizePt = 0;
  let xPt = 0;
  let baselinePt = 0;
  for (const [, font, size, x, y, hex, shift] of streamOf(template, contentObject(page)).matchAll(TOKEN)) {
    if (font !== undefined) {
      face = font === 'F1' ? 'body' : 'head';
      sizePt = Number(size);
    } else if (x !== undefined) {
      xPt = Number(x);
      baselinePt = Number(y);
    } else if (shift !== undefined) xPt -= (Number(shift) * sizePt) / 1000;
    for (const cid of hex?.match(/.{4}/g) ?? []) {
      const character = unicode[face].get(cid) ?? '';
      const glyph = glyphOf(template.fonts, face, character.codePointAt(0) ?? 0);
      if (glyph === undefined) throw new Error(`no outline for CID ${cid}`);
      placed.push({ character, glyph, sizePt, xPt, baselinePt });
      xPt += (glyph.advance * sizePt) / 1000;
    }
  }
  return placed;
}

function streamOf({ prefix }: LockedTemplate, object: number): string {
  const offset = toLatin1(prefix).indexOf(`\n${object} 0 obj\n`);
  const head = /^\n\d+ 0 obj\n<<[^\n]*?\/Length (\d+)>>stream\n/.exec(toLatin1(prefix, offset, offset + 200));
  if (head === null) throw new Error(`no stream in object ${object}`);
  const start = offset + head[0].length;
  return toLatin1(inflate(prefix.subarray(start, start + Number(head[1]))));
}

function toUnicodeOf(template: LockedTemplate, object: number): Map<string, string> {
  return new Map(
    [...streamOf(template, object).matchAll(/^<([0-9A-F]{4})><([0-9A-F]+)>$/gm)].map(([, cid = '', hex = '']) => [
      cid,
      String.fromCharCode(...(hex.match(/.{4}/g) ?? []).map((unit) => Number.parseInt(unit, 16))),
    ]),
  );
}
