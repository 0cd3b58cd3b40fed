/** One cell of a roster: what was written becomes the canonical value, and every change is told. */
import { PERSONAL_TYPES, valueIssue } from './agreement-fields.ts';
import { characterProblem, codePointName } from './characters.ts';
import type { FieldSpec } from './fields.ts';
import { idCheckCharacter, isMobile, isPhone, maskIdNumber } from './identifiers.ts';
import { type Issue, type IssueCode, type IssuePlace, makeIssue } from './issues.ts';
import { readDate, readTimeRange, readYear } from './roster-dates.ts';
import type { SheetCell } from './sheet-data.ts';

export interface CellReading {
  /** Canonical, or undefined when the cell cannot be used. */
  readonly value: string | undefined;
  readonly issues: readonly Issue[];
}

interface Attempt {
  readonly value?: string;
  readonly fault?: IssueCode;
  readonly params?: Readonly<Record<string, string | number>>;
  /** `confirm` code instead of the plain `tidied`. */
  readonly note?: IssueCode;
}

/** Zero-width and other unseen characters that spreadsheets pick up; direction marks are refused, not removed. */
const UNSEEN = /\u034F|\p{Variation_Selector}|[\u00AD\u180E\u200B-\u200D\u2060-\u2064\u3164\uFEFF]/gu;
const SPACES = /[ \t\u00A0\u2000-\u200A\u202F\u205F\u3000]+/gu;
const EDGES = /^[\s\u200B\uFEFF]+|[\s\u200B\uFEFF]+$/gu;
const HAN_GAP = /(?<=[\p{Unified_Ideograph}〇·（）]) +(?=[\p{Unified_Ideograph}〇·（）])/gu;
const DOTS = /(?<=\p{L})\s*[•・･‧∙⋅●．.]\s*(?=\p{L})/gu;

const KEPT_MAX = 2048;
const kept = new WeakMap<FieldSpec, Map<string, CellReading>>();

/**
 * What units and posts are called stands in thousands of rows: a text that raised no issue is read once.
 * @param place where the cell is; copied into every issue
 */
export function readCell(spec: FieldSpec, cell: SheetCell, place: IssuePlace, dateSystem: '1900' | '1904'): CellReading {
  if (cell.kind !== 'text' || cell.formula !== undefined || PERSONAL_TYPES.has(spec.type)) return readAnew(spec, cell, place, dateSystem);
  const readings = kept.get(spec) ?? new Map<string, CellReading>();
  const known = readings.get(cell.text);
  if (known !== undefined) return known;
  const reading = readAnew(spec, cell, place, dateSystem);
  if (reading.issues.length === 0 && readings.size < KEPT_MAX) kept.set(spec, readings.set(cell.text, reading));
  return reading;
}

function readAnew(spec: FieldSpec, cell: SheetCell, place: IssuePlace, dateSystem: '1900' | '1904'): CellReading {
  const label = spec.zh;
  const secret = spec.type === 'idNumber';
  const show = (text: string): string => (secret ? maskIdNumber(text) : text.slice(0, 80));
  if (cell.kind === 'error') return { value: undefined, issues: [makeIssue('CELL_IS_ERROR', spec.key, { label, text: cell.text }, place)] };
  const issues: Issue[] = [];
  const seen = cell.text.replace(UNSEEN, '');
  const points = [...new Set(cell.text.match(UNSEEN) ?? [])].map(codePointName).join('、');
  const attempt = attemptOf(spec, { ...cell, text: seen.replace(EDGES, '') }, dateSystem);
  const from = show(cell.text);
  if (attempt.value === undefined) {
    const code = attempt.fault ?? 'VALUE_NOT_TEXT';
    return { value: undefined, issues: [makeIssue(code, spec.key, { label, from, ...attempt.params }, { ...place, from })] };
  }
  const { value } = attempt;
  const refused = valueIssue(spec, value);
  if (refused !== undefined) {
    const better = sharperIssue(spec, value, refused);
    return { value: undefined, issues: [{ ...better, ...place, from }] };
  }
  const to = show(value);
  if (cell.formula !== undefined) issues.push(makeIssue('CELL_IS_FORMULA', spec.key, { label, to }, { ...place, to }));
  if (attempt.note !== undefined) issues.push(makeIssue(attempt.note, spec.key, { label, from, to }, { ...place, from, to }));
  else if (points !== '') issues.push(makeIssue('CELL_INVISIBLE_REMOVED', spec.key, { label, points, from, to }, { ...place, from, to }));
  else if (cell.text !== value && isTold(spec, cell, value)) {
    const onlySpaces = cell.text.replace(/\s/g, '') === value.replace(/\s/g, '');
    issues.push(makeIssue(onlySpaces ? 'CELL_SPACE_REMOVED' : 'CELL_TIDIED', spec.key, { label, from, to }, { ...place, from, to }));
  }
  return { value, issues };
}

