/** What is wrong with, or was changed in, one value: collected and returned together, never thrown. */
import { fillSentence, type RefusalParams } from '../errors.ts';
import { ISSUES } from './issue-catalogue.ts';

/** `error` must be put right · `confirm` a person has to look · `tidied` was rewritten and both forms are shown. */
export type IssueLevel = 'error' | 'confirm' | 'tidied';
export type IssueCode = keyof typeof ISSUES;

export interface Issue {
  /** Key of the blank, or '' when the whole row, sheet or annex is meant. */
  readonly field: string;
  readonly code: IssueCode;
  /** What happened and what to do next; identity numbers never appear in full. */
  readonly zh: string;
  readonly level: IssueLevel;
  /** Name of the sheet, where it is not the roster itself. */
  readonly sheet?: string;
  /** Row of the sheet, counted from 1 as spreadsheet programs do. */
  readonly row?: number;
  /** Column letters of the sheet, `A`, `B`, … `AA`. */
  readonly column?: string;
  /** For `tidied`, and for `confirm` where a reading was chosen: the cell as it was and the value taken from it. */
  readonly from?: string;
  readonly to?: string;
  /** The number of the annex clause meant, counted from 1. */
  readonly clause?: number;
}

/** Where an issue stands; everything in it is optional. */
export type IssuePlace = Pick<Partial<Issue>, 'sheet' | 'row' | 'column' | 'from' | 'to' | 'clause'>;

export function makeIssue(code: IssueCode, field: string, params: RefusalParams = {}, place: IssuePlace = {}): Issue {
  const entry = ISSUES[code];
  return { field, code, zh: fillSentence(entry.zh, params), level: entry.level, ...place };
}

export const hasErrors = (issues: readonly Issue[]): boolean => issues.some((issue) => issue.level === 'error');

/** The sentence with its place in front: `第 6 行 C 列：…`. */
export function issueText(issue: Issue): string {
  const sheet = issue.sheet === undefined ? '' : `工作表“${issue.sheet}”`;
  const row = issue.row === undefined ? '' : `第 ${issue.row} 行`;
  const column = issue.column === undefined ? '' : ` ${issue.column} 列`;
  const place = issue.clause === undefined ? `${sheet}${row}${column}`.trim() : `附件第 ${issue.clause} 条`;
  return place === '' ? issue.zh : `${place}：${issue.zh}`;
}
