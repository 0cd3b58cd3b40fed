/** What is no agreement: said plainly by its kind; text is compared with known templates for information only; nothing ever passes. */
import fc from 'fast-check';
import { PDFDocument, StandardFonts } from 'pdf-lib';
import { describe, expect, test } from 'vitest';
import { concatBytes, fromLatin1, toLatin1 } from '../../../src/bytes.ts';
import type { LockedTemplate } from '../../../src/template/locked-template.ts';
import { compareText } from '../../../src/verify/foreign/compare-text.ts';
import { FOREIGN_FINDINGS } from '../../../src/verify/foreign/foreign-findings.ts';
import { append, CONTENT, check, codes, objectOf, sign, signed, stream, tamper, unsigned, withEntry } from './foreign-pdf.ts';

const zip = (name: string): string =>
  `PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0${String.fromCharCode(name.length)}\0\0\0${name}`;

describe('what is no PDF is named', () => {
  test.each([
    [zip('OFD.xml'), 'OFD'],
    [zip('word/document.xml'), 'Word'],
    [zip('xl/workbook.xml'), 'Excel'],
    ['\xff\xd8\xff\xe0', '照片'],
    ['\x89PNG\r\n', '图片'],
    ['II*\0', '图片'],
    ['\xd0\xcf\x11\xe0', 'Office'],
    ['Rar!', '压缩包'],
    ['', '空文件'],
    ['\x01\x02', '未知格式'],
  ])('%j', (bytes, name) => {
    const report = check(fromLatin1(bytes));
    expect(codes(report)).toEqual(['FILE_NOT_PDF']);
    expect(report.findings[0]?.zh).toContain(name);
    expect(report.verdict).toBe('indeterminate');
  });
});

const IMAGE_PAGE: readonly (readonly [number, string])[] = [
  [3, '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</I 8 0 R>>>>>>'],
  [7, '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</I 8 0 R>>>>>>'],
  [8, stream('/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray', 'x')],
];

describe('what kind of PDF', () => {
  test('unsigned', () => {
    const report = check(unsigned().file);
    expect(codes(report)).toEqual(['FILE_NOT_SIGNED']);
    expect(report.verdict).toBe('indeterminate');
  });

  test('only pictures', () => {
    const report = check(unsigned([...IMAGE_PAGE, [CONTENT, stream('', 'q 595 0 0 842 0 0 cm /I Do Q')]]).file);
    expect(codes(report)).toEqual(['FILE_IS_SCAN']);
  });

  test('pictures with recognised text that nobody sees', () => {
    const content = stream('', 'q /I Do Q BT 3 Tr /F1 9 Tf (recognised) Tj ET');
    expect(codes(check(unsigned([...IMAGE_PAGE, [CONTENT, content]]).file))).toEqual(['FILE_IS_SCAN']);
  });

  test('a dynamic form', () => {
    expect(codes(check(unsigned([[1, '<</Type/Catalog/Pages 2 0 R/AcroForm<</XFA(x)/Fields[]>>>>']]).file))).toContain('FILE_IS_XFA');
  });

  test('scripts', () => {
    const report = check(unsigned([[1, '<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(1)>>>>']]).file);
    expect(codes(report)).toContain('FILE_HAS_ACTIONS');
  });

  test('encrypted', () => {
    const report = check(append(signed(), [[50, '<</Filter/Standard>>']], '/Encrypt 50 0 R').file);
    expect(codes(report)).toEqual(['FILE_ENCRYPTED']);
  });

  test('something before the header', () => {
    const report = check(concatBytes(fromLatin1('PK\x03\x04 junk\n'), signed().file));
    expect(codes(report)).toContain('FILE_HEADER_ODD');
    expect(report.verdict).toBe('failed');
  });

  test('nothing that could be read', () => {
    expect(codes(check(fromLatin1('%PDF-1.7\nnothing')))).toEqual(['FILE_BROKEN']);
  });

  test('a broken table', () => {
    const report = check(tamper(signed().file, 'startxref\n', 'startxref\n9'));
    expect(codes(report)).toContain('FILE_READ_BY_REPAIR');
  });
});

