/** The values of one agreement: canonical text for each blank, all present, nothing beside them. */
import { type BeijingDate, parseBeijingDate } from '../instant.ts';
import { monthsOfAge } from './calendar.ts';
import { characterProblem, lengthInCharacters } from './characters.ts';
import { FIELDS, type FieldSpec } from './fields.ts';
import { creditCodeFault, isPersonName, isPhone, parseIdNumber } from './identifiers.ts';
import { type Issue, makeIssue } from './issues.ts';

declare const fieldsBrand: unique symbol;
/**
 * Canonical strings by key: date `2026-09-01`, yuan `3200` or `3200.50`, timeRange `08:30-17:30`, choice = the option's words,
 * phone digits with `+` and `-`. An optional blank without a value has no key. `agreementNumber` is not among them.
 */
export type AgreementFields = Readonly<Record<string, string>> & { readonly [fieldsBrand]: true };

export type FieldsResult =
  | { readonly ok: true; readonly fields: AgreementFields }
  | { readonly ok: false; readonly issues: readonly Issue[] };

const isRecord = (input: unknown): input is Readonly<Record<string, unknown>> =>
  typeof input === 'object' && input !== null && !Array.isArray(input);

/**
 * Accepts only the canonical form; nothing is trimmed or rewritten. Used at input and again at verification.
 * @returns every issue of every blank; FIELD_UNKNOWN for a key that is no blank
 */
export function parseAgreementFields(input: unknown, specs: readonly FieldSpec[] = FIELDS): FieldsResult {
  if (!isRecord(input)) return { ok: false, issues: [makeIssue('FIELDS_MALFORMED', '')] };
  const issues: Issue[] = [];
  const { specs: known, keys } = blanksOf(specs);
  for (const key of Object.keys(input)) if (!keys.has(key)) issues.push(makeIssue('FIELD_UNKNOWN', '', { key: key.slice(0, 40) }));
  for (const spec of known) {
    if (!Object.hasOwn(input, spec.key)) continue;
    const value = input[spec.key];
    const issue = typeof value === 'string' ? valueIssue(spec, value) : makeIssue('VALUE_NOT_TEXT', spec.key, { label: spec.zh });
    if (issue !== undefined) issues.push(issue);
  }
  const fields = textsOf(input, keys);
  issues.push(...missingIssues(known, input, fields));
  return issues.length === 0 ? { ok: true, fields } : { ok: false, issues };
}

interface Blanks {
  /** In the order of the text. */
  readonly specs: readonly FieldSpec[];
  /** In the order of canonical JSON, so that printing a thousand agreements sorts nothing. */
  readonly keys: ReadonlySet<string>;
}

const blanks = new WeakMap<readonly FieldSpec[], Blanks>();

/** What an agreement gives values for: all but what the system itself fills in. */
function blanksOf(specs: readonly FieldSpec[]): Blanks {
  const known = blanks.get(specs);
  if (known !== undefined) return known;
  const own = specs.filter((spec) => spec.owner !== 'system');
  const made = { specs: own, keys: new Set(own.map((spec) => spec.key).sort()) };
  blanks.set(specs, made);
  return made;
}

/** Made in one go: an object that grows key by key takes seven times the memory. */
function textsOf(input: Readonly<Record<string, unknown>>, keys: ReadonlySet<string>): AgreementFields {
  const entries: [string, string][] = [];
  for (const key of keys) {
    const value = Object.hasOwn(input, key) ? input[key] : undefined;
    if (typeof value === 'string') entries.push([key, value]);
  }
  return Object.fromEntries(entries) as AgreementFields;
}

/** What is required and absent: always, or because the student is a minor on the first day. */
function missingIssues(specs: readonly FieldSpec[], given: Readonly<Record<string, unknown>>, values: AgreementFields): Issue[] {
  const absent = specs.filter((spec) => spec.required !== 'never' && !Object.hasOwn(given, spec.key));
  if (absent.length === 0) return [];
  const minor = isMinorOnFirstDay(values);
  return absent
    .filter((spec) => spec.required === 'always' || minor)
    .map((spec) => makeIssue(spec.required === 'minor' ? 'GUARDIAN_MISSING' : 'VALUE_MISSING', spec.key, { label: spec.zh }));
}

/** `false` also where one of the two values is absent or malformed. */
export function isMinorOnFirstDay(values: Readonly<Record<string, string>>): boolean {
  const holder = parseIdNumber(values['studentIdNumber'] ?? '');
  const date = parseBeijingDate(values['startsOn'] ?? '');
  return typeof holder !== 'string' && date !== undefined && monthsOfAge(holder.bornOn, date) < 18 * 12;
}

