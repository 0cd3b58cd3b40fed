/** Words and small marks of the page that several views share. */
import type { PartyRole } from '../agreement/parties.ts';
import { beijingText, parseRfc3339 } from '../instant.ts';
import type { TemplateStatus } from '../template/template-document.ts';
import { VERDICT_ZH, type Verdict } from '../verify/report.ts';
import type { DiffPart } from '../verify/text-diff.ts';
import { icon, make } from './elements.ts';

export const VERDICTS = Object.keys(VERDICT_ZH) as Verdict[];

export const VERDICT_MEANING: Readonly<Record<Verdict, string>> = {
  passed: '正文未被改动，应有的签名齐全且有效。',
  review: '有需要人来判断的地方，请看下面的说明。',
  failed: '这份文件不能当作有效签署的协议使用。',
  indeterminate: '没有足够的依据，既不能说真，也不能说假。',
};

export const ROLE_WORD: Readonly<Record<PartyRole, string>> = { student: '学生', guardian: '监护人', unit: '实习单位', school: '学校' };
export const STATUS_WORD: Readonly<Record<TemplateStatus, string>> = {
  national: '国家示范文本',
  regional: '地方示范文本',
  sample: '样张，非国家示范文本',
};

const TONES: Readonly<Record<Verdict, string>> = { passed: 'good', review: 'now', failed: 'bad', indeterminate: 'dim' };

/** Icon, word and colour together. */
export const verdictTag = (verdict: Verdict): HTMLElement =>
  make('span', { class: `tag tag--${TONES[verdict]}` }, icon(verdict), VERDICT_ZH[verdict]);

/** `2026年9月1日 14:05（北京时间）`; other text is shown as it came. */
export function timeWord(rfc3339: string): string {
  const at = parseRfc3339(rfc3339);
  return at === undefined ? rfc3339 : beijingText(at);
}

/** A part of a comparison; what changed is an element of its own, told apart by line and words as well as colour. */
export const marked = ({ kind, text }: DiffPart): Node | string =>
  kind === 'same' ? text : make(kind === 'removed' ? 'del' : 'ins', {}, text);
