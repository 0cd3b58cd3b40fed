/** What you see is what you sign: the values this page has shown, held against those in the file that it is about to sign. */
import { type ShownSource, shownValue } from '../../agreement/shown-value.ts';
import { all } from './elements.ts';
import { UntrustedRequest } from './signed-attributes.ts';

/** Pairs of a reference and the words that stood on the page. */
export type Shown = readonly (readonly [reference: string, words: string])[];

/** How a page draws a blank that the file leaves open. */
const OPEN_BLANK = '＿＿＿＿';

/** Without these nobody knows what is signed; where an agreement has them, the page must have shown them. */
const MAIN_FACTS: readonly string[] = ['unitName', 'post', 'place', 'startsOn', 'endsOn', 'stipendYuan'];

/** Blank by which an agreement names who signs for a role. */
const SIGNATORIES: Readonly<Record<string, string>> = {
  student: 'studentName',
  guardian: 'guardianName',
  unit: 'unitSignatory',
  school: 'schoolSignatory',
};

/** Everything under `root` that says where its words come from, but for documents that are signed together with it: they speak for themselves. */
export const shownIn = (root: ParentNode): Shown =>
  all(HTMLElement, '[data-says]', root)
    .filter((element) => element.closest('[data-together]') === (root instanceof HTMLElement ? root.closest('[data-together]') : null))
    .map((element) => [element.dataset['says'] ?? '', wordsOf(element)]);

const keyOf = (agreementNumber: string): string => `shown:${agreementNumber}`;

/** Kept for this tab until the signature is made. */
export const keepShown = (agreementNumber: string, shown: Shown): void =>
  sessionStorage.setItem(keyOf(agreementNumber), JSON.stringify(shown));

/** What this tab has shown of that agreement; null when it was not read here. */
export function recallShown(agreementNumber: string): Shown | null {
  const kept = sessionStorage.getItem(keyOf(agreementNumber));
  return kept === null ? null : JSON.parse(kept);
}

export const forgetShown = (agreementNumber: string): void => sessionStorage.removeItem(keyOf(agreementNumber));

const HEAD_BYTES = 256;
const HEAD = /^\d+ 0 obj\n<<\/Type\/EmbeddedFile\/Subtype\/application#2Fjson\/Length (\d{10})>>stream\n/;

/**
 * The data from which the file's values are computed: the first object behind the locked prefix.
 * @throws UntrustedRequest VALUES_DIFFER when there is none
 */
export function readValues(pdf: Uint8Array, prefixLengthBytes: number): ShownSource {
  const head = HEAD.exec(new TextDecoder('latin1').decode(pdf.subarray(prefixLengthBytes, prefixLengthBytes + HEAD_BYTES)));
  if (head === null) throw new UntrustedRequest('VALUES_DIFFER');
  const start = prefixLengthBytes + head[0].length;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(pdf.subarray(start, start + Number(head[1]))));
  } catch {
    throw new UntrustedRequest('VALUES_DIFFER');
  }
}

/** The person or representative who signs, as the page named them. @throws UntrustedRequest VALUES_DIFFER */
export function assertSignatory({ fields }: ShownSource, role: string, name: string): void {
  const key = SIGNATORIES[role];
  if (key === undefined || name === '' || fields[key] !== name) throw new UntrustedRequest('VALUES_DIFFER');
}

/** The blank or part that a reference speaks of; clauses of the annex one by one. */
const subjectOf = (reference: string): string => (reference.startsWith('annex:') ? reference : (reference.split(/[:=]/u)[0] ?? ''));

const clausesOf = ({ annex }: ShownSource): readonly string[] => [
  ...(annex === null ? [] : ['annex:title']),
  ...(annex?.clauses.map((_, i) => `annex:${i + 1}`) ?? []),
];

/** That an agreement changes another has to be said with it. */
const amendmentOf = (source: ShownSource): readonly string[] => (shownValue(source, 'amendment') === '' ? [] : ['amendment']);

function assertTold(due: readonly string[], shown: Shown): void {
  const told = new Set(shown.map(([reference]) => subjectOf(reference)));
  if (due.some((reference) => !told.has(reference))) throw new UntrustedRequest('VALUES_DIFFER');
}

function assertTrue(source: ShownSource, shown: Shown): void {
  if (shown.some(([reference, words]) => shownValue(source, reference) !== words)) throw new UntrustedRequest('VALUES_DIFFER');
}

/**
 * What a page says of one agreement.
 * @throws UntrustedRequest VALUES_DIFFER where the page said anything else than the file says, or kept a main fact, a clause, what it amends or
 *   the fingerprint of the text back
 */
export function assertSays(source: ShownSource, shown: Shown): void {
  assertTrue(source, shown);
  const facts = MAIN_FACTS.filter((key) => source.fields[key] !== undefined);
  assertTold([...facts, ...clausesOf(source), ...amendmentOf(source), 'template'], shown);
}

/** What a page says of one document that is signed together with an agreement, whose values it repeats. */
export function assertSaysToo(source: ShownSource, agreement: Shown, own: Shown): void {
  const repeated = agreement.filter(([reference]) => source.fields[subjectOf(reference)] !== undefined);
  assertSays(source, [...repeated, ...own]);
}

/** What a page says of many agreements at once. */
export interface ShownList {
  /** The line of the one in question. */
  readonly line: Shown;
  /** Values that stand on the page, by reference. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
  /** Every annex that occurs, clause by clause; one without any where some have none. */
  readonly annexes: readonly Shown[];
}

/** What a list need not say of each person: it is in the file, and on no page that a unit prints. */
const OF_PERSONS = /^(?:student|guardian)/u;

/**
 * @throws UntrustedRequest VALUES_DIFFER where the line says anything else than the file, a value stands in no group, an annex is none of those
 *   shown, or the page keeps back anything but who the student and guardian are
 */
export function assertListed(source: ShownSource, { line, groups, annexes }: ShownList): void {
  assertTrue(source, line);
  for (const [reference, listed] of groups)
    if (!listed.includes(shownValue(source, reference))) throw new UntrustedRequest('VALUES_DIFFER');
  const isShown = (annex: Shown): boolean =>
    annex.length === clausesOf(source).length &&
    annex.every(([reference, words], i) => reference === clausesOf(source)[i] && shownValue(source, reference) === words);
  if (!annexes.some(isShown)) throw new UntrustedRequest('VALUES_DIFFER');
  const due = Object.keys(source.fields).filter((key) => !OF_PERSONS.test(key));
  const told = [...line, ...[...groups.keys()].map((reference) => [reference, ''] as const)];
  assertTold([...due, ...amendmentOf(source), 'studentName', 'template'], told);
}

const wordsOf = ({ textContent }: HTMLElement): string => (textContent === OPEN_BLANK ? '' : textContent);

/** Every group of values under `root`. */
export const groupsIn = (root: ParentNode): ShownList['groups'] =>
  new Map(
    all(HTMLElement, '[data-group]', root).map((group) => [
      group.dataset['group'] ?? '',
      all(HTMLElement, '[data-grouped]', group).map(wordsOf),
    ]),
  );
