/** Reading annex clauses against the law: hints with their article, aware of who is forbidden to do what. */
import type { Annex } from './annex.ts';
import { CLAUSE_RULES, type ClauseRule } from './clause-rules.ts';
import { type Issue, makeIssue } from './issues.ts';
import { touchesNight } from './rules.ts';

/** Every hint of every clause: ANNEX_CLAUSE_FORBIDDEN (`error`) or ANNEX_CLAUSE_SUSPECT (`confirm`), at most one per category. */
export function checkClauses(annex: Annex): readonly Issue[] {
  return annex.clauses.flatMap((clause, i) => checkClause(clause).map((issue) => ({ ...issue, clause: i + 1 })));
}

export function checkClause(clause: string): readonly Issue[] {
  const compact = clause
    .normalize('NFKC')
    .replace(/[\s"“”‘’'《》「」·*_]/gu, '')
    .replaceAll(',', '，')
    .replaceAll(';', '；');
  const sentences = compact.split(/[。；！!]/u).filter((sentence) => sentence !== '');
  const found = new Map<string, Issue>();
  for (const sentence of sentences) {
    const filed = /备案/.test(sentence);
    for (const rule of CLAUSE_RULES) {
      const word = found.has(rule.category) ? undefined : hitOf(rule, sentence);
      if (word !== undefined) found.set(rule.category, hint(rule, word, filed));
    }
    const hours = nightHours(sentence);
    const night = CLAUSE_RULES.find((rule) => rule.category === '夜班');
    if (hours !== undefined && night !== undefined && !found.has(night.category)) found.set(night.category, hint(night, hours, filed));
  }
  const certain = [...found.values()].filter((issue) => issue.level === 'error');
  return [...found.values()].filter((issue) => certain.length === 0 || issue.level === 'error');
}

function hint(rule: ClauseRule, word: string, filed: boolean): Issue {
  const suspect = rule.certainty === 'suspect' || (rule.certainty === 'filed' && filed);
  const params = { article: rule.article, category: rule.category, word: word.slice(0, 20), advice: rule.advice };
  return makeIssue(suspect ? 'ANNEX_CLAUSE_SUSPECT' : 'ANNEX_CLAUSE_FORBIDDEN', 'annex', params);
}

function hitOf(rule: ClauseRule, sentence: string): string | undefined {
  if (rule.except?.test(sentence)) return undefined;
  for (const pattern of rule.patterns) {
    const found = pattern.exec(sentence);
    if (found === null) continue;
    const excused = rule.negation === 'stated' ? forbidsDutyBearer(sentence, found) : isNegated(sentence, found);
    if (!excused) return found[0];
  }
  return undefined;
}

/** The stretch between two commas that a hit lies in. */
function segmentAround(sentence: string, found: RegExpExecArray): { readonly before: string; readonly after: string } {
  const start = sentence.lastIndexOf('，', found.index) + 1;
  const end = sentence.indexOf('，', found.index + found[0].length);
  return { before: sentence.slice(start, found.index), after: sentence.slice(found.index, end < 0 ? sentence.length : end) };
}

const NEGATOR =
  /(?:不得|不能|不可|不应|不准|不许|不会|禁止|严禁|杜绝|拒绝|避免|不安排|不组织|不要求|不强制|不收取?|不向|不需|不必|无须|无需|不用|均不|也不|不再|不参加|不从事|不缴|不交|不承担|不支付|不接受|没有义务|有权拒绝|可以拒绝|免收|不设|不通过|不由|不从)(?!不)/u;

/** 不得拒绝加班, 不得以任何理由不参加夜班, 不得不: the negation is itself a demand. */
const DEMAND = /(?:不得|不能|不可|不应|不准|禁止|严禁)(?:不|[^，]{0,10}(?:拒绝|推诿|推脱|不参加|不服从|反对|逃避|异议))/u;

/** Whether what was found is being forbidden or waived rather than demanded. */
function isNegated(sentence: string, found: RegExpExecArray): boolean {
  const { before, after } = segmentAround(sentence, found);
  if (DEMAND.test(before + after)) return false;
  if (/(?:丙方|学生|实习生)[^，]{0,4}(?:有权|可以?|均可)拒绝/u.test(sentence)) return true;
  const upToEnd = before + found[0];
  if (NEGATOR.test(upToEnd)) return true;
  const tail = after.slice(found[0].length, found[0].length + 10);
  return /^[^，]{0,4}(?:不得|一律不|不收|不予收|不安排|不承担|由(?:甲方|乙方|甲乙双方|学校|单位|企业)(?:承担|负担|支付|缴纳))/u.test(tail);
}

/** For rules whose pattern is a negation: 甲乙双方不得阻挠投诉, 学校不得以此为由不予毕业 protect the student. */
function forbidsDutyBearer(sentence: string, found: RegExpExecArray): boolean {
  const { before, after } = segmentAround(sentence, found);
  const whole = before + after;
  const protection =
    /(?:甲方|乙方|甲乙|双方|学校|单位|企业|公司|任何(?:单位|人))[^，]{0,8}(?:不得|不能|不可|不会|不应|禁止|严禁|无权)/u.exec(whole);
  if (protection === null) return /^(?:不得|禁止|严禁|杜绝)/u.test(before);
  return !/(?:丙方|学生|实习生)[^，]{0,4}(?:不得|不能|不可|不准|禁止|严禁|放弃)/u.test(whole);
}

/** A span of clock times that touches 22:00–06:00, as it is written. */
function nightHours(sentence: string): string | undefined {
  const spans = sentence.matchAll(
    /(晚上?|夜间|凌晨|下午|上午)?(\d{1,2})(?:[:点时](\d{2})?分?)(?:至|到|-|—|–|~|〜)(次日|第二天|翌日)?(晚上?|夜间|凌晨|下午|上午)?(\d{1,2})(?:[:点时](\d{2})?分?)/gu,
  );
  for (const [text, fromPart = '', fromHour = '', fromMinute = '00', nextDay, toPart = '', toHour = '', toMinute = '00'] of spans) {
    const at = (part: string, hour: string, minute: string) =>
      (Number(hour) + (/晚|夜|下午/.test(part) && Number(hour) < 12 ? 12 : 0)) * 60 + Number(minute);
    const from = at(fromPart, fromHour, fromMinute);
    const to = at(toPart, toHour, toMinute) + (nextDay === undefined ? 0 : 1440);
    if (!/休息|关门|门禁|就寝|熄灯|不得|不安排|禁止|宿舍/.test(sentence) && touchesNight(from, to)) return text;
  }
  return undefined;
}
