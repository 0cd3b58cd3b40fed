import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { fromLatin1, fromUtf8, toLatin1 } from '../../src/bytes.ts';
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

  it('refuses a container whose records are wrong, too many or too large', () => {
    const parts = Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`word/${i}.xml`, '']));
    expect(codeOf(docx({ ...plain, parts }))).toBe('TEMPLATE_SOURCE_TOO_LARGE');
    expect(codeOf(new Uint8Array((20 << 20) + 1))).toBe('TEMPLATE_SOURCE_TOO_LARGE');
    const twin = docx({ ...plain, parts: { 'word/aa.xml': 'a', 'word/bb.xml': 'a' } });
    expect(codeOf(fromLatin1(toLatin1(twin).replaceAll('word/bb.xml', 'word/aa.xml')))).toBe('TEMPLATE_SOURCE_DAMAGED');
    const spoil = (signature: number, at: number, value: number, octets: 2 | 4): string => {
      const bytes = docx(plain);
      const view = new DataView(bytes.buffer);
      const record = bytes.findLastIndex((_, place) => place + 4 <= bytes.length && view.getUint32(place, true) === signature);
      if (octets === 2) view.setUint16(record + at, value, true);
      else view.setUint32(record + at, value, true);
      return codeOf(bytes);
    };
    const [entry, end, local] = [0x02014b50, 0x06054b50, 0x04034b50];
    expect(spoil(entry, 0, 0, 4)).toBe('TEMPLATE_SOURCE_DAMAGED');
    expect(spoil(entry, 10, 12, 2)).toBe('TEMPLATE_SOURCE_DAMAGED');
    expect(spoil(entry, 20, 1 << 24, 4)).toBe('TEMPLATE_SOURCE_DAMAGED');
    expect(spoil(entry, 42, 1, 4)).toBe('TEMPLATE_SOURCE_DAMAGED');
    expect(spoil(local, 0, 0, 4)).toBe('TEMPLATE_SOURCE_DAMAGED');
    expect(spoil(end, 16, 0xffffffff, 4)).toBe('TEMPLATE_SOURCE_TOO_LARGE');
  });

  it('refuses a main part that is no text document', () => {
    const contentType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml';
    expect(codeOf(docx({ ...plain, contentType }))).toBe('TEMPLATE_SOURCE_NOT_DOCX');
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
