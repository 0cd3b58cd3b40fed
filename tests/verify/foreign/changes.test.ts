/** What comes behind a foreign signature: each kind of change is named, and only further signatures and archive data are none. */
import { beforeAll, describe, expect, test } from 'vitest';
import { concatBytes, fromLatin1, toLatin1 } from '../../../src/bytes.ts';
import type { ChangeKind } from '../../../src/verify/foreign/foreign-report.ts';
import {
  append,
  CONTENT,
  check,
  codes,
  type Draft,
  INFO,
  objectOf,
  PAGES,
  sign,
  signed,
  stream,
  unsigned,
  withEntry,
} from './foreign-pdf.ts';

let once: Draft;
beforeAll(() => {
  once = signed();
});

const catalogWith = (draft: Draft, entry: string): readonly [number, string] => [1, withEntry(objectOf(draft, 1), entry)];
const pageWith = (draft: Draft, entry: string): readonly [number, string] => [3, withEntry(objectOf(draft, 3), entry)];

describe('nothing changed', () => {
  test('a file that ends with its signature', () => {
    const report = check(once.file);
    expect(codes(report)).toEqual(['FILE_SIGNED_ELSEWHERE', 'FOREIGN_SIGNER_TRUSTED', 'UNCHANGED_SINCE_SIGNING']);
    expect(report.verdict).toBe('review');
    expect(report.foreign?.signatures).toMatchObject([
      { integrity: 'intact', trust: 'trusted', after: 'nothing', coveredBytes: once.file.length },
    ]);
  });

  test('white space behind the end', () => {
    expect(codes(check(concatBytes(once.file, fromLatin1('\r\n\0 \n'))))).toContain('UNCHANGED_SINCE_SIGNING');
  });

  test('a second and a third signature', () => {
    const report = check(sign(sign(once)).file);
    expect(report.foreign?.signatures.map((each) => each.after)).toEqual(['signatures', 'signatures', 'nothing']);
    expect(codes(report)).toContain('FOLLOWED_BY_SIGNATURES');
    expect(report.foreign?.revisions.map((each) => each.kind)).toEqual(['signature', 'signature']);
    expect(report.verdict).toBe('review');
  });

  test('validation data for archiving', () => {
    const report = check(append(once, [catalogWith(once, '/DSS<</Certs[20 0 R]>>'), [20, stream('', 'certificate')]]).file);
    expect(codes(report)).toContain('FOLLOWED_BY_SIGNATURES');
    expect(report.foreign?.revisions.map((each) => each.kind)).toEqual(['archive']);
  });

  test('what a writer says of itself, and objects written again with the same value', () => {
    const info = objectOf(once, INFO).replace('20260301', '20260302').replace('elsewhere', 'another');
    const again = stream('/Filter/ASCIIHexDecode', `${Buffer.from('BT /F1 12 Tf 72 700 Td (Monthly pay 3200) Tj ET').toString('hex')}>`);
    const report = check(
      sign(once, {
        also: [
          [INFO, info],
          [CONTENT, again],
        ],
      }).file,
    );
    expect(codes(report)).toContain('FOLLOWED_BY_SIGNATURES');
    expect(codes(report)).not.toContain('CHANGED_AFTER_SIGNING');
  });
});