/** A guardian is named, and can be found: without any of the three nobody signs as one. */
export const hasGuardian = (values: Readonly<Record<string, string>>): boolean =>
  ['guardianName', 'guardianRelation', 'guardianPhone'].every((key) => (values[key] ?? '') !== '');

/** Of persons' own values none is remembered, and none recurs. */
export const PERSONAL_TYPES: ReadonlySet<FieldSpec['type']> = new Set(['idNumber', 'personName', 'phone']);
const REMEMBERED_MAX = 2048;
const sound = new WeakMap<FieldSpec, Set<string>>();

/** The one issue of a value that is not in canonical form, or undefined. What units and posts are called recurs: a sound value is judged once. */
export function valueIssue(spec: FieldSpec, value: string): Issue | undefined {
  if (PERSONAL_TYPES.has(spec.type)) return judgeValue(spec, value);
  const known = sound.get(spec) ?? new Set();
  if (known.has(value)) return undefined;
  const issue = judgeValue(spec, value);
  if (issue === undefined && known.size < REMEMBERED_MAX) sound.set(spec, known.add(value));
  return issue;
}

function judgeValue(spec: FieldSpec, value: string): Issue | undefined {
  const label = spec.zh;
  if (value === '') return makeIssue('VALUE_EMPTY', spec.key, { label });
  const problem = characterProblem(value);
  if (problem !== undefined) return makeIssue(problem.code, spec.key, { label, point: problem.point });
  const issue = typeIssue(spec, value, label);
  if (issue !== undefined) return issue;
  if (value.length <= spec.maxLength) return undefined;
  const length = lengthInCharacters(value);
  return length > spec.maxLength ? makeIssue('VALUE_TOO_LONG', spec.key, { label, limit: spec.maxLength, length }) : undefined;
}

function typeIssue(spec: FieldSpec, value: string, label: string): Issue | undefined {
  const wrong = (code: Parameters<typeof makeIssue>[0]) => makeIssue(code, spec.key, { label });
  switch (spec.type) {
    case 'text':
      return undefined;
    case 'personName':
      return isPersonName(value) ? undefined : wrong('NAME_MALFORMED');
    case 'organisationName':
      return lengthInCharacters(value) >= 4 ? undefined : wrong('ORGANISATION_NAME_MALFORMED');
    case 'phone':
      return isPhone(value) ? undefined : wrong('PHONE_MALFORMED');
    case 'idNumber': {
      const read = parseIdNumber(value);
      return typeof read === 'string' ? wrong(read) : undefined;
    }
    case 'creditCode': {
      const fault = creditCodeFault(value);
      return fault === undefined ? undefined : wrong(fault);
    }
    case 'date':
      return parseBeijingDate(value) === undefined ? wrong('DATE_MALFORMED') : undefined;
    case 'year':
      return /^20\d\d$/.test(value) ? undefined : wrong('YEAR_MALFORMED');
    case 'yuan':
      return /^(?:0|[1-9]\d{0,6})(?:\.(?!00)\d\d)?$/.test(value) ? undefined : wrong('YUAN_MALFORMED');
    case 'integer':
      return integerIssue(spec, value, label);
    case 'timeRange':
      return /^(?:[01]\d|2[0-3]):[0-5]\d-(?:[01]\d|2[0-3]):[0-5]\d$/.test(value) ? undefined : wrong('TIME_RANGE_MALFORMED');
    case 'choice':
      return (spec.options ?? []).includes(value)
        ? undefined
        : makeIssue('CHOICE_UNKNOWN', spec.key, { label, options: (spec.options ?? []).join('、') });
  }
}

function integerIssue(spec: FieldSpec, value: string, label: string): Issue | undefined {
  if (!/^(?:0|[1-9]\d{0,8})$/.test(value)) return makeIssue('INTEGER_MALFORMED', spec.key, { label });
  const [min, max] = spec.range ?? [0, 999_999_999];
  return Number(value) >= min && Number(value) <= max ? undefined : makeIssue('VALUE_OUT_OF_RANGE', spec.key, { label, min, max });
}

/** The date in a canonical value. @throws Error when the template has no such blank */
export function dateIn(fields: Readonly<Record<string, string>>, key: string): BeijingDate {
  const date = parseBeijingDate(fields[key] ?? '');
  if (date === undefined) throw new Error(`no date in blank ${key}`);
  return date;
}
