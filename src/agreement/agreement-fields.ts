/** The values of one agreement: canonical text for each blank, all present, nothing beside them. */
import { z } from 'zod';
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

const record = z.record(z.string(), z.unknown());

/**
 * Accepts only the canonical form; nothing is trimmed or rewritten. Used at input and again at verification.
 * @returns every issue of every blank; FIELD_UNKNOWN for a key that is no blank
 */
export function parseAgreementFields(input: unknown, specs: readonly FieldSpec[] = FIELDS): FieldsResult {
  const read = record.safeParse(input);
  if (!read.success || typeof input !== 'object' || input === null || Array.isArray(input))
    return { ok: false, issues: [makeIssue('FIELDS_MALFORMED', '')] };
  const issues: Issue[] = [];
  const values: Record<string, string> = {};
  const known = specs.filter((spec) => spec.owner !== 'system');
  const keys = new Set(known.map((spec) => spec.key));
  for (const key of Object.keys(input)) if (!keys.has(key)) issues.push(makeIssue('FIELD_UNKNOWN', '', { key: key.slice(0, 40) }));
  for (const spec of known) {
    if (!Object.hasOwn(read.data, spec.key)) continue;
    const value = read.data[spec.key];
    const issue = typeof value === 'string' ? valueIssue(spec, value) : makeIssue('VALUE_NOT_TEXT', spec.key, { label: spec.zh });
    if (issue !== undefined) issues.push(issue);
    else if (typeof value === 'string') values[spec.key] = value;
  }
  issues.push(...missingIssues(known, read.data, values));
  return issues.length === 0 ? { ok: true, fields: inKeyOrder(values, specs) } : { ok: false, issues };
}

const sortedKeys = new WeakMap<readonly FieldSpec[], readonly string[]>();

/** In the order of canonical JSON, so that printing a thousand agreements sorts nothing. */
function inKeyOrder(values: Readonly<Record<string, string>>, specs: readonly FieldSpec[]): AgreementFields {
  const keys = sortedKeys.get(specs) ?? specs.map((spec) => spec.key).sort();
  sortedKeys.set(specs, keys);
  const ordered: Record<string, string> = {};
  for (const key of keys) {
    const value = values[key];
    if (value !== undefined) ordered[key] = value;
  }
  return ordered as AgreementFields;
}

/** What is required and absent: always, or because the student is a minor on the first day. */
function missingIssues(specs: readonly FieldSpec[], given: Record<string, unknown>, values: Record<string, string>): Issue[] {
  const minor = isMinorOnFirstDay(values);
  return specs
    .filter((spec) => !Object.hasOwn(given, spec.key))
    .filter((spec) => spec.required === 'always' || (spec.required === 'minor' && minor))
    .map((spec) => makeIssue(spec.required === 'minor' ? 'GUARDIAN_MISSING' : 'VALUE_MISSING', spec.key, { label: spec.zh }));
}

/** `false` also where one of the two values is absent or malformed. */
export function isMinorOnFirstDay(values: Readonly<Record<string, string>>): boolean {
  const holder = parseIdNumber(values['studentIdNumber'] ?? '');
  const date = parseBeijingDate(values['startsOn'] ?? '');
  return typeof holder !== 'string' && date !== undefined && monthsOfAge(holder.bornOn, date) < 18 * 12;
}

/** The one issue of a value that is not in canonical form, or undefined. */
export function valueIssue(spec: FieldSpec, value: string): Issue | undefined {
  const label = spec.zh;
  if (value === '') return makeIssue('VALUE_EMPTY', spec.key, { label });
  const problem = characterProblem(value);
  if (problem !== undefined) return makeIssue(problem.code, spec.key, { label, point: problem.point });
  const issue = typeIssue(spec, value, label);
  if (issue !== undefined) return issue;
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