/** A true date or a plain number is the value itself, however the program stores it. */
const isTold = (spec: FieldSpec, cell: SheetCell, value: string): boolean =>
  !(cell.kind === 'date' && spec.type === 'date' && cell.text.startsWith(value)) &&
  !(cell.kind === 'number' && Number(value) === cell.number && spec.type === 'yuan');

/** The sentence that helps most for a value whose form was refused. */
function sharperIssue(spec: FieldSpec, value: string, refused: Issue): Issue {
  if (refused.code === 'ID_NUMBER_CHECK_WRONG')
    return makeIssue('ID_NUMBER_CHECK_EXPECTED', spec.key, { expected: idCheckCharacter(value) });
  if (refused.code === 'CREDIT_CODE_MALFORMED' && /[IOSVZ]/.test(value)) {
    const letters = [...new Set(value.match(/[IOSVZ]/g) ?? [])].join('、');
    return makeIssue('CREDIT_CODE_LOOKALIKE', spec.key, { label: spec.zh, letters });
  }
  if (spec.type === 'personName') {
    const lost = value.match(/[?？□■\uFFFD\p{Co}]/gu)?.length ?? 0;
    if (lost > 0) return makeIssue('NAME_CHARACTER_LOST', spec.key, { count: lost });
  }
  return refused;
}

