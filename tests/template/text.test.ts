import { describe, expect, it } from 'vitest';
import { BLANK_MARK } from '../../src/template/body.ts';
import { SAMPLE_MARK } from '../../src/template/locked-template.ts';
import { prefixText } from '../../src/template/prefix-text.ts';
import { openSample } from '../peers/signed-files.ts';
import { constantGlyphs } from './constant-glyphs.ts';

const template = openSample();
const bare = (text: string): string => text.replace(/[\s＿]/g, '');

describe('the text of the compiled pages', () => {
  it('is the locked text, read through the fonts of the prefix', () => {
    expect(bare(prefixText(template))).toBe(bare(template.lockedText));
  });

  it('is the locked text, read from the operators of the pages', () => {
    const furniture = new RegExp(`^${SAMPLE_MARK}|第\\d+页，共${template.pageCount}页$`, 'g');
    const read = Array.from({ length: template.pageCount }, (_, page) =>
      bare(
        constantGlyphs(template, page)
          .map(({ character }) => character)
          .join(''),
      ).replace(furniture, ''),
    );
    expect(read.join('')).toBe(bare(template.lockedText));
  });

  it('has one place on the pages for each blank of the text', () => {
    const marks = [...template.lockedText].filter((character) => character === BLANK_MARK).length;
    expect(template.blanks).toHaveLength(marks);
  });
});
