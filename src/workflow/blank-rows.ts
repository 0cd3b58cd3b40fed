/** The blanks of a text as a person confirms them: parts of a date, lines of a value and boxes of a question are one row. */
import { FIELDS, type FieldSpec } from '../agreement/fields.ts';
import { parseBlankPath } from '../template/body.ts';
import type { BlankChange } from '../template/confirm-import.ts';
import { type BlankRow as DescribedBlank, describeBlanks } from '../template/describe-blanks.ts';
import type { ImportReport } from '../template/import-template.ts';
import type { PackFiles } from '../template/load-pack.ts';
import { type Manifest, parseManifest } from '../template/manifest.ts';

export interface BlankRow extends Pick<DescribedBlank, 'field' | 'label' | 'type' | 'clause' | 'paragraph' | 'before' | 'own'> {
  /** `b1`, `b2`, … in the order of the text; the first one names the row. */
  readonly ids: readonly string[];
  /** `signedOn` is filled by the signature, `system` by this service: neither can be changed. */
  readonly kind: 'value' | 'date' | 'choice' | 'signedOn' | 'system';
  /** What stands behind the last of its blanks. */
  readonly after: string;
  readonly required: 'always' | 'minor' | 'never';
  readonly maxLength: number;
  readonly options: readonly string[];
  readonly lines: number;
  /** `certain`: by its own name, or chosen by a person · `likely`: by a part of it or by the context · `unknown`: named after the words before it. */
  readonly guess: 'certain' | 'likely' | 'unknown';
}

/** What a person wrote into the row of a blank. A label that no field has yet makes a new one, and only then the rest counts. */
export interface BlankWords {
  /** Any blank of the row. */
  readonly blank: string;
  readonly label: string;
  readonly type: FieldSpec['type'];
  readonly required: 'always' | 'never';
  readonly maxLength: number | null;
  /** Of a choice without boxes. */
  readonly options: readonly string[];
  /** How many drawn lines hold one value; null leaves them. */
  readonly lines: number | null;
}

const KNOWN = new Map(FIELDS.map((spec) => [spec.key, spec]));
const CERTAIN = 0.9;

export const labelOf = (key: string): string => KNOWN.get(key)?.zh ?? key;

/** The change that a person means; empty when the row is left as it is. */
export function changeOf(rows: readonly BlankRow[], words: BlankWords): BlankChange {
  const { type, required, maxLength, options } = words;
  const label = words.label.trim();
  const row = rows.find(({ ids }) => ids.includes(words.blank));
  const known =
    FIELDS.find(({ zh }) => zh === label)?.key ?? rows.find((other) => other.own && other !== row && other.label === label)?.field;
  const lines = words.lines === null || words.lines === row?.lines ? {} : { lines: words.lines };
  if (known !== undefined) return known === row?.field ? lines : { field: known, ...lines };
  return {
    newField: { zh: label, type, required, ...(maxLength === null ? {} : { maxLength }), ...(options.length === 0 ? {} : { options }) },
    ...lines,
  };
}

/** @param guesses of the import, before any decision */
export function rowsOf(files: PackFiles, guesses: ImportReport['guesses']): readonly BlankRow[] {
  const manifest = parseManifest(files.manifest);
  const groups = Map.groupBy(describeBlanks(files, guesses), ({ groupId, field }) => (isSignedOn(field) ? field : groupId));
  return [...groups.values()].flatMap((group) => toRow(group, manifest));
}

function toRow(group: readonly DescribedBlank[], manifest: Manifest): readonly BlankRow[] {
  const [first] = group;
  if (first === undefined) return [];
  const ids = group.map(({ id }) => id);
  const spec = manifest.fields.find(({ key }) => key === first.field) ?? KNOWN.get(first.field);
  const paths = manifest.blanks.filter(({ id }) => ids.includes(id)).map(({ path }) => path);
  const { field, label, type, clause, paragraph, before, own, lines, confidence } = first;
  const kind = kindOf(first, paths[0] ?? '', spec?.owner === 'system');
  return [
    {
      ...{ ids, kind, field, label, type, clause, paragraph, before, own, lines },
      after: group.at(-1)?.after ?? '',
      required: spec?.required ?? 'never',
      maxLength: spec?.maxLength ?? 0,
      options: kind === 'choice' ? paths.map((path) => path.slice(path.indexOf('.') + 1)) : own ? (spec?.options ?? []) : [],
      guess: confidence === null || confidence >= CERTAIN ? 'certain' : confidence > 0 || !isNameless(label) ? 'likely' : 'unknown',
    },
  ];
}

/** Called by its place, for want of words around it. */
export const isNameless = (label: string): boolean => /^第\d+段空格/u.test(label);

const isSignedOn = (field: string): boolean => field.startsWith('signedOn.');

/** A date is one where year, month and day stand apart; in one gap it is a value like any other, and so is a choice without boxes. */
function kindOf({ field }: DescribedBlank, path: string, system: boolean): BlankRow['kind'] {
  if (isSignedOn(field)) return 'signedOn';
  if (system) return 'system';
  const named = parseBlankPath(path);
  if (named?.kind === 'choice') return 'choice';
  return named?.kind === 'value' && named.part !== undefined ? 'date' : 'value';
}
