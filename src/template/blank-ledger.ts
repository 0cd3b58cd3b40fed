/** Keeps the account of a template's blanks while it is imported: which field each became, and why. */
import { type FieldSpec, fieldSpec } from '../agreement/fields.ts';
import { PARTY_ZH, type PartyRole } from '../agreement/parties.ts';
import type { DatePart } from './body.ts';
import type { BlankPiece } from './docx-blanks.ts';
import { type BlankContext, guessField, labelOf, mayRepeat, normaliseLabel, partyIn } from './guess-field.ts';
import type { ManifestBlank } from './manifest.ts';
import { letterOfRole, USUAL_LETTERS } from './party-letters.ts';
import type { Blank } from './template-document.ts';

type DrawnBlank = Pick<BlankPiece, 'form' | 'widthEm' | 'chars' | 'shortYear'>;
type ValueBlank = Extract<Blank, { kind: 'value' }>;

/** What a person confirms before a template is used. */
export interface BlankGuess {
  readonly id: string;
  readonly path: string;
  readonly label: string;
  readonly paragraph: number;
  /** 0 for a field that only this template knows; see `FieldGuess`. */
  readonly confidence: number;
}

export interface BlankLedger {
  readonly blanks: ManifestBlank[];
  readonly fields: FieldSpec[];
  readonly guesses: BlankGuess[];
  /** The field of a blank that is not part of a date, printed at once. */
  value(drawn: DrawnBlank, context: Omit<BlankContext, 'kind'>, paragraph: number, lines?: number): ValueBlank;
  /** A further line of a value: 2, 3 … */
  line(drawn: DrawnBlank, first: ValueBlank, line: number, paragraph: number): ValueBlank;
  /** The field of a whole date; its parts are then printed with `datePart`. */
  date(
    context: Omit<BlankContext, 'kind'>,
    paragraph: number,
    beginsRange: boolean,
  ): { readonly spec: FieldSpec; readonly confidence: number };
  datePart(drawn: DrawnBlank, part: DatePart, chosen: { readonly spec: FieldSpec; readonly confidence: number }, paragraph: number): Blank;
  signedOn(drawn: DrawnBlank, part: DatePart, role: PartyRole, paragraph: number): Blank;
  choice(spec: FieldSpec, option: string, confidence: number, paragraph: number): Blank;
  /** A field of the template's own. */
  extra(label: string, type: 'text' | 'date' | 'choice', paragraph: number, options?: readonly string[]): FieldSpec;
}

const MIN_CONFIDENCE = 0.5;
const LEFT_TYPES: ReadonlySet<FieldSpec['type']> = new Set(['text', 'organisationName']);

