/** The annex as blocks: heading, numbered clauses, and the fixed clause that keeps the model text on top. */
import type { Annex } from '../agreement/annex.ts';
import { type Block, plainParagraph } from './template-document.ts';

const DIGITS = '〇一二三四五六七八九';

/** Stands last in every annex and cannot be removed. @source 民法典第四百九十八条；人社厅函〔2025〕11号三（三） */
export const PRIORITY_CLAUSE = '示范文本与附件不一致的，以示范文本为准。';

const HEADING = '附件';
const INTRODUCTION = '以下为三方约定的补充条款，不改变示范文本的任何内容。';

/** Every character that the annex draws besides its own title and clauses. */
export const ANNEX_CONSTANTS = `${HEADING}${INTRODUCTION}${PRIORITY_CLAUSE}第条　十${DIGITS}`;

/** 1 → 一, 12 → 十二, 40 → 四十; up to 99. */
export function chineseNumber(value: number): string {
  const tens = Math.floor(value / 10);
  const ones = value % 10;
  const digit = (n: number): string => DIGITS[n] ?? '';
  if (tens === 0) return digit(ones);
  return `${tens === 1 ? '' : digit(tens)}十${ones === 0 ? '' : digit(ones)}`;
}

/** The numbered clauses as printed, the priority clause included. */
export const numberedClauses = (annex: Annex): string[] =>
  [...annex.clauses, PRIORITY_CLAUSE].map((clause, i) => `第${chineseNumber(i + 1)}条  ${clause}`);

export function annexBlocks(annex: Annex): readonly Block[] {
  return [
    plainParagraph(HEADING, 'title', 'center', 0),
    plainParagraph(annex.title, 'body', 'center', 0),
    plainParagraph('', 'body', 'left', 0),
    plainParagraph(INTRODUCTION, 'body', 'justify', 2),
    ...numberedClauses(annex).map((text) => plainParagraph(text, 'body', 'justify', 2)),
  ];
}
