/** Confirming an import: a person says which field a blank asks for; the text never changes, and no blank can be removed. */
import { FIELDS, type FieldSpec } from '../agreement/fields.ts';
import { normaliseHeading } from '../agreement/roster-headings.ts';
import { fromUtf8 } from '../bytes.ts';
import { sha256Hex } from '../digest.ts';
import { AppError } from '../errors.ts';
import { type BodyLine, parseBlankPath, parseBody, printBlankPath, printBody } from './body.ts';
import { containersOfLines, groupOf, type PlacedEntry, placeEntries } from './confirm-groups.ts';
import { type Manifest, type ManifestBlank, printManifest, readPackDocument } from './manifest.ts';

/** The two files of a pack that a confirmation changes. */
export interface PackPair {
  readonly manifest: Uint8Array;
  readonly body: Uint8Array;
}

/** A field that only this template knows. Its label is also the heading of its column in a roster. */
export interface NewField {
  readonly zh: string;
  readonly type: FieldSpec['type'];
  readonly required?: 'always' | 'never';
  /** In code points; 60 a line where absent. */
  readonly maxLength?: number;
  /** The words to choose from where no boxes are drawn for them. */
  readonly options?: readonly string[];
}

/** What is said of one blank; of a date or a question, it is said of all its parts or boxes. */
export interface BlankChange {
  /** Key of a field of the catalogue, or of one that this template already has. */
  readonly field?: string;
  readonly newField?: NewField;
  /** How many of the drawn lines that follow belong to it, its own included. */
  readonly lines?: number;
  readonly align?: 'left' | 'center';
}

/** What is being changed: entries and paths by position, fields by key. */
interface Draft {
  readonly blanks: ManifestBlank[];
  readonly fields: FieldSpec[];
}

/**
 * Gives a blank another field, more or fewer lines, or another alignment.
 * @returns both files, consistent with each other; the prefix has to be published anew
 * @throws AppError TEMPLATE_BLANK_UNKNOWN, _FIXED, _FIELD_UNKNOWN, _TYPE_WRONG, _LABEL_WRONG, _LINES_WRONG, and those of `readPackDocument`
 */
export function renameBlank(pack: PackPair, blankId: string, change: BlankChange): PackPair {
  const { manifest, bodyText } = readPackDocument(pack);
  const lines = parseBody(bodyText);
  const placed = placeEntries(lines, manifest.blanks);
  const at = manifest.blanks.findIndex((blank) => blank.id === blankId);
  const group = groupOf(placed, at);
  const [first] = group;
  if (first === undefined) throw new AppError('TEMPLATE_BLANK_UNKNOWN', { blank: blankId });
  if (first.path.kind === 'signedOn') throw new AppError('TEMPLATE_BLANK_FIXED', { blank: first.entry.label, id: blankId });
  const draft: Draft = { blanks: [...manifest.blanks], fields: [...manifest.fields] };
  if (change.newField !== undefined && isDateGroup(group) && change.newField.type !== 'date') splitDate(group, change.newField, draft);
  else {
    const spec = change.newField === undefined ? namedField(change.field, draft) : addField(change.newField, group, draft);
    if (spec !== undefined) setField(group, spec, change.newField !== undefined, draft, blankId);
  }
  if (change.lines !== undefined) setLines(placed, lines, manifest, at, change.lines, draft);
  if (change.align !== undefined) {
    if (first.path.kind !== 'value') {
      throw new AppError('TEMPLATE_BLANK_TYPE_WRONG', {
        blank: first.entry.label,
        id: blankId,
        field: first.entry.label,
        why: '方框里打勾，没有左右之分',
      });
    }
    for (const { index } of group) amend(draft, index, { align: change.align });
  }
  return print(manifest, lines, placed, draft);
}

function namedField(key: string | undefined, draft: Draft): FieldSpec | undefined {
  if (key === undefined) return undefined;
  const spec = [...FIELDS, ...draft.fields].find((each) => each.key === key);
  if (spec === undefined) throw new AppError('TEMPLATE_BLANK_FIELD_UNKNOWN', { field: key });
  return spec;
}

const isDateGroup = ([first]: readonly PlacedEntry[]): boolean => first?.path.kind === 'value' && first.path.part !== undefined;
const PART_ZH = { year: '年', month: '月', day: '日' } as const;
/** What the parts of a date can be apart. */
const APART: ReadonlySet<FieldSpec['type']> = new Set(['text', 'integer', 'year']);

