/** The pages of an unknown file with what they inherit, and the form's fields; loops and forests are cut. */
import { arrayIn, dictOf, entry, nameIn, type PdfView, resolve } from '../../pdf/reader-objects.ts';
import { isDict, isRef, isString, type PdfDict, type PdfValue, textOf } from '../../pdf/reader-syntax.ts';

export interface Page {
  readonly number: number | null;
  readonly dict: PdfDict;
  /** Own and inherited attributes. @source ISO 32000-1:2008 §7.7.3.4 */
  readonly attributes: ReadonlyMap<string, PdfValue>;
}

export interface PageList {
  readonly pages: readonly Page[];
  /** Object numbers of the tree, which other values refer to but do not contain. */
  readonly treeNumbers: ReadonlySet<number>;
}

const PAGES_MAX = 10_000;
const DEPTH_MAX = 40;
const INHERITED = ['Resources', 'MediaBox', 'CropBox', 'Rotate'] as const;

export function pagesOf(view: PdfView): PageList {
  const pages: Page[] = [];
  const treeNumbers = new Set<number>();
  const walk = (value: PdfValue, inherited: ReadonlyMap<string, PdfValue>, depth: number): void => {
    const number = isRef(value) ? value.number : null;
    const dict = dictOf(view, value);
    if (dict === null || depth > DEPTH_MAX || pages.length >= PAGES_MAX || (number !== null && treeNumbers.has(number))) return;
    if (number !== null) treeNumbers.add(number);
    view.source.budget.spend(32);
    const own = new Map(inherited);
    for (const key of INHERITED) {
      const attribute = dict.entries.get(key);
      if (attribute !== undefined) own.set(key, attribute);
    }
    if (nameIn(view, dict, 'Type') !== 'Page' && dict.entries.has('Kids')) {
      for (const kid of arrayIn(view, dict, 'Kids')) walk(kid, own, depth + 1);
      return;
    }
    for (const [key, attribute] of dict.entries) own.set(key, attribute);
    pages.push({ number, dict, attributes: own });
  };
  const root = dictOf(view, view.trailer.entries.get('Root'));
  walk(root?.entries.get('Pages') ?? null, new Map(), 0);
  return { pages, treeNumbers };
}

export interface FieldNode {
  readonly key: string;
  readonly dict: PdfDict;
  readonly name: string;
  /** Own or inherited. */
  readonly type: string | null;
  /** Own or inherited value of a signature field. */
  readonly value: PdfDict | null;
  readonly kidKeys: readonly string[];
}

const FIELDS_MAX = 20_000;

/** Every field and widget that the form leads to, by object number or place in the tree. */
export function fieldsOf(view: PdfView): ReadonlyMap<string, FieldNode> {
  const found = new Map<string, FieldNode>();
  const walk = (value: PdfValue, key: string, parent: FieldNode | null, depth: number): void => {
    const dict = resolve(view, value);
    if (!isDict(dict) || depth > DEPTH_MAX || found.size >= FIELDS_MAX || found.has(key)) return;
    view.source.budget.spend(32);
    const partial = entry(view, dict, 'T');
    const own = isString(partial) ? textOf(partial).slice(0, 200) : '';
    const kids = arrayIn(view, dict, 'Kids');
    const node: FieldNode = {
      key,
      dict,
      name: [parent?.name, own].filter(Boolean).join('.'),
      type: nameIn(view, dict, 'FT') ?? parent?.type ?? null,
      value: dictOf(view, dict.entries.get('V')) ?? parent?.value ?? null,
      kidKeys: kids.map((kid, i) => keyOf(kid, `${key}/${i}`)),
    };
    found.set(key, node);
    kids.forEach((kid, i) => {
      walk(kid, keyOf(kid, `${key}/${i}`), node, depth + 1);
    });
  };
  const form = dictOf(view, entry(view, dictOf(view, view.trailer.entries.get('Root')), 'AcroForm'));
  arrayIn(view, form, 'Fields').forEach((field, i) => {
    walk(field, keyOf(field, `/${i}`), null, 0);
  });
  return found;
}

/** What names an element of an array across revisions: its object number, else its place. */
export const keyOf = (value: PdfValue, otherwise: string): string => (isRef(value) ? String(value.number) : otherwise);
