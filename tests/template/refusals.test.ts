/** Refusals of the template room that stand between a text and its pages. */
import { describe, expect, test } from 'vitest';
import { readSourceCharacters } from '../../src/template/docx-plain-text.ts';
import { checkMargins, checkSourceText } from '../../src/template/docx-text.ts';
import { parseXml } from '../../src/template/docx-xml.ts';
import { loadPack } from '../../src/template/load-pack.ts';
import { parseManifest, printManifest } from '../../src/template/manifest.ts';
import { renderRevisionZero } from '../../src/template/revision-zero.ts';
import { wizardSource } from '../http/wizard-source.ts';
import { fonts, makeData, packFiles, template } from '../verify/signed-agreement.ts';
import { docx, importCase, NAMESPACES, p, r, refusalOf, tbl, tc, u } from './docx-builder.ts';
import { compilePack, valuesFor } from './imported-pack.ts';

describe('what cannot be set on a page is refused', () => {
  test('a table row higher than a page', () => {
    const tall = Array.from({ length: 90 }, () => p(r('一行'))).join('');
    const source = wizardSource(tbl([1, 1], tc(tall) + tc(p(r('右')))));
    expect(refusalOf(() => compilePack(importCase(source), source))).toMatchObject({ code: 'TEMPLATE_TOO_TALL' });
  });

  test('a value too long for its blank, by its name and its limit', () => {
    const source = wizardSource(p(r('乙方统一社会信用代码：') + u('  ') + r('。')));
    const narrow = compilePack(importCase(source), source);
    const refused = refusalOf(() => renderRevisionZero(narrow, makeData(valuesFor(narrow), null, narrow)));
    expect(refused.code).toBe('VALUE_TOO_WIDE');
    expect(refused.zh).toMatch(/最多约 \d+ 个汉字，现在有 18 个/);
  });

  test('data made for another prefix of the same pack', () => {
    const data = makeData();
    const other = { ...data, template: { ...data.template, version: '9' } };
    expect(refusalOf(() => renderRevisionZero(template, other)).code).toBe('AGREEMENT_TEMPLATE_MISMATCH');
  });
});

describe('what a table hides is refused', () => {
  const strange = '<w:strange/>';
  test.each<[string, string, string]>([
    [
      'words in a cell that was merged away',
      tbl([1, 1], tc(p(r('甲')), '<w:hMerge w:val="restart"/>') + tc(p(r('乙')), '<w:hMerge/>')),
      'TEMPLATE_SOURCE_MERGED_CELLS',
    ],
    ['something unknown in a cell', tbl([1], tc(p(r('甲')) + strange)), 'TEMPLATE_SOURCE_ELEMENT_UNKNOWN'],
    ['something unknown in a row', tbl([1], tc(p(r('甲'))) + strange), 'TEMPLATE_SOURCE_ELEMENT_UNKNOWN'],
    ['a cell that somebody proposes to add', tbl([1], tc(p(r('甲')), '<w:cellIns/>')), 'TEMPLATE_SOURCE_TRACKED_CHANGES'],
  ])('%s', (_, body, code) => {
    expect(refusalOf(() => importCase({ body })).code).toBe(code);
  });
});

describe('the second reading of a source', () => {
  const headed = (text: string) => docx({ body: p(r('甲')), header: p(r(text)) });
  const part = 'word/header.xml';

  test('refuses a header that says something else, and a kept line that is in none', () => {
    const { margins } = importCase(headed('实习协议')).pack;
    if (margins === undefined) throw new Error('no margins');
    expect(refusalOf(() => checkMargins(headed('实习协议'), [{ part, text: '实习协议' }], margins)).code).toBe('ACCEPTED');
    expect(refusalOf(() => checkMargins(headed('实习协议'), [{ part, text: '实习合同' }], undefined)).code).toBe(
      'TEMPLATE_SOURCE_TEXT_DIFFERS',
    );
    expect(refusalOf(() => checkMargins(headed('另一页眉'), [{ part, text: '另一页眉' }], margins)).code).toBe(
      'TEMPLATE_SOURCE_TEXT_DIFFERS',
    );
  });

  test('refuses blanks that would swallow more characters than the source has', () => {
    const source = docx({ body: p(r('单位：____。')) });
    const { pack } = importCase(source);
    const blanks = pack.manifest.blanks.map((blank) => ({ ...blank, source: { ...blank.source, chars: 99 } }));
    const greedy = { ...pack, manifest: { ...pack.manifest, blanks } };
    expect(refusalOf(() => checkSourceText(source, greedy)).code).toBe('TEMPLATE_SOURCE_TEXT_DIFFERS');
  });

  test('refuses a part that is no UTF-8, like the first', () => {
    const spoilt = docx({ body: '', parts: { 'word/x.xml': Uint8Array.of(0x3c, 0xff) } });
    expect(refusalOf(() => readSourceCharacters(spoilt, 'word/x.xml')).code).toBe('TEMPLATE_SOURCE_XML_MALFORMED');
    expect(refusalOf(() => parseXml(Uint8Array.of(0x3c, 0xff))).code).toBe('TEMPLATE_SOURCE_XML_MALFORMED');
    expect(refusalOf(() => parseXml(new Uint8Array())).code).toBe('TEMPLATE_SOURCE_XML_MALFORMED');
  });

  test('refuses a header of characters that no text has', () => {
    expect(refusalOf(() => importCase(headed('协议\u{e123}'))).code).toBe('TEMPLATE_SOURCE_CHARACTER_REFUSED');
  });
});

describe('a pack whose pages are not those that were published is refused', () => {
  const sample = parseManifest(packFiles.manifest);
  const [lengthBytes, sha256] = [sample.prefix?.lengthBytes ?? 0, sample.prefix?.sha256 ?? sample.textSha256];
  test.each([
    ['not published at all', null],
    ['of another length', { lengthBytes: lengthBytes + 1, sha256 }],
    ['of another digest', { lengthBytes, sha256: sample.textSha256 }],
  ])('%s', (_, prefix) => {
    const files = { ...packFiles, manifest: printManifest({ ...sample, prefix }) };
    expect(refusalOf(() => loadPack(files, fonts)).code).toBe('TEMPLATE_ALTERED');
  });
});

describe('what holds no text is refused', () => {
  test('a document without any body element', () => {
    const parts = { 'word/document.xml': `<w:document ${NAMESPACES}></w:document>` };
    expect(refusalOf(() => importCase({ body: '', parts })).code).toBe('TEMPLATE_SOURCE_EMPTY');
  });

  test.each([
    ['a document without a body', '', 'TEMPLATE_SOURCE_EMPTY'],
    ['a table without rows', tbl([1]), 'TEMPLATE_SOURCE_TABLE_RAGGED'],
    ['a row without cells', tbl([1], ''), 'TEMPLATE_SOURCE_TABLE_RAGGED'],
  ])('%s', (_, body, code) => {
    expect(refusalOf(() => importCase({ body })).code).toBe(code);
  });
});