/** ＿年＿月＿日 that is no date: each gap asks for something of its own. @throws AppError TEMPLATE_BLANK_TYPE_WRONG */
function splitDate(group: readonly PlacedEntry[], wanted: NewField, draft: Draft): void {
  for (const each of group) {
    const { path, index, entry } = each;
    if (path.kind !== 'value' || path.part === undefined) continue;
    if (!APART.has(wanted.type))
      throw new AppError('TEMPLATE_BLANK_TYPE_WRONG', {
        blank: entry.label,
        id: entry.id,
        field: wanted.zh,
        why: '分开的年、月、日可以是日期、文字或整数',
      });
    const own = group.length === 1 ? wanted.zh : `${wanted.zh}（${PART_ZH[path.part]}）`;
    const spec = addField({ ...wanted, zh: own }, group, draft);
    amend(draft, index, describe(spec, spec.key));
  }
}

function addField(
  { zh, type, required = 'never', maxLength, options: words }: NewField,
  group: readonly PlacedEntry[],
  draft: Draft,
): FieldSpec {
  const label = zh.normalize('NFC').trim();
  const wrong = (why: string): AppError => new AppError('TEMPLATE_BLANK_LABEL_WRONG', { label: zh.slice(0, 40), why });
  if (!/^[\p{L}\p{N}（）()、·：:/—-]{1,40}$/u.test(label) || normaliseHeading(label) === '')
    throw wrong('只能用 1 到 40 个文字、数字和常用标点');
  const kept = draft.fields.filter((field) => !group.some(({ entry }) => entry.field === field.key));
  const known = [...FIELDS, ...kept].find((field) =>
    [field.zh, ...field.aliases].some((name) => normaliseHeading(name) === normaliseHeading(label)),
  );
  if (known !== undefined) throw wrong(`与已有栏目“${known.zh}”（${known.key}）重名`);
  const taken = new Set(draft.fields.map((field) => field.key));
  let number = 1;
  while (taken.has(`extra${number}`)) number++;
  const paragraph = group[0]?.entry.source.paragraph ?? 1;
  const drawn = group.flatMap(({ path }) => (path.kind === 'choice' ? [path.option] : []));
  const options = drawn.length > 0 ? drawn : readOptions(type, words, wrong);
  const spec: FieldSpec = {
    key: `extra${number}`,
    zh: label,
    owner: 'shared',
    type,
    required,
    scope: 'row',
    source: `模板第${paragraph}段`,
    aliases: [],
    maxLength: Math.min(2000, Math.max(1, maxLength ?? 60 * (group[0]?.entry.lines ?? 1))),
    ...(type === 'choice' && options.length > 0 ? { options } : {}),
  };
  draft.fields.push(spec);
  return spec;
}

/** @throws what `wrong` makes, unless a choice without boxes says what to choose from */
function readOptions(type: FieldSpec['type'], words: readonly string[] | undefined, wrong: (why: string) => AppError): readonly string[] {
  if (type !== 'choice') return [];
  const options = [...new Set((words ?? []).map((word) => word.normalize('NFC').trim()))];
  if (options.length < 2 || options.length > 20 || !options.every((word) => /^[\p{L}\p{N}（）()、·—-]{1,20}$/u.test(word)))
    throw wrong('没有画方框的选择要写出 2 到 20 个选项，每个不超过 20 字');
  return options;
}

function setField(group: readonly PlacedEntry[], spec: FieldSpec, isNew: boolean, draft: Draft, blankId: string): void {
  const [first] = group;
  const blank = first?.entry.label ?? '';
  const wrong = (why: string): AppError => new AppError('TEMPLATE_BLANK_TYPE_WRONG', { blank, id: blankId, field: spec.zh, why });
  const isChoice = first?.path.kind === 'choice';
  if (isDateGroup(group) && spec.type !== 'date') throw wrong('这里要分别填年、月、日，只能是日期；不是日期的，请新建文字或整数栏目');
  if (isChoice && spec.type !== 'choice') throw wrong('这是一组方框，只能是选择');
  const severalLines = first?.entry.lines !== undefined && (spec.type === 'date' || spec.type === 'choice');
  if (severalLines) throw wrong('日期和选择只占一行');
  const elsewhere = draft.blanks.some((blank, index) => blank.field === spec.key && !group.some((each) => each.index === index));
  if (isChoice && elsewhere) throw wrong('另一组方框已经用了它');
  const taken = new Set<string>();
  for (const { index, path } of group) {
    if (path.kind === 'choice') {
      const option = isNew ? path.option : spec.options?.find((each) => path.option.startsWith(each) || each.startsWith(path.option));
      if (option === undefined || taken.has(option)) throw wrong(`选项“${path.option}”不在其中（${(spec.options ?? []).join('、')}）`);
      taken.add(option);
      amend(draft, index, describe(spec, printBlankPath({ kind: 'choice', field: spec.key, option })));
    } else if (path.kind === 'value') amend(draft, index, describe(spec, printBlankPath({ ...path, field: spec.key })));
  }
}

const describe = (spec: FieldSpec, path: string): Partial<ManifestBlank> => ({
  path,
  field: spec.key,
  type: spec.type,
  label: spec.zh,
  clause: spec.source,
});

