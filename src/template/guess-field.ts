/** Guesses which field of the catalogue a blank asks for, from the words around it. */
import { FIELDS, type FieldOwner, type FieldSpec } from '../agreement/fields.ts';
import type { PartyRole } from '../agreement/parties.ts';
import { type PartyLetters, USUAL_LETTERS } from './party-letters.ts';

export interface BlankContext {
  /** Words between the previous blank (or the start of the sentence) and this one; in a table, the row's label before them. */
  readonly label: string;
  /** What follows the blank: its unit, if any. */
  readonly after: string;
  /** The party whose part of the form this is. */
  readonly party: PartyRole | undefined;
  readonly kind: 'date' | 'value';
  /** Whom 甲方, 乙方, 丙方 stand for; as usual where absent. */
  readonly letters?: PartyLetters;
}

export interface FieldGuess {
  readonly spec: FieldSpec;
  /** 1 = the label is the field's name; 0.9 with the party from the context; lower = only part of the label says so. */
  readonly confidence: number;
}

const PARTY_WORDS: Readonly<Record<PartyRole, readonly string[]>> = {
  school: ['甲方', '学校'],
  unit: ['乙方', '实习单位', '企业', '单位'],
  student: ['丙方', '学生'],
  guardian: ['监护人', '家长'],
};

/** 甲方＿＿份 asks how many copies, not who. */
const COUNTED = /^\s*[份名人执元日天]/u;

const EVERY_PARTY_WORD = Object.values(PARTY_WORDS).flat();

/** NFKC without spaces and punctuation, as aliases are matched. */
export const normaliseLabel = (label: string): string => label.normalize('NFKC').replace(/[^\p{L}\p{N}]/gu, '');

/** The last clause of the words before a blank, without the verbs that lead to it. */
export function labelOf(before: string): string {
  const clause =
    before
      .replace(/[\s（(【[：:“"]+$/u, '')
      .split(/[。；;，,！？\n：:]/u)
      .at(-1) ?? '';
  return clause
    .replace(/^[\s、）)”"]*(?:\d+[.．、]|[（(]?[一二三四五六七八九十]+[）)、]|第[一二三四五六七八九十百]+[条章])?\s*/u, '')
    .replace(/^[（(][^（()）]*[）)](?=.)/u, '')
    .trim();
}

/** The one party that a label names, or undefined when it names none or several. */
export function partyIn(label: string, letters: PartyLetters = USUAL_LETTERS): PartyRole | undefined {
  if (/监护人|家长/.test(label)) return 'guardian';
  const named = (['school', 'unit', 'student'] as const).filter((role) => PARTY_WORDS[role].some((word) => label.includes(word)));
  const parties = (['甲方', '乙方', '丙方'] as const).filter((word) => label.includes(word));
  const [letter] = parties;
  if (parties.length === 1 && letter !== undefined) return letters[letter];
  return named.length === 1 ? named[0] : undefined;
}

/** The best field for a blank, or undefined when nothing in the catalogue fits. */
export function guessField(context: BlankContext): FieldGuess | undefined {
  const byUnit = context.kind === 'value' ? guessByUnit(context) : undefined;
  if (byUnit !== undefined) return byUnit;
  const label = normaliseLabel(labelOf(context.label).replace(/(?:为|是|在|于|至|自|从|到|即|向|由)$/u, ''));
  if (label === '' || (COUNTED.test(context.after) && EVERY_PARTY_WORD.includes(label))) return undefined;
  const party = partyIn(labelOf(context.label), context.letters) ?? context.party;
  let best: (FieldGuess & { readonly nameLength: number }) | undefined;
  for (const spec of FIELDS) {
    if (spec.type === 'choice' || (spec.type === 'date') !== (context.kind === 'date')) continue;
    for (const name of [spec.zh, ...spec.aliases].map(normaliseLabel)) {
      const confidence = scoreName(name, label, spec.owner, party);
      const better =
        best === undefined || confidence > best.confidence || (confidence === best.confidence && name.length > best.nameLength);
      if (confidence > 0 && better) best = { spec, confidence, nameLength: name.length };
    }
  }
  return best === undefined ? undefined : { spec: best.spec, confidence: best.confidence };
}

function scoreName(name: string, label: string, owner: FieldOwner, party: PartyRole | undefined): number {
  const named = partyIn(name);
  const anyone = owner === 'shared' || owner === 'system';
  const sameSide = anyone || party === undefined || owner === party;
  if (!sameSide) return 0;
  if (name === label) return party === undefined && !anyone && named === undefined && isCommon(name) ? 0.4 : 1;
  if (
    party !== undefined &&
    PARTY_WORDS[party].some((word) => name === `${word}${label}` || name === normaliseLabel(`${word}${withoutParty(label)}`))
  )
    return 0.9;
  if (party !== undefined && !anyone && name === withoutParty(label)) return 0.9;
  if (name.length >= 3 && label.endsWith(name)) return 0.7;
  return name.length >= 4 && label.includes(name) ? 0.6 : 0;
}

/** Labels that every party has: without a party they say too little. */
const isCommon = (name: string): boolean => ['名称', '地址', '电话', '联系电话', '手机', '联系人', '统一社会信用代码'].includes(name);

const withoutParty = (label: string): string => EVERY_PARTY_WORD.reduce((rest, word) => rest.replace(word, ''), label);

const UNIT_RULES: readonly { readonly key: string; readonly before: RegExp; readonly after: RegExp }[] = [
  { key: 'payDay', before: /(?:每|次|当)月(?:的)?$/u, after: /^日/u },
  { key: 'dailyHours', before: /每[日天][^，。；]{0,12}$/u, after: /^(?:个)?小时/u },
  { key: 'weeklyDays', before: /每周[^，。；]{0,12}$/u, after: /^[天日]/u },
  { key: 'stipendYuan', before: /(?:报酬|工资|津贴|补助|补贴)[^，。；]{0,12}$/u, after: /^(?:元|人民币)/u },
];

function guessByUnit(context: BlankContext): FieldGuess | undefined {
  const before = context.label.replace(/[\s：:]+$/u, '');
  const rule = UNIT_RULES.find((each) => each.before.test(before) && each.after.test(context.after.trimStart()));
  const spec = FIELDS.find((each) => each.key === rule?.key);
  return spec === undefined ? undefined : { spec, confidence: 0.9 };
}

/** Whether one value may be printed in several places: names and numbers of a party are repeated beside its signature. */
export const mayRepeat = (spec: FieldSpec): boolean =>
  ['personName', 'organisationName', 'idNumber', 'creditCode'].includes(spec.type) || spec.key === 'agreementNumber';

/**
 * The catalogue's choice whose printed options these are (each begins with another option of it), with the option of each.
 */
export function guessChoice(options: readonly string[]): { readonly spec: FieldSpec; readonly options: readonly string[] } | undefined {
  if (options.length < 2) return undefined;
  for (const spec of FIELDS) {
    if (spec.type !== 'choice' || spec.options === undefined) continue;
    const matched = options.map((words) => spec.options?.find((option) => words.startsWith(option)));
    const known = matched.filter((option) => option !== undefined);
    if (known.length === options.length && new Set(known).size === known.length) return { spec, options: known };
  }
  return undefined;
}