const OTHER_CONTENT = stream('', 'BT /F1 12 Tf 72 700 Td (Monthly pay 1200) Tj ET');
const CHANGES: readonly (readonly [string, ChangeKind, (draft: Draft) => readonly (readonly [number, string])[]])[] = [
  ['the text of a page', 'content', () => [[CONTENT, OTHER_CONTENT]]],
  ['a page’s fonts', 'content', () => [[5, '<</Type/Font/Subtype/Type1/BaseFont/Symbol>>']]],
  [
    'an indirect length',
    'content',
    (draft) => [
      [CONTENT, objectOf(draft, CONTENT).replace(/\/Length \d+/, '/Length 21 0 R')],
      [21, '12'],
    ],
  ],
  [
    'a page put in',
    'pages',
    () => [
      [PAGES, '<</Type/Pages/Kids[3 0 R 7 0 R 3 0 R 21 0 R]/Count 3>>'],
      [21, '<</Type/Page/Parent 2 0 R>>'],
    ],
  ],
  ['a page taken out', 'pages', () => [[PAGES, '<</Type/Pages/Kids[3 0 R]/Count 1>>']]],
  ['the order of pages', 'pages', () => [[PAGES, '<</Type/Pages/Kids[7 0 R 3 0 R]/Count 2>>']]],
  ['the visible part of a page', 'pages', (draft) => [pageWith(draft, '/CropBox[0 0 100 100]')]],
  ['an inherited rotation', 'pages', () => [[PAGES, '<</Type/Pages/Rotate 180/Kids[3 0 R 7 0 R]/Count 2>>']]],
  [
    'an annotation laid over',
    'annotation',
    (draft) => [
      [3, objectOf(draft, 3).replace('/Annots[', '/Annots[21 0 R ')],
      [21, '<</Type/Annot/Subtype/FreeText/Rect[0 0 500 500]/Contents(other text)>>'],
    ],
  ],
  [
    'the look of the signature',
    'signatureLook',
    (draft) => [[draft.fields[0] ?? 0, withEntry(objectOf(draft, draft.fields[0] ?? 0), '/MK<</R 90>>')]],
  ],
  [
    'the signature’s own words',
    'signature',
    (draft) => [[(draft.fields[0] ?? 0) - 1, withEntry(objectOf(draft, (draft.fields[0] ?? 0) - 1), '/Reason(other)')]],
  ],
  ['the signature taken out', 'signature', (draft) => [[1, objectOf(draft, 1).replace(/\/Fields\[[^\]]*\]/, '/Fields[]')]]],
  [
    'a form field put in',
    'form',
    (draft) => [
      [1, objectOf(draft, 1).replace('/Fields[', '/Fields[21 0 R ')],
      [21, '<</FT/Tx/T(pay)/V(1200)>>'],
    ],
  ],
  [
    'an empty signature field put in',
    'form',
    (draft) => [
      [1, objectOf(draft, 1).replace('/Fields[', '/Fields[21 0 R ')],
      [21, '<</FT/Sig/T(x)>>'],
    ],
  ],
  [
    'looks made anew by the viewer',
    'form',
    (draft) => [[1, objectOf(draft, 1).replace('/AcroForm<<', '/AcroForm<</NeedAppearances true')]],
  ],
  ['a dynamic form', 'form', (draft) => [[1, objectOf(draft, 1).replace('/AcroForm<<', '/AcroForm<</XFA(x)')]]],
  ['an attachment', 'attachment', (draft) => [catalogWith(draft, '/Names<</EmbeddedFiles<</Names[(a)<</Type/Filespec/F(a)>>]>>>>')]],
  ['a script', 'script', (draft) => [catalogWith(draft, '/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(1)>>]>>>>')]],
  ['an action on opening', 'script', (draft) => [catalogWith(draft, '/OpenAction<</S/JavaScript/JS(1)>>')]],
  ['the layers', 'layers', (draft) => [catalogWith(draft, '/OCProperties<</OCGs[]/D<<>>>>')]],
  ['the title', 'metadata', () => [[INFO, '<</Title(Other)/Producer(elsewhere)>>']]],
  ['the structure', 'structure', (draft) => [catalogWith(draft, '/StructTreeRoot<</Type/StructTreeRoot>>')]],
  ['the bookmarks', 'outline', (draft) => [catalogWith(draft, '/Outlines<</Count 0>>')]],
  ['how the file opens', 'settings', (draft) => [catalogWith(draft, '/PageMode/FullScreen')]],
];

