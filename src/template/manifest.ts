/** `manifest.json`: everything about a template pack that is not its text, and the check that the two still belong together. */
import { z } from 'zod';
import { FIELD_TYPES } from '../agreement/fields.ts';
import { FORM_KINDS, PARTY_ROLES } from '../agreement/parties.ts';
import { fromUtf8, toUtf8 } from '../bytes.ts';
import { isSha256, sha256Hex } from '../digest.ts';
import { AppError } from '../errors.ts';
import { isBodyText, parseBlankPath, parseBody } from './body.ts';
import { assembleBlocks } from './document-blocks.ts';
import { documentText } from './document-text.ts';
import { MAX_FOOTER_LINES, MAX_HEADER_LINES, MAX_LATER_SECTIONS } from './margin-lines.ts';
import type { TemplateDocument } from './template-document.ts';

const sha = z.string().refine(isSha256);
const count = z.int().min(0);
const em = z.number().min(0).max(200);
const range = z.tuple([count, count]);

const paragraphBlock = z.strictObject({
  kind: z.literal('paragraph'),
  style: z.enum(['title', 'heading', 'body']),
  align: z.enum(['left', 'center', 'right', 'justify']),
  firstLineEm: z.number().min(-100).max(100),
  leftEm: em,
  /** UTF-16 units at the start of the line that are an automatic number, absent from the text of the source. */
  generated: count,
  /** Half-open ranges of UTF-16 units in the line's text, each value blank counting as one unit and a choice as none. */
  bold: z.array(range),
  underline: z.array(range),
});

const signatureBlock = z.strictObject({ kind: z.literal('signatureBox'), role: z.enum(PARTY_ROLES), lines: z.int().min(1).max(40) });

const tableBlock = z.strictObject({
  kind: z.literal('table'),
  columns: z.array(z.int().min(1).max(1000)).min(1).max(64),
  /** Absent: all. */
  borders: z.enum(['all', 'none']).exactOptional(),
  rows: z
    .array(
      z.strictObject({
        cells: z
          .array(
            z.strictObject({
              columnSpan: z.int().min(1).max(64),
              continues: z.literal(true).exactOptional(),
              blocks: z.array(z.discriminatedUnion('kind', [paragraphBlock, signatureBlock])),
            }),
          )
          .min(1),
      }),
    )
    .min(1),
});

const pageBreak = z.strictObject({ kind: z.literal('pageBreak') });
const sectionStart = z.strictObject({ kind: z.literal('section'), number: z.int().min(1).max(MAX_LATER_SECTIONS) });

const fieldSpec = z.strictObject({
  key: z.string().refine((key) => parseBlankPath(key)?.kind === 'value'),
  zh: z.string().min(1).max(60),
  owner: z.enum(['school', 'unit', 'student', 'guardian', 'shared', 'system']),
  type: z.enum(FIELD_TYPES),
  required: z.enum(['always', 'minor', 'never']),
  scope: z.enum(['row', 'batch']),
  source: z.string().min(1),
  aliases: z.array(z.string()),
  options: z.array(z.string()).min(1).exactOptional(),
  maxLength: z.int().min(1).max(2000),
});

const blankEntry = z.strictObject({
  /** b1, b2, … in the order of the text. */
  id: z.string().regex(/^b[1-9][0-9]*$/),
  path: z.string().refine((path) => ['value', 'choice', 'signedOn'].includes(parseBlankPath(path)?.kind ?? '')),
  field: z.string(),
  type: z.enum(FIELD_TYPES),
  label: z.string(),
  clause: z.string(),
  widthEm: em,
  align: z.enum(['left', 'center']),
  /** On the first of several drawn lines for one value: how many there are. */
  lines: z.int().min(2).max(40).exactOptional(),
  /** Where the source has it: paragraph counted from 1, how it was drawn there, and how many characters it replaced. */
  source: z.strictObject({
    paragraph: z.int().min(1),
    form: z.enum([
      'underscores',
      'underlinedSpaces',
      'tabLeader',
      'date',
      'spaces',
      'box',
      'cell',
      'prompt',
      'ruled',
      'placeholder',
      'label',
    ]),
    chars: count,
  }),
});

const marginLine = z
  .array(z.union([z.string().min(1).refine(isBodyText), z.strictObject({ count: z.enum(['page', 'pages']) }).readonly()]))
  .min(1)
  .readonly();
const pageMargins = z
  .strictObject({
    header: z.array(marginLine).max(MAX_HEADER_LINES).readonly(),
    footer: z.array(marginLine).max(MAX_FOOTER_LINES).readonly(),
  })
  .readonly();
const sectionMargins = { usual: pageMargins, first: pageMargins.exactOptional(), even: pageMargins.exactOptional() };

/** Name of a template; several folders may hold versions of it. */
export const packName = z
  .string()
  .max(40)
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
/** As agreements name it. */
export const packVersion = z.string().regex(/^[0-9A-Za-z][0-9A-Za-z.-]{0,15}$/);

