/** A text filled with made-up values, to be looked at as a reading text and as a PDF; nobody can sign it. */
import type { AgreementData } from '../agreement/agreement-data.ts';
import { agreementNumberFrom } from '../agreement/agreement-number.ts';
import { sha256Hex } from '../digest.ts';
import { AppError } from '../errors.ts';
import { compileTemplate } from '../template/compile.ts';
import type { FontLibrary } from '../template/font-library.ts';
import { ALWAYS_IN_FORCE } from '../template/in-force.ts';
import type { LockedTemplate } from '../template/locked-template.ts';
import type { PackDocument } from '../template/manifest.ts';
import { VALUE_FLOOR_PT } from '../template/page-geometry.ts';
import { renderRevisionZero } from '../template/revision-zero.ts';
import { exampleFields } from './example-values.ts';
import { type ReadingBlock, readingBody } from './reading-view.ts';
import type { Ports } from './workflow.ts';

export interface TemplatePreview {
  readonly title: string;
  readonly status: string;
  readonly pageCount: number;
  readonly body: readonly ReadingBlock[];
}

/** Compiled as a sample, without its prefix being published. @throws AppError TEMPLATE_SIGNATURE_BOX, GLYPH_MISSING, TEMPLATE_TOO_TALL */
export const lockForPreview = (document: PackDocument, fonts: FontLibrary): LockedTemplate =>
  compileTemplate({ ...document, status: 'sample' }, document.manifest.fields, fonts, ALWAYS_IN_FORCE);

/** One that is loaded. @throws AppError TEMPLATE_NOT_FOUND */
export function loadedTemplate({ templates }: Pick<Ports, 'templates'>, pack: string, version: string): LockedTemplate {
  const template = templates.find((each) => each.pack === pack && each.version === version);
  if (template === undefined) throw new AppError('TEMPLATE_NOT_FOUND', { pack: `${pack} ${version}`.slice(0, 60) });
  return template;
}

export function previewTemplate(template: LockedTemplate): TemplatePreview {
  const { title, status, pageCount } = template;
  const body = readingBody(template, exampleData(template));
  return { title, status, pageCount, body };
}

/** Revision 0 with the made-up values. @throws AppError VALUE_TOO_WIDE, GLYPH_MISSING */
export const previewFile = (template: LockedTemplate): Uint8Array => renderRevisionZero(template, exampleData(template));

/** Characters of the smallest type in the narrowest blank of a field; a field without a blank has room enough. */
const roomOf = ({ blanks }: LockedTemplate, key: string): number => {
  const widths = blanks.flatMap(({ blank, widthMpt }) => (blank.kind === 'value' && blank.field === key ? [widthMpt] : []));
  return widths.length === 0 ? 40 : Math.floor(Math.min(...widths) / (VALUE_FLOOR_PT * 1000));
};

/** The number is all zeros: no agreement has it. */
const exampleData = (template: LockedTemplate): AgreementData => ({
  schema: 'sanfang.agreement/1',
  stamping: 1,
  template: { pack: template.pack, version: template.version, prefixSha256: template.prefixSha256 },
  agreementNumber: agreementNumberFrom(new Uint8Array(13)),
  fields: exampleFields(template.fields, (key) => roomOf(template, key)),
  annex: null,
  ...(template.kind === 'consent' ? { refersTo: NO_AGREEMENT } : {}),
});

/** What a made-up consent form goes with. */
const NO_AGREEMENT = {
  kind: 'consent',
  agreementNumber: agreementNumberFrom(new Uint8Array(13).fill(1)),
  sha256: sha256Hex(new Uint8Array(0)),
} as const;