export function openLedger(): BlankLedger {
  const blanks: ManifestBlank[] = [];
  const fields: FieldSpec[] = [];
  const guesses: BlankGuess[] = [];
  const used = new Set<string>();
  let lastDate = '';

  const note = (entry: Omit<ManifestBlank, 'id'>, confidence: number): void => {
    const id = `b${blanks.length + 1}`;
    blanks.push({ id, ...entry });
    guesses.push({ id, path: entry.path, label: entry.label, paragraph: entry.source.paragraph, confidence });
  };
  const sourceOf = (drawn: DrawnBlank, paragraph: number): ManifestBlank['source'] => ({ paragraph, form: drawn.form, chars: drawn.chars });

  const extra: BlankLedger['extra'] = (label, type, paragraph, options) => {
    // The label is the heading of a column as well: only what a heading may be made of.
    const words = label.replace(/[^\p{L}\p{N}（）()、·：:/—-]+/gu, '');
    const base = !/[\p{L}\p{N}]/u.test(words) ? `第${paragraph}段空格` : [...words].slice(0, 30).join('');
    const same = fields.filter((field) => field.zh === base || field.zh.startsWith(`${base}（`)).length;
    const spec: FieldSpec = {
      key: `extra${fields.length + 1}`,
      zh: same === 0 ? base : `${base}（${same + 1}）`,
      owner: 'shared',
      type,
      required: 'never',
      scope: 'row',
      source: `模板第${paragraph}段`,
      aliases: [],
      maxLength: type === 'date' ? 10 : 60,
      ...(options === undefined ? {} : { options }),
    };
    fields.push(spec);
    return spec;
  };

  /** A field may be asked for once, or where its value is rightly repeated. */
  const choose = (context: BlankContext, paragraph: number): { readonly spec: FieldSpec; readonly confidence: number } => {
    const guess = guessField(context);
    if (guess !== undefined && guess.confidence >= MIN_CONFIDENCE && (!used.has(guess.spec.key) || mayRepeat(guess.spec))) {
      used.add(guess.spec.key);
      return guess;
    }
    const words = labelOf(context.label);
    // （大写：＿＿） is the amount before it once more.
    const amount = /(?:^|[（(])(?:人民币)?([大小]写)$/u.exec(words)?.[1];
    const label = amount === undefined ? words : `${blanks.at(-1)?.label ?? ''}${amount}`;
    const letters = context.letters ?? USUAL_LETTERS;
    const called = context.party === undefined ? '' : letterOfRole(letters, context.party) || PARTY_ZH[context.party].replace(/（.*/u, '');
    const party = partyIn(label, letters) === undefined ? called : '';
    return { spec: extra(label === '' ? '' : `${party}${label}`, context.kind === 'date' ? 'date' : 'text', paragraph), confidence: 0 };
  };

  return {
    blanks,
    fields,
    guesses,
    extra,
    value: (drawn, context, paragraph, lines = 1) => {
      const { spec, confidence } = choose({ ...context, kind: 'value' }, paragraph);
      const align = LEFT_TYPES.has(spec.type) || drawn.form === 'cell' || lines > 1 ? 'left' : 'center';
      const { widthEm } = drawn;
      const several = lines > 1 ? { lines } : {};
      const own = fields.find((field) => field.key === spec.key);
      if (own !== undefined && lines > 1) fields[fields.indexOf(own)] = { ...own, maxLength: Math.min(2000, Math.max(60, lines * 40)) };
      note(
        {
          path: spec.key,
          field: spec.key,
          type: spec.type,
          label: spec.zh,
          clause: spec.source,
          widthEm,
          align,
          ...several,
          source: sourceOf(drawn, paragraph),
        },
        confidence,
      );
      return { kind: 'value', field: spec.key, ...several, widthEm, align };
    },
    line: (drawn, first, line, paragraph) => {
      const entry = blanks.find((blank) => blank.path === first.field && blank.lines !== undefined);
      const confidence = guesses.find((guess) => guess.id === entry?.id)?.confidence ?? 0;
      const { widthEm } = drawn;
      const { field } = first;
      const { type, label, clause } = entry ?? { type: 'text' as const, label: field, clause: '' };
      const source = sourceOf(drawn, paragraph);
      note({ path: `${field}.line${line}`, field, type, label, clause, widthEm, align: 'left', source }, confidence);
      return { kind: 'value', field, line, widthEm, align: 'left' };
    },
    date: (context, paragraph, beginsRange) => {
      const words = context.label.trimEnd().replace(/20$/u, '').trimEnd();
      const term = /^(?:|.*实习.{0,6}|(?:本?协议|合同)?(?:的)?(?:期限|时间|日期|起止.*|有效期.*)为?)$/u.test(
        normaliseLabel(labelOf(words)),
      );
      const bySequence =
        /(?:自|从)$/u.test(words) || (beginsRange && term)
          ? 'startsOn'
          : /(?:至|到|[-－—~～])$/u.test(words) && lastDate === 'startsOn'
            ? 'endsOn'
            : undefined;
      const spec = bySequence === undefined || used.has(bySequence) ? undefined : fieldSpec(bySequence);
      const chosen = spec === undefined ? choose({ ...context, kind: 'date' }, paragraph) : { spec, confidence: 0.8 };
      used.add(chosen.spec.key);
      lastDate = chosen.spec.key;
      return chosen;
    },
    datePart: (drawn, part, { spec, confidence }, paragraph) => {
      const { widthEm } = drawn;
      const short = drawn.shortYear === true ? ({ shortYear: true } as const) : {};
      const path = `${spec.key}.${drawn.shortYear === true ? 'yy' : part}`;
      note(
        {
          path,
          field: spec.key,
          type: spec.type,
          label: spec.zh,
          clause: spec.source,
          widthEm,
          align: 'center',
          source: sourceOf(drawn, paragraph),
        },
        confidence,
      );
      return { kind: 'value', field: spec.key, part, ...short, widthEm, align: 'center' };
    },
    signedOn: (drawn, part, role, paragraph) => {
      const { widthEm } = drawn;
      const label = `${PARTY_ZH[role]}签署日期`;
      const field = `signedOn.${role}`;
      note(
        {
          path: `${field}.${drawn.shortYear === true ? 'yy' : part}`,
          field,
          type: 'date',
          label,
          clause: '签署时由系统填写',
          widthEm,
          align: 'center',
          source: sourceOf(drawn, paragraph),
        },
        1,
      );
      return { kind: 'signedOn', role, part, ...(drawn.shortYear === true ? { shortYear: true } : {}), widthEm };
    },
    choice: (spec, option, confidence, paragraph) => {
      const source = { paragraph, form: 'box' as const, chars: 0 };
      note(
        {
          path: `${spec.key}.${option}`,
          field: spec.key,
          type: 'choice',
          label: spec.zh,
          clause: spec.source,
          widthEm: 0,
          align: 'left',
          source,
        },
        confidence,
      );
      return { kind: 'choice', field: spec.key, option };
    },
  };
}