/** Text that carries controls, newlines or direction marks keeps them, so that it is refused by its own code. */
function attemptOf(spec: FieldSpec, cell: SheetCell, dateSystem: '1900' | '1904'): Attempt {
  const fault = characterProblem(cell.text.replace(SPACES, ' ').trim())?.code;
  if (fault === 'VALUE_HAS_NEWLINE' || fault === 'VALUE_HAS_BIDI' || fault === 'VALUE_HAS_CONTROL' || fault === 'VALUE_HAS_COMPATIBILITY') {
    return { value: cell.text };
  }
  if (cell.kind === 'boolean') return { fault: 'VALUE_NOT_TEXT' };
  const plain = cell.text.normalize('NFKC').replace(SPACES, ' ').trim();
  switch (spec.type) {
    case 'idNumber':
      return cell.kind !== 'text' || /^\d(?:\.\d+)?E\+?\d+$/i.test(plain)
        ? { fault: 'ID_NUMBER_IS_NUMERIC' }
        : { value: plain.replace(/[ '‘’`´"“”]/g, '').toUpperCase() };
    case 'creditCode':
      return cell.kind !== 'text' || /^\d(?:\.\d+)?E\+\d+$/i.test(plain)
        ? { fault: 'CREDIT_CODE_IS_NUMERIC' }
        : { value: plain.replace(/[ '‘’`´-]/g, '').toUpperCase() };
    case 'phone':
      return readPhone(plain, cell);
    case 'date': {
      const reading = readDate(plain, cell, dateSystem);
      if ('fault' in reading) return { fault: reading.fault };
      return reading.certain ? { value: reading.date } : { value: reading.date, note: 'DATE_AMBIGUOUS' };
    }
    case 'year': {
      const reading = readYear(plain, cell);
      if (reading === undefined) return { fault: 'YEAR_MALFORMED' };
      return reading.certain ? { value: reading.year } : { value: reading.year, note: 'YEAR_FROM_GRADE' };
    }
    case 'yuan':
      return readYuan(plain, cell);
    case 'integer': {
      const found = /^(?:每(?:个?月|[日天周])|次月)?第?(\d{1,4})(?:\.0+)?(?:个?小时|[天日号])?(?:\/[天日周])?(?:前)?$/.exec(plain);
      return found?.[1] === undefined ? { fault: 'INTEGER_MALFORMED' } : { value: String(Number(found[1])) };
    }
    case 'timeRange': {
      const value = readTimeRange(plain);
      return value === undefined ? { fault: 'TIME_RANGE_MALFORMED' } : { value };
    }
    case 'choice':
      return readChoice(spec, plain);
    default:
      return readText(spec, cell);
  }
}

function readPhone(plain: string, cell: SheetCell): Attempt {
  const text = plain.replace(/[ '‘’()`]/g, '').replace(/[‐‑‒–—―−－]/g, '-');
  const digits = text.replace(/-/g, '').replace(/^(?:\+?86)(?=1[3-9]\d{9}$)/, '');
  if (isMobile(digits)) return { value: digits };
  if (cell.kind === 'number') return isPhone(text) ? { value: text } : { fault: 'PHONE_IS_NUMERIC_LOST' };
  if (isPhone(text)) return { value: text };
  if (/^1[3-9]\d{5,}$/.test(digits)) return { fault: 'PHONE_DIGIT_COUNT', params: { count: digits.length } };
  const landline = /^(0(?:10|2\d|[3-9]\d\d))-?([2-9]\d{6,7})$/.exec(text.replace(/^\+?86-?0?/, '0'));
  return landline === null ? { fault: 'PHONE_MALFORMED' } : { value: `${landline[1]}-${landline[2]}` };
}

function readYuan(plain: string, cell: SheetCell): Attempt {
  const text = cell.kind === 'number' ? cell.text : plain.replace(/ /g, '');
  const found = /^(?:每月)?(?:人民币)?[¥]?(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2})0*)?(?:元整?)?(?:(?:[/每]|人民币\/)个?月)?$/.exec(text);
  if (found?.[1] === undefined) return { fault: 'YUAN_MALFORMED' };
  const whole = String(Number(found[1].replaceAll(',', '')));
  const cents = (found[2] ?? '').padEnd(2, '0');
  return { value: cents === '00' ? whole : `${whole}.${cents}` };
}

const SYNONYMS: Readonly<Record<string, readonly (readonly [RegExp, string])[]>> = {
  guardianRelation: [
    [/^(?:父|爸爸|爸|父子|父女)$/, '父亲'],
    [/^(?:母|妈妈|妈|母子|母女)$/, '母亲'],
    [/^(?:外?祖[父母]|爷爷|奶奶|外公|外婆|姥姥|姥爷|祖孙)$/, '祖父母'],
    [/^(?:其它|其他监护人|亲属|姑姑|叔叔|舅舅|哥哥|姐姐|兄长?|姐)$/, '其他'],
  ],
  insurancePayer: [
    [/^(?:甲方\(?学校\)?|学校)$/, '甲方'],
    [/^(?:乙方\(?实习单位\)?|实习单位|单位|企业|公司)$/, '乙方'],
  ],
  arrangement: [
    [/^(?:学校统一安排|统一安排|学校集中安排|集中安排)$/, '学校安排'],
    [/^(?:自主|自主实习|自行选择|学生自主|学生自主选择|自主选择)$/, '学生自行选择'],
  ],
  payMethod: [[/^(?:转账|银行|银行卡|银行卡转账|银行代发|打卡)$/, '银行转账']],
};

function readChoice(spec: FieldSpec, plain: string): Attempt {
  const text = plain.replace(/ /g, '');
  const exact = (spec.options ?? []).find((option) => option.normalize('NFKC') === text);
  const known = exact ?? SYNONYMS[spec.key]?.find(([pattern]) => pattern.test(text))?.[1];
  if (known !== undefined) return { value: known };
  if (spec.key === 'insurancePayer' && /丙方|学生|家长|本人|自理|自费/.test(text)) return { fault: 'INSURANCE_PAID_BY_STUDENT' };
  return { fault: 'CHOICE_UNKNOWN', params: { options: (spec.options ?? []).join('、') } };
}

/** Names lose the spaces between ideographs and gain the one right dot; other text loses only what is surely stray. */
function readText(spec: FieldSpec, cell: SheetCell): Attempt {
  if (cell.kind === 'date') return { fault: 'CELL_IS_DATE', params: { text: cell.text } };
  if (cell.kind === 'number' && !(cell.number !== undefined && Number.isSafeInteger(cell.number) && cell.text.length <= 15)) {
    return { fault: 'CELL_NUMBER_LOST' };
  }
  const narrow = cell.text.replace(/[\uFF10-\uFF19\uFF21-\uFF3A\uFF41-\uFF5A]/g, (wide) =>
    String.fromCharCode(wide.charCodeAt(0) - 0xfee0),
  );
  const text = narrow.normalize('NFC').replace(SPACES, ' ').trim();
  if (spec.type === 'text') return { value: text };
  const tight = text.replace(HAN_GAP, '');
  return { value: spec.type === 'personName' ? tight.replace(DOTS, '·').replace(HAN_GAP, '') : tight };
}
