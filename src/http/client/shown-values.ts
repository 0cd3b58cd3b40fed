/** What you see is what you sign: the values this page has shown, held against those in the file that it is about to sign. */
import { type ShownSource, shownValue } from '../../agreement/shown-value.ts';
import { all } from './elements.ts';
import { UntrustedRequest } from './signed-attributes.ts';

/** Pairs of a reference and the words that stood on the page. */
export type Shown = readonly (readonly [reference: string, words: string])[];

/** How a page draws a blank that the file leaves open. */
const OPEN_BLANK = '＿＿＿＿';

/** Without these nobody knows what is signed; where an agreement has them, the page must have shown them. */
const MAIN_FACTS = ['unitName', 'post', 'place', 'startsOn', 'endsOn', 'stipendYuan'] as const;

/** Everything under `root` that says where its words come from. */
export const shownIn = (root: ParentNode): Shown =>
  all(HTMLElement, '[data-says]', root).map(({ dataset, textContent }) => [
    dataset['says'] ?? '',
    textContent === OPEN_BLANK ? '' : textContent,
  ]);

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

/** @throws UntrustedRequest VALUES_DIFFER where the page said anything else than the file says, or kept a main fact or a clause back */
export function assertSays(source: ShownSource, shown: Shown, facts: readonly string[] = MAIN_FACTS): void {
  const told = new Set<string>();
  for (const [reference, words] of shown) {
    if (shownValue(source, reference) !== words) throw new UntrustedRequest('VALUES_DIFFER');
    told.add(reference.split(':')[0] === 'annex' ? reference : (reference.split(':')[0] ?? ''));
  }
  const clauses = source.annex?.clauses.map((_, i) => `annex:${i + 1}`) ?? [];
  const due = facts.filter((key) => source.fields[key] !== undefined);
  if ([...clauses, ...due].some((reference) => !told.has(reference))) throw new UntrustedRequest('VALUES_DIFFER');
}

/** @throws UntrustedRequest VALUES_DIFFER where a value is in none of the groups that the page listed for it */
export function assertInGroups(source: ShownSource, groups: readonly HTMLElement[]): void {
  for (const group of groups) {
    const reference = group.dataset['group'] ?? '';
    const listed = all(HTMLElement, '[data-grouped]', group).map((element) => element.textContent);
    const words = shownValue(source, reference);
    if (words !== '' && !listed.includes(words)) throw new UntrustedRequest('VALUES_DIFFER');
  }
}