function amend(draft: Draft, index: number, changes: Partial<ManifestBlank>): void {
  const entry = draft.blanks[index];
  if (entry !== undefined) draft.blanks[index] = { ...entry, ...changes };
}

/** The drawn lines after a blank that hold nothing else become its lines; those it gives up become fields of their own. */
function setLines(
  placed: readonly PlacedEntry[],
  lines: readonly BodyLine[],
  manifest: Manifest,
  at: number,
  wanted: number,
  draft: Draft,
): void {
  const start = placed[at];
  const entry = draft.blanks[at];
  const wrong = (available: number): AppError =>
    new AppError('TEMPLATE_BLANK_LINES_WRONG', { blank: start?.entry.label ?? '', id: start?.entry.id ?? '', lines: wanted, available });
  if (
    start === undefined ||
    entry === undefined ||
    start.path.kind !== 'value' ||
    start.path.part !== undefined ||
    start.path.line !== undefined
  ) {
    throw wrong(1);
  }
  const containers = containersOfLines(manifest.blocks);
  const own = groupOf(placed, at).length;
  let available = 1;
  for (let next = at + 1; next < placed.length && continues(placed[next - 1], placed[next], lines, containers, available < own); next++)
    available++;
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > Math.min(40, available)) throw wrong(available);
  const { lines: _lines, ...single } = entry;
  draft.blanks[at] = wanted > 1 ? { ...single, lines: wanted, align: 'left' } : single;
  for (let offset = 1; offset < Math.max(own, wanted); offset++) {
    const index = at + offset;
    const blank = draft.blanks[index];
    if (blank === undefined) continue;
    const group = placed.slice(index, index + 1);
    const { field, type, label, clause } = entry;
    if (offset < wanted) amend(draft, index, { field, type, label, clause, path: `${field}.line${offset + 1}`, align: 'left' });
    else {
      const label = freeLabel(`${entry.label.slice(0, 30)}第${offset + 1}行`, draft);
      const spec = addField({ zh: label.replace(/[^\p{L}\p{N}（）]/gu, ''), type: 'text' }, group, draft);
      amend(draft, index, describe(spec, spec.key));
    }
  }
}

function freeLabel(label: string, draft: Draft): string {
  const taken = (name: string): boolean => draft.fields.some((field) => normaliseHeading(field.zh) === normaliseHeading(name));
  let number = 1;
  let free = label;
  while (taken(free)) free = `${label}（${++number}）`;
  return free;
}

/** Whether the next blank is a line of its own that writing could go on in. */
function continues(
  before: PlacedEntry | undefined,
  next: PlacedEntry | undefined,
  lines: readonly BodyLine[],
  containers: readonly number[],
  alreadyOwn: boolean,
): boolean {
  if (before === undefined || next === undefined || next.path.kind !== 'value' || next.path.part !== undefined) return false;
  if (alreadyOwn) return true;
  if (next.path.line !== undefined || next.entry.lines !== undefined) return false;
  if (next.line !== before.line + 1 || containers[next.line] !== containers[before.line]) return false;
  const words = (lines[next.line] ?? []).map((piece) => (piece.kind === 'text' ? piece.text : '')).join('');
  return /^\s*[。；;，,.]?\s*$/u.test(words) && (lines[next.line] ?? []).filter((piece) => piece.kind === 'blank').length === 1;
}

/** Both files, with the fields that no blank asks for any more left out. */
function print(manifest: Manifest, lines: readonly BodyLine[], placed: readonly PlacedEntry[], draft: Draft): PackPair {
  const paths = new Map(placed.map(({ line, piece, index }) => [`${line}/${piece}`, draft.blanks[index]?.path ?? '']));
  const changed = lines.map((line, at) =>
    line.map((piece, index) => {
      const path = parseBlankPath(paths.get(`${at}/${index}`) ?? '');
      return piece.kind === 'blank' && path !== undefined ? { ...piece, path } : piece;
    }),
  );
  const used = new Set(draft.blanks.map((blank) => blank.field));
  const fields = draft.fields
    .filter((field) => used.has(field.key))
    .map(({ aliases, options, range: _range, ...spec }) => ({
      ...spec,
      aliases: [...aliases],
      ...(options === undefined ? {} : { options: [...options] }),
    }));
  return printPair({ ...manifest, blanks: draft.blanks, fields }, changed);
}

/** Both files, whose prefix has to be published anew. @throws AppError of `readPackDocument` when they contradict each other */
export function printPair(manifest: Manifest, lines: readonly BodyLine[]): PackPair {
  const body = fromUtf8(printBody(lines));
  const printed = printManifest({ ...manifest, bodySha256: sha256Hex(body), prefix: null });
  readPackDocument({ manifest: printed, body });
  return { manifest: printed, body };
}
