/** Paragraphs as line items: characters with the advance of their face, blanks with their width. */
import { AppError } from '../errors.ts';
import { codePointName, type Face, type FontLibrary, glyphOf } from './font-library.ts';
import type { LineItem } from './line-breaking.ts';
import type { ItemMaker } from './paginate.ts';
import type { Blank, Inline, Paragraph } from './template-document.ts';

/** @throws AppError GLYPH_MISSING for a character of the template that no face can draw */
export function makeItemMaker(fonts: FontLibrary): ItemMaker {
  const glyphItem = (face: Face, codePoint: number, underline: boolean): LineItem => {
    const glyph = glyphOf(fonts, face, codePoint);
    if (glyph === undefined) throw new AppError('GLYPH_MISSING', { codePoint: codePointName(codePoint), field: '示范文本' });
    return { kind: 'glyph', codePoint, advance: glyph.advance, face, underline };
  };
  return (paragraph, blankIndex, inCell) => {
    const items: LineItem[] = [];
    paragraph.inlines.forEach((inline, i) => {
      if (inline.kind === 'choice') {
        items.push(tickItem(items.pop(), blankIndex(inline)));
        return;
      }
      if (inline.kind !== 'text') {
        items.push(blankItem(inline, blankIndex(inline), inCell && i === paragraph.inlines.length - 1));
        return;
      }
      const face = faceOf(paragraph, inline);
      for (const character of inline.text) {
        if (character === '\n') items.push({ kind: 'break' });
        else items.push(glyphItem(face, character.codePointAt(0) ?? 0, inline.underline));
      }
    });
    return items;
  };
}

const faceOf = (paragraph: Paragraph, inline: Inline & { kind: 'text' }): Face =>
  inline.bold || paragraph.style !== 'body' ? 'head' : 'body';

const IDEOGRAPHIC_SPACE = 0x3000;

/** Takes the place of the □, or of the room between brackets, that stands before the choice: whether it is ticked is a value. */
function tickItem(before: LineItem | undefined, index: number): LineItem {
  if (before?.kind !== 'glyph') throw new Error('a choice without a box before it');
  return { kind: 'tick', blank: index, width: before.advance, mark: before.codePoint === IDEOGRAPHIC_SPACE ? 'room' : 'box' };
}

function blankItem(blank: Exclude<Blank, { kind: 'choice' }>, index: number, endsCell: boolean): LineItem {
  const whole = blank.kind === 'value' && blank.part === undefined;
  return { kind: 'box', width: Math.round(blank.widthEm * 1000), blank: index, fill: endsCell && whole };
}
