/** The annex as blocks: heading, numbered clauses, and the fixed clause that keeps the model text on top. */
import type { AgreementData, Amendment } from '../agreement/agreement-data.ts';
import { dateIn } from '../agreement/agreement-fields.ts';
import type { Annex } from '../agreement/annex.ts';
import { CHINESE_DIGITS, chineseNumber } from '../agreement/chinese-number.ts';
import { REFERENCE_ZH } from '../agreement/parties.ts';
import { beijingDateText } from '../instant.ts';
import { type Block, type Paragraph, plainParagraph } from './template-document.ts';

/** Stands last in every annex and cannot be removed. @source 民法典第四百九十八条；人社厅函〔2025〕11号三（三） */
export const PRIORITY_CLAUSE = '示范文本与附件不一致的，以示范文本为准。';

const HEADING = '附件';
const INTRODUCTION = '以下为三方约定的补充条款，不改变示范文本的任何内容。';

/** Every character that the annex draws besides its own title and clauses. */
export const ANNEX_CONSTANTS = `${HEADING}${INTRODUCTION}${PRIORITY_CLAUSE}第条　十${CHINESE_DIGITS}`;

/** Every character of the words that the annex sets in the heading face, besides its own title. */
export const ANNEX_HEADS = `${HEADING}第条十${CHINESE_DIGITS.slice(1)}`;

const clauseHead = (index: number): string => `第${chineseNumber(index + 1)}条  `;

/** What an amendment says of the agreement that it changes; the same words in the file and in the reading view. */
export function amendmentSentences(amendment: Amendment, fields: AgreementData['fields']): readonly string[] {
  const { kind, agreementNumber, sha256, reason } = amendment;
  const endsOn = beijingDateText(dateIn(fields, 'endsOn'));
  const what = {
    extension: `各方同意延长该协议的实习期限，延长的期间自${beijingDateText(dateIn(fields, 'startsOn'))}起至${endsOn}止，期间的权利和义务以本协议为准。`,
    termination: `各方同意解除该协议，实习至${endsOn}止，此后不再履行；此前已经产生的报酬、赔偿等权利和义务不受影响。`,
  }[kind];
  return [
    `本协议是编号 ${agreementNumber} 的岗位实习三方协议的${REFERENCE_ZH[kind]}。`,
    what,
    `原因：${reason}`,
    `原协议文件的摘要（SHA-256）：${sha256}`,
  ];
}

/** Set before the annex, or alone. */
export const amendmentBlocks = (amendment: Amendment, fields: AgreementData['fields']): readonly Block[] => [
  plainParagraph(REFERENCE_ZH[amendment.kind], 'title', 'center', 0),
  plainParagraph('', 'body', 'left', 0),
  ...amendmentSentences(amendment, fields).map((text) => plainParagraph(text, 'body', 'justify', 2)),
];

/** 附件 flush left on the first line, the title centred on the third. @source GB/T 9704-2012 §7.3.6 */
export function annexBlocks(annex: Annex): readonly Block[] {
  return [
    plainParagraph(HEADING, 'heading', 'left', 0),
    plainParagraph(annex.title, 'title', 'center', 0),
    plainParagraph(INTRODUCTION, 'body', 'justify', 2),
    ...[...annex.clauses, PRIORITY_CLAUSE].map(clauseParagraph),
  ];
}

function clauseParagraph(clause: string, index: number): Paragraph {
  const inline = (text: string, bold: boolean) => ({ kind: 'text', text, bold, underline: false }) as const;
  return { ...plainParagraph('', 'body', 'justify', 2), inlines: [inline(clauseHead(index), true), inline(clause, false)] };
}