describe('changed behind the signature', () => {
  test.each(CHANGES)('%s', (_, kind, change) => {
    const report = check(append(once, change(once)).file);
    expect(codes(report)).toContain('CHANGED_AFTER_SIGNING');
    expect(report.verdict).toBe('failed');
    expect(report.foreign?.signatures.flatMap((each) => each.changes.map((change) => change.kind))).toContain(kind);
  });

  test.each(CHANGES)('%s under cover of a further signature', (_, kind, change) => {
    if (kind === 'structure') return;
    const report = check(sign(append(once, change(once))).file);
    expect(codes(report)).toContain('CHANGED_AFTER_SIGNING');
    expect(report.verdict).toBe('failed');
  });

  test('bytes behind the end', () => {
    const report = check(concatBytes(once.file, fromLatin1('<script>1</script>')));
    expect(codes(report)).toContain('CHANGED_AFTER_SIGNING');
    expect(report.foreign?.signatures[0]?.changes).toEqual([{ kind: 'bytes', page: null }]);
  });

  test('a form filled in', () => {
    const form = unsigned([
      [1, '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[8 0 R]>>>>'],
      [8, '<</FT/Tx/T(pay)/V(3200)>>'],
    ]);
    const draft = sign({ ...form, fields: [8] });
    const report = check(append(draft, [[8, '<</FT/Tx/T(pay)/V(1200)>>']]).file);
    expect(report.foreign?.revisions.map((each) => each.kind)).toEqual(['form']);
    expect(report.verdict).toBe('failed');
  });

  test('an object that no cross-reference names, as repairing viewers read it', () => {
    const report = check(concatBytes(once.file, fromLatin1(`4 0 obj\n${OTHER_CONTENT}\nendobj\n`)));
    expect(codes(report)).toContain('READERS_DISAGREE');
    expect(report.foreign?.signatures[0]?.changes.map((each) => each.kind)).toContain('content');
    expect(report.verdict).toBe('failed');
  });

  test('an update that has only a trailer', () => {
    const tail = `4 0 obj\n${OTHER_CONTENT}\nendobj\ntrailer\n<</Root 1 0 R/Size 30>>\nstartxref\n0\n%%EOF\n`;
    const report = check(concatBytes(once.file, fromLatin1(tail)));
    expect(codes(report)).toContain('FILE_READ_BY_REPAIR');
    expect(report.verdict).toBe('failed');
  });

  test('an unused object of the signed part that an update points to', () => {
    const shadowed = sign(unsigned([[30, OTHER_CONTENT]]));
    const offset = toLatin1(shadowed.file).indexOf('30 0 obj');
    const page = objectOf(shadowed, 3).replace('/Contents 4 0 R', '/Contents 30 0 R');
    expect(offset).toBeGreaterThan(0);
    expect(check(append(shadowed, [[3, page]]).file).verdict).toBe('failed');
  });
});

test('a revision that shows nothing new is named, and is not proven to be a change', () => {
  const report = check(append(once, [[30, '(nobody refers to this)']]).file);
  expect(codes(report)).toContain('RESAVED_AFTER_SIGNING');
  expect(report.foreign?.signatures[0]).toMatchObject({ after: 'changes', changes: [{ kind: 'resaved' }] });
  expect(report.verdict).toBe('review');
});

test('more revisions than anybody would read are not judged', () => {
  let draft = once;
  for (let i = 0; i < 205; i++) draft = append(draft, [[INFO, objectOf(once, INFO)]]);
  const report = check(draft.file);
  expect(codes(report)).toContain('CHANGES_NOT_JUDGED');
  expect(report.verdict).toBe('indeterminate');
});

describe('hints', () => {
  test('a later signature that takes half of the page', () => {
    expect(codes(check(sign(once, { rect: '0 0 595 500' }).file))).toContain('FOREIGN_SIGNATURE_BOX_LARGE');
  });

  test('a page that is kept but not shown', () => {
    const report = check(sign(unsigned([[30, '<</Type/Page/Contents 4 0 R/Parent 2 0 R>>']])).file);
    expect(codes(report)).toContain('FILE_HAS_UNUSED_PAGES');
    expect(report.verdict).toBe('review');
  });
});
