/** Small .docx files written by hand for tests: a body, and whatever other parts a case needs. */
import { zipSync } from 'fflate';
import { fromUtf8 } from '../../src/bytes.ts';
import { AppError } from '../../src/errors.ts';
import { type ImportedTemplate, importTemplate } from '../../src/template/import-template.ts';
import { type PackDocument, readPackDocument } from '../../src/template/manifest.ts';

const W = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
export const NAMESPACES = `xmlns:w="${W}" xmlns:r="${OFFICE}" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"`;

export const r = (text: string, properties = ''): string =>
  `<w:r><w:rPr>${properties}</w:rPr><w:t xml:space="preserve">${text}</w:t></w:r>`;
export const u = (text: string): string => r(text, '<w:u w:val="single"/>');
export const p = (content: string, properties = ''): string => `<w:p><w:pPr>${properties}</w:pPr>${content}</w:p>`;
export const tc = (content: string, properties = ''): string => `<w:tc><w:tcPr>${properties}</w:tcPr>${content}</w:tc>`;
export const tbl = (widths: readonly number[], ...rows: readonly string[]): string =>
  `<w:tbl><w:tblPr><w:tblBorders><w:top w:val="single"/></w:tblBorders></w:tblPr><w:tblGrid>${widths.map((w) => `<w:gridCol w:w="${w}"/>`).join('')}</w:tblGrid>${rows.map((row) => `<w:tr>${row}</w:tr>`).join('')}</w:tbl>`;

export interface DocxCase {
  readonly body: string;
  readonly styles?: string;
  readonly numbering?: string;
  readonly header?: string;
  readonly footer?: string;
  /** Further parts, or replacements of the usual ones. */
  readonly parts?: Readonly<Record<string, string | Uint8Array>>;
  readonly contentType?: string;
  readonly rels?: string;
}

/** The bytes of a .docx. */
export function docx(file: DocxCase): Uint8Array {
  const optional = (['styles', 'numbering', 'header', 'footer'] as const).filter((name) => file[name] !== undefined);
  const rels = optional.map((name) => `<Relationship Id="${name}" Type="${OFFICE}/${name}" Target="${name}.xml"/>`).join('');
  const section = `<w:sectPr>${(['header', 'footer'] as const)
    .filter((name) => file[name] !== undefined)
    .map((name) => `<w:${name}Reference w:type="default" r:id="${name}"/>`)
    .join('')}</w:sectPr>`;
  const main = file.contentType ?? 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml';
  const relationships = (inner: string): string =>
    `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${inner}</Relationships>`;
  const parts: Record<string, string | Uint8Array> = {
    '[Content_Types].xml': `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="${main}"/></Types>`,
    '_rels/.rels': relationships(`<Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="word/document.xml"/>`),
    'word/_rels/document.xml.rels': relationships(rels + (file.rels ?? '')),
    'word/document.xml': `<w:document ${NAMESPACES}><w:body>${file.body}${section}</w:body></w:document>`,
    ...file.parts,
  };
  const tags = { styles: 'styles', numbering: 'numbering', header: 'hdr', footer: 'ftr' } as const;
  for (const name of optional) parts[`word/${name}.xml`] = `<w:${tags[name]} ${NAMESPACES}>${file[name]}</w:${tags[name]}>`;
  return zipSync(Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, typeof part === 'string' ? fromUtf8(part) : part])));
}

export interface Imported extends ImportedTemplate {
  readonly pack: PackDocument;
  /** body.hbs, line by line. */
  readonly lines: readonly string[];
}

export function importCase(file: DocxCase | Uint8Array, status: 'sample' | 'national' = 'sample'): Imported {
  const bytes = file instanceof Uint8Array ? file : docx(file);
  const imported = importTemplate(bytes, { pack: 'case', version: '1', title: '试', status });
  const pack = readPackDocument({ ...imported, source: bytes });
  return { ...imported, pack, lines: pack.bodyText.split('\n').slice(0, -1) };
}

/** The code that an import is refused with, and the paragraph it names. */
export function refusalOf(act: () => unknown): { readonly code: string; readonly paragraph?: string | number; readonly zh: string } {
  try {
    act();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code, zh } = error;
    return error.params['paragraph'] === undefined ? { code, zh } : { code, zh, paragraph: error.params['paragraph'] };
  }
  return { code: 'ACCEPTED', zh: '' };
}