describe('readers', () => {
  test('a file that two readers read differently is said to be so', () => {
    const draft = unsigned();
    const hidden = fromLatin1(`4 0 obj\n${stream('', 'BT (other) Tj ET')}\nendobj\n`);
    const at = toLatin1(draft.file).lastIndexOf('xref\n0 1');
    const file = concatBytes(draft.file.subarray(0, at), hidden, draft.file.subarray(at));
    expect(codes(check(tamper(file, `startxref\n${at}`, `startxref\n${at + hidden.length}`)))).toContain('READERS_DISAGREE');
  });

  test('object streams and cross-reference streams are read like plain objects', async () => {
    const made = await PDFDocument.create();
    const page = made.addPage();
    page.drawText('Monthly pay 3200', { font: await made.embedFont(StandardFonts.Helvetica) });
    expect(codes(check(await made.save({ useObjectStreams: true })))).toEqual(['FILE_NOT_SIGNED']);
  });
});

describe('limits', () => {
  test('a bomb is given up', () => {
    const objects = Array.from({ length: 400 }, (_, i): readonly [number, string] => [100 + i, `[${'[1 2 3 4 5 6 7 8] '.repeat(400)}]`]);
    const draft = sign(
      unsigned([...objects, [1, `<</Type/Catalog/Pages 2 0 R/X[${objects.map(([number]) => `${number} 0 R`).join(' ')}]>>`]]),
    );
    const grown = append(draft, [[1, withEntry(objectOf(draft, 1), '/Y 1')]]);
    const report = check(grown.file);
    expect(codes(report)).toContain('FILE_LIMIT_REACHED');
    expect(report.verdict).not.toBe('passed');
  });

  test.each([
    ['pages', [[2, '<</Type/Pages/Kids[2 0 R 2 0 R]/Count 9>>']]],
    [
      'references',
      [
        [4, '4 0 R'],
        [5, '6 0 R'],
        [6, '5 0 R'],
      ],
    ],
    [
      'fields',
      [
        [1, '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[8 0 R]>>>>'],
        [8, '<</Kids[8 0 R]/Parent 8 0 R/FT/Sig>>'],
      ],
    ],
    ['previous sections', [[9, '<</Prev 9>>']]],
  ] as readonly [string, readonly (readonly [number, string])[]][])('circles of %s end', (_, objects) => {
    expect(check(unsigned(objects).file).verdict).toBe('indeterminate');
  });

  test('no change of bytes makes it throw or pass', () => {
    const { file } = sign(signed());
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { minLength: 1, maxLength: 12 }), (edits) => {
        const bytes = Uint8Array.from(file);
        for (const [at, byte] of edits) bytes[at] = byte;
        expect(check(bytes).verdict).not.toBe('passed');
      }),
      { numRuns: 150, seed: 7 },
    );
  });

  test('one changed byte under a signature is never called unchanged', () => {
    const { file } = signed();
    const at = toLatin1(file).indexOf('3200');
    for (let offset = 0; offset < 4; offset++) {
      const bytes = Uint8Array.from(file);
      bytes[at + offset] = 0x39;
      expect(codes(check(bytes))).not.toContain('UNCHANGED_SINCE_SIGNING');
    }
  });
});

const LOCKED =
  '学生岗位实习三方协议\n第一条 实习期限自＿＿＿＿起至＿＿＿＿止。\n第二条 丙方每月支付实习报酬不低于＿＿＿＿元，并按月足额发放。\n第三条 甲乙双方不得收取押金。';
const KNOWN = { pack: 'known', version: '1', lockedText: LOCKED };
/** As the verifier holds it, as far as a foreign file can meet it. */
const installed = { ...KNOWN, prefix: new Uint8Array(64).fill(1), prefixSha256: '' } as unknown as LockedTemplate;
const filled = LOCKED.replaceAll('＿＿＿＿', '2026').split('\n');

