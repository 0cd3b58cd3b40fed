import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { fromUtf8 } from '../../src/bytes.ts';
import { readDocxPackage } from '../../src/template/docx-package.ts';
import { docx, importCase, p, r, refusalOf } from './docx-builder.ts';

const plain = { body: p(r('甲')) };
const codeOf = (bytes: Uint8Array): string => refusalOf(() => importCase(bytes)).code;

describe('readDocxPackage', () => {
  it('opens a plain .docx', () => {
    expect(readDocxPackage(docx(plain)).documentPart).toBe('word/document.xml');
  });

  it('refuses what is not a .docx', () => {
    expect(codeOf(fromUtf8('%PDF-1.7'))).toBe('TEMPLATE_SOURCE_NOT_DOCX');
    expect(codeOf(new Uint8Array())).toBe('TEMPLATE_SOURCE_NOT_DOCX');
    expect(codeOf(zipSync({ 'a.txt': fromUtf8('a') }))).toBe('TEMPLATE_SOURCE_NOT_DOCX');
  });

  it('refuses an old .doc or a file with a password', () => {
    expect(codeOf(new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1]))).toBe('TEMPLATE_SOURCE_ENCRYPTED');
    const bytes = docx(plain);
    const directory = bytes.findLastIndex(
      (_byte, at) => bytes[at] === 0x50 && bytes[at + 1] === 0x4b && bytes[at + 2] === 1 && bytes[at + 3] === 2,
    );
    bytes[directory + 8] = (bytes[directory + 8] ?? 0) | 1;
    expect(codeOf(bytes)).toBe('TEMPLATE_SOURCE_ENCRYPTED');
  });

  it('refuses a zip bomb before inflating it', () => {
    expect(codeOf(docx({ ...plain, parts: { 'word/media/a.bin': new Uint8Array(30 << 20) } }))).toBe('TEMPLATE_SOURCE_TOO_LARGE');
  });

  it('refuses an entry that is longer than it claims, and a changed byte', () => {
    const bytes = docx({ ...plain, parts: { 'word/x.xml': 'a'.repeat(5000) } });
    const view = new DataView(bytes.buffer);
    for (let at = 0; at < bytes.length - 30; at++) {
      if (view.getUint32(at, true) === 0x02014b50 && view.getUint32(at + 24, true) === 5000) view.setUint32(at + 24, 40, true);
    }
    expect(codeOf(bytes)).toBe('TEMPLATE_SOURCE_DAMAGED');
    const changed = docx(plain);
    changed[60] = (changed[60] ?? 0) ^ 0xff;
    expect(codeOf(changed)).toMatch(/^TEMPLATE_SOURCE_(DAMAGED|NOT_DOCX)$/);
    expect(codeOf(docx(plain).slice(0, -30))).toBe('TEMPLATE_SOURCE_DAMAGED');
  });

  it('refuses macros', () => {
    expect(codeOf(docx({ ...plain, parts: { 'word/vbaProject.bin': 'x' } }))).toBe('TEMPLATE_SOURCE_MACROS');
    expect(codeOf(docx({ ...plain, contentType: 'application/vnd.ms-word.document.macroEnabled.main+xml' }))).toBe(
      'TEMPLATE_SOURCE_MACROS',
    );
  });

  it('refuses content from elsewhere but keeps hyperlinks as text', () => {
    const link = (type: string, target: string): string =>
      docxCode(`<Relationship Id="e" Type="http://x/relationships/${type}" Target="${target}" TargetMode="External"/>`);
    const docxCode = (rels: string): string => codeOf(docx({ ...plain, rels }));
    expect(link('image', 'https://example.org/a.png')).toBe('TEMPLATE_SOURCE_EXTERNAL_LINK');
    expect(link('attachedTemplate', 'https://example.org/a.dotm')).toBe('TEMPLATE_SOURCE_EXTERNAL_LINK');
    expect(link('attachedTemplate', 'file:///C:/Normal.dotm')).toBe('ACCEPTED');
    expect(link('hyperlink', 'https://example.org/')).toBe('ACCEPTED');
  });

  it('refuses a document type, unknown entities and broken XML', () => {
    const main = (xml: string): string => codeOf(docx({ ...plain, parts: { 'word/document.xml': xml } }));
    expect(main('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')).toBe('TEMPLATE_SOURCE_DOCTYPE');
    expect(main('<a>&b;</a>')).toBe('TEMPLATE_SOURCE_XML_MALFORMED');
    expect(main('<a>')).toBe('TEMPLATE_SOURCE_XML_MALFORMED');
    expect(main('<a>'.repeat(500) + '</a>'.repeat(500))).toBe('TEMPLATE_SOURCE_XML_MALFORMED');
  });
});
