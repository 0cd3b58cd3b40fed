/** The one way a template comes in: an official .docx becomes body.hbs, manifest.json and a report to confirm. */
import { FIELDS } from '../agreement/fields.ts';
import { BOXES_NEEDED, type FormKind, PARTY_ROLES, type PartyRole } from '../agreement/parties.ts';
import { fromUtf8 } from '../bytes.ts';
import { sha256Hex } from '../digest.ts';
import type { BlankGuess } from './blank-ledger.ts';
import { printBody } from './body.ts';
import { disassembleBlocks } from './document-blocks.ts';
import { inlineText } from './document-text.ts';
import { readDocxDocument } from './docx-document.ts';
import { fillDocument } from './docx-fill.ts';
import { readMargins } from './docx-margins.ts';
import { readDocxPackage } from './docx-package.ts';
import { placeMargins } from './docx-sections.ts';
import { type CharacterAccount, checkMargins, checkSourceText } from './docx-text.ts';
import { lockedText, type Manifest, printManifest, readPackDocument } from './manifest.ts';
import type { Block, TemplateStatus } from './template-document.ts';

export interface ImportOptions {
  readonly pack: string;
  readonly version: string;
  /** The document's own title when absent. */
  readonly title?: string;
  readonly status: TemplateStatus;
  /** An agreement when absent. */
  readonly kind?: FormKind;
}

/** What a person should look at before the template is signed. */
export interface ImportReport {
  readonly paragraphs: number;
  readonly characters: CharacterAccount;
  readonly guesses: readonly BlankGuess[];
  /** Catalogue fields that every agreement needs and this template does not ask for. */
  readonly missingFields: readonly string[];
  /** Who has nowhere to sign although a form of this kind needs it. */
  readonly missingSignatures: readonly PartyRole[];
  /** Who signs, in the order of `PARTY_ROLES`. */
  readonly signatures: readonly PartyRole[];
  readonly margins: readonly { readonly part: string; readonly text: string }[];
  /** `paragraph` 0: of the whole file. */
  readonly notes: readonly { readonly paragraph: number; readonly zh: string }[];
}

export interface ImportedTemplate {
  /** Bytes of manifest.json; `prefix` is null until the template is compiled. */
  readonly manifest: Uint8Array;
  /** Bytes of body.hbs. */
  readonly body: Uint8Array;
  readonly report: ImportReport;
}

/**
 * Imports a template.
 * @throws AppError TEMPLATE_SOURCE_* for anything that would be lost or guessed at, naming the paragraph
 */
export function importTemplate(docx: Uint8Array, options: ImportOptions): ImportedTemplate {
  const file = readDocxPackage(docx);
  const source = readDocxDocument(file);
  const read = readMargins(file, source.sections, options.status);
  const { blocks: sourceBlocks, margins, notes } = placeMargins(source, read.sections);
  checkMargins(docx, read.parts, margins);
  const filled = fillDocument({ ...source, blocks: sourceBlocks });
  const { lines, blocks } = disassembleBlocks(filled.blocks, filled.generated);
  const body = fromUtf8(printBody(lines));
  const manifest: Manifest = {
    schema: 'sanfang.template/1',
    pack: options.pack,
    version: options.version,
    title: options.title ?? titleOf(filled.blocks) ?? options.pack,
    status: options.status,
    ...(options.kind === 'consent' ? { kind: options.kind } : {}),
    source: { file: 'source.docx', sha256: sha256Hex(docx), lengthBytes: docx.length },
    textSha256: sha256Hex(fromUtf8(lockedText(filled))),
    bodySha256: sha256Hex(body),
    stamping: 1,
    prefix: null,
    ...(margins === undefined ? {} : { margins }),
    blocks,
    blanks: [...filled.ledger.blanks],
    fields: filled.ledger.fields.map(({ aliases, options: words, ...spec }) => ({
      ...spec,
      aliases: [...aliases],
      ...(words === undefined ? {} : { options: [...words] }),
    })),
  };
  const printed = printManifest(manifest);
  const pack = readPackDocument({ manifest: printed, body, source: docx });
  const asked = new Set(manifest.blanks.map((blank) => blank.field));
  const report: ImportReport = {
    paragraphs: source.paragraphs,
    characters: checkSourceText(docx, pack),
    guesses: filled.ledger.guesses,
    missingFields:
      options.kind === 'consent' ? [] : FIELDS.filter((spec) => spec.required === 'always' && !asked.has(spec.key)).map((spec) => spec.key),
    missingSignatures: BOXES_NEEDED[options.kind ?? 'agreement'].filter((role) => !filled.signatures.includes(role)),
    signatures: PARTY_ROLES.filter((role) => filled.signatures.includes(role)),
    margins: read.parts,
    notes: [...source.notes, ...filled.notes, ...[...read.notes, ...notes].map((zh) => ({ paragraph: 0, zh }))].sort(
      (a, b) => a.paragraph - b.paragraph,
    ),
  };
  return { manifest: printed, body, report };
}

function titleOf(blocks: readonly Block[]): string | undefined {
  const title = blocks.find((block) => block.kind === 'paragraph' && block.style === 'title');
  return title?.kind === 'paragraph' ? inlineText(title.inlines).trim().slice(0, 80) : undefined;
}