describe('the text against known templates', () => {
  test('the same text with its blanks filled in', () => {
    expect(compareText([filled], [KNOWN])).toMatchObject({ isEqual: true, pack: 'known', differences: [] });
  });

  test('page numbers and headers are no difference', () => {
    const pages = [
      ['样张', ...filled.slice(0, 2), '第1页'],
      ['样张', ...filled.slice(2, 3), '第2页'],
      ['样张', ...filled.slice(3), '第3页'],
    ];
    expect(compareText(pages, [KNOWN])?.isEqual).toBe(true);
  });

  test('changed words are found in their clause', () => {
    const changed = filled.map((line) => line.replace('不得收取押金', '可以收取押金'));
    expect(compareText([changed], [KNOWN])?.differences).toEqual([{ clause: '第三条', character: 8, expected: '不得', found: '可以' }]);
  });

  test('a clause taken out is found', () => {
    const report = compareText([filled.filter((line) => !line.startsWith('第三条'))], [KNOWN]);
    expect(report?.differences.map((each) => each.clause)).toEqual(['第三条']);
  });

  test('another text is compared with nothing', () => {
    expect(compareText([['完全不同的另外一份文件，与实习没有任何关系。']], [KNOWN])).toBeNull();
  });

  const inHex = (line: string): string => `<${[...line].map((each) => each.charCodeAt(0).toString(16).padStart(4, '0')).join('')}>`;

  test('a line of a hundred thousand pieces hides no change after signing', () => {
    const lines = filled.map((line) => `${inHex(line)} Tj T*`).join(' ');
    const draft = sign(
      unsigned([
        [2, '<</Type/Pages/Kids[3 0 R]/Count 1>>'],
        [CONTENT, stream('', `BT /F1 12 Tf ${lines} [${'<0041>'.repeat(150_000)}] TJ ET`)],
        [5, '<</Type/Font/Subtype/Type0/Encoding/UniGB-UCS2-H>>'],
      ]),
    );
    const changed = append(draft, [
      [
        CONTENT,
        objectOf(draft, CONTENT)
          .replace('BT', ' BT')
          .replace(/\/Length (\d+)/, (_, n) => `/Length ${Number(n) + 1}`),
      ],
    ]);
    const report = check(changed.file, { templates: [{ ...installed, lockedText: `${LOCKED}\n第四条 另行约定。` }] });
    expect(codes(report)).toContain('CHANGED_AFTER_SIGNING');
    expect(report.verdict).toBe('failed');
  });

  test('a short code that stands for many characters is paid for by the character', () => {
    const map = `1 begincodespacerange <00><ff> endcodespacerange 1 beginbfchar <41> <${'fdfa'.repeat(32)}> endbfchar`;
    const draft = unsigned([
      [2, '<</Type/Pages/Kids[3 0 R]/Count 1>>'],
      [CONTENT, stream('', `BT /F1 12 Tf <${'41'.repeat(2_000_000)}> Tj ET`)],
      [5, '<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 8 0 R>>'],
      [8, stream('', map)],
    ]);
    expect(codes(check(draft.file, { templates: [installed] }))).toEqual(['FILE_NOT_SIGNED']);
  });

  test.each([
    ['FOREIGN_TEXT_EQUALS_TEMPLATE', filled],
    ['FOREIGN_TEXT_DIFFERS', filled.map((line) => line.replace('不低于', '不高于'))],
  ])('%s is reported from a PDF', (code, lines) => {
    const text = lines.map((line) => `${inHex(line)} Tj T*`).join(' ');
    const map = '1 begincodespacerange <0000><ffff> endcodespacerange 1 beginbfrange <0000><ffff><0000> endbfrange';
    const draft = unsigned([
      [2, '<</Type/Pages/Kids[3 0 R]/Count 1>>'],
      [CONTENT, stream('', `BT /F1 12 Tf ${text} ET`)],
      [5, '<</Type/Font/Subtype/Type0/Encoding/Identity-H/ToUnicode 8 0 R>>'],
      [8, stream('', map)],
    ]);
    const report = check(sign(draft).file, { templates: [installed] });
    expect(codes(report)).toContain(code);
    expect(report.foreign?.textComparison?.pack).toBe('known');
    expect(report.verdict).toBe('review');
  });
});

test.each(Object.entries(FOREIGN_FINDINGS))('%s has a sentence in Chinese that ends', (_, { zh }) => {
  expect(zh).toMatch(/[\u4e00-\u9fff].*。$/);
});