const manifestSchema = z.strictObject({
  schema: z.literal('sanfang.template/1'),
  pack: packName,
  version: packVersion,
  title: z.string().min(1).max(80),
  status: z.enum(['national', 'regional', 'sample']),
  /** Absent: an agreement. */
  kind: z.enum(FORM_KINDS).exclude(['agreement']).exactOptional(),
  source: z.strictObject({ file: z.literal('source.docx'), sha256: sha, lengthBytes: z.int().min(1) }),
  /** SHA-256 of the locked text (`lockedText`) in UTF-8. */
  textSha256: sha,
  /** SHA-256 of the bytes of body.hbs. */
  bodySha256: sha,
  stamping: z.literal(1),
  /** Filled by the compile step. */
  prefix: z.strictObject({ lengthBytes: z.int().min(1), sha256: sha }).nullable(),
  /** What the source repeats at the head and foot of its pages; absent when that is nothing but page numbers. */
  margins: z
    .strictObject({
      ...sectionMargins,
      later: z.array(z.strictObject(sectionMargins)).min(1).max(MAX_LATER_SECTIONS).readonly().exactOptional(),
    })
    .exactOptional(),
  blocks: z.array(z.discriminatedUnion('kind', [paragraphBlock, signatureBlock, tableBlock, pageBreak, sectionStart])).min(1),
  blanks: z.array(blankEntry),
  /** Specs of the blanks that the catalogue does not know. */
  fields: z.array(fieldSpec),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type ManifestBlock = Manifest['blocks'][number];
export type ManifestParagraph = z.infer<typeof paragraphBlock>;
export type ManifestBlank = Manifest['blanks'][number];

/** A template read from its pack: the document, and the manifest it came with. */
export interface PackDocument extends TemplateDocument {
  readonly manifest: Manifest;
  /** body.hbs as text. */
  readonly bodyText: string;
}

/**
 * The locked text: one paragraph a line, every value blank as one ＿ (U+FF3F), choices with their □, signature boxes as
 * empty lines. Page breaks have no line. This is what `template text` prints and `textSha256` covers.
 */
export const lockedText = documentText;

/** @throws AppError TEMPLATE_MANIFEST_MALFORMED unless the bytes are JSON of the strict schema, with the place */
export function parseManifest(bytes: Uint8Array): Manifest {
  const parsed = manifestSchema.safeParse(readJson(bytes));
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new AppError('TEMPLATE_MANIFEST_MALFORMED', { where: where === '' ? '最外层' : where });
}

function readJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(toUtf8(bytes));
  } catch {
    throw new AppError('TEMPLATE_MANIFEST_MALFORMED', { where: '不是 JSON 文本' });
  }
}

/** UTF-8 JSON with two-space indentation and a final LF; `parseManifest` is the inverse. */
export const printManifest = (manifest: Manifest): Uint8Array => fromUtf8(`${JSON.stringify(manifest, null, 2)}\n`);

/**
 * Reads a pack's manifest and body and checks that nothing was edited since the import.
 * @param files the bytes on disk; `source` is checked as well when given
 * @throws AppError TEMPLATE_MANIFEST_MALFORMED, TEMPLATE_BODY_GRAMMAR, TEMPLATE_ALTERED naming what differs
 */
export function readPackDocument(files: {
  readonly manifest: Uint8Array;
  readonly body: Uint8Array;
  readonly source?: Uint8Array;
}): PackDocument {
  const manifest = parseManifest(files.manifest);
  if (sha256Hex(files.body) !== manifest.bodySha256) throw altered('正文 body.hbs 的内容变了');
  if (files.source !== undefined && sha256Hex(files.source) !== manifest.source.sha256) throw altered('原件 source.docx 的内容变了');
  const bodyText = readBody(files.body);
  const blocks = assembleBlocks(parseBody(bodyText), manifest);
  const sections = blocks.flatMap((block) => (block.kind === 'section' ? [block.number] : []));
  if (sections.join() !== (manifest.margins?.later ?? []).map((_each, at) => at + 1).join())
    throw altered('清单里各节的页眉页脚与正文分节不符');
  const document = {
    pack: manifest.pack,
    version: manifest.version,
    title: manifest.title,
    status: manifest.status,
    kind: manifest.kind ?? 'agreement',
    blocks,
    ...(manifest.margins === undefined ? {} : { margins: manifest.margins }),
  } as const;
  if (sha256Hex(fromUtf8(lockedText(document))) !== manifest.textSha256) throw altered('正文文字与清单里的文字摘要不符');
  return { ...document, manifest, bodyText };
}

function readBody(bytes: Uint8Array): string {
  try {
    return toUtf8(bytes);
  } catch {
    throw altered('正文 body.hbs 不是 UTF-8 文本');
  }
}

const altered = (what: string): AppError => new AppError('TEMPLATE_ALTERED', { what });
