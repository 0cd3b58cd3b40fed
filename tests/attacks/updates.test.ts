/** Rows 1–12, 18, 24, 31, 32: changes brought in by an update, by a second signatory, or in place. */
import { beforeAll, describe, expect, test } from 'vitest';
import { concatBytes, fromLatin1 } from '../../src/bytes.ts';
import { annotationsObject, contentObject, OBJECTS, pageObject, valuesObject, widgetObject } from '../../src/template/object-numbers.ts';
import type { FileReport } from '../../src/verify/report.ts';
import { codesOf, credentialFor, endOf, layoutOf, makeData, signAll, signedMinor, template, verify } from '../verify/signed-agreement.ts';
import { appendUpdate, findObject, forge, objectBody, overwrite, sizeOf, splice, startxrefOf, text } from './forgery.ts';

let file: Uint8Array;
let fresh: number;
beforeAll(async () => {
  file = await signedMinor();
  fresh = sizeOf(file);
});

const stream = (entries: string, data: string): string => `<<${entries}/Length ${data.length}>>stream\n${data}\nendstream`;

/** A file with all signatures intact, and something behind them. */
function expectAppended(report: FileReport): void {
  expect(report.verdict).toBe('failed');
  expect(codesOf(report)).toEqual(['CONTENT_APPENDED']);
  expect(report.findings[0]?.revision).toBe(4);
  expect(report.agreement).toBeNull();
}

const whitePatch = '1 g 60 400 480 200 re f 0 g BT /F1 12 Tf 80 500 Td <0001> Tj ET';

describe('row 1: the body edited in an update', () => {
  test.each([
    ['another content stream', () => [[contentObject(0), stream('', whitePatch)]] as const],
    ['other stamped values', () => [[valuesObject(0), stream('', 'BT /F1 12 Tf 80 500 Td <0002> Tj ET')]] as const],
    [
      'a further content stream on the page',
      () =>
        [
          [pageObject(0), objectBody(file, pageObject(0)).replace('/Contents[', `/Contents[${fresh} 0 R `)],
          [fresh, stream('', whitePatch)],
        ] as const,
    ],
  ])('is refused: %s', (_, objects) => {
    expectAppended(verify(appendUpdate(file, objects())));
  });
});

describe('row 2: an annotation laid over the page', () => {
  test.each([
    ['FreeText', '/Subtype/FreeText/DA(/Helv 12 Tf 0 g)/Contents(4200)'],
    ['Stamp', '/Subtype/Stamp/Name/Approved'],
    ['Square', '/Subtype/Square/IC[1 1 1]'],
  ])('is refused: %s', (_, entries) => {
    const page = objectBody(file, pageObject(0)).replace('/Tabs', `/Annots[${fresh} 0 R]/Tabs`);
    const annotation = `<</Type/Annot${entries}/Rect[80 480 400 520]/F 4/P ${pageObject(0)} 0 R>>`;
    const changed = appendUpdate(file, [
      [pageObject(0), page],
      [fresh, annotation],
    ]);
    expectAppended(verify(changed));
  });

  test('is refused where the page’s annotations are an object of their own', () => {
    const last = template.pageCount - 1;
    const list = objectBody(file, annotationsObject(last)).replace(']', ` ${fresh} 0 R]`);
    const note = `<</Type/Annot/Subtype/FreeText/Rect[80 80 300 120]/Contents(void)/DA(/Helv 9 Tf)/F 4>>`;
    expectAppended(
      verify(
        appendUpdate(file, [
          [annotationsObject(last), list],
          [fresh, note],
        ]),
      ),
    );
  });
});

describe('row 3: the widget of a signature', () => {
  test('with another appearance is refused', () => {
    const widget = objectBody(file, widgetObject('school')).replace(/\/AP<<\/N \d+ 0 R>>/, `/AP<</N ${fresh} 0 R>>`);
    const appearance = stream('/Type/XObject/Subtype/Form/BBox[0 0 200 80]/Resources<<>>', '1 0 0 rg 0 0 200 80 re f');
    expectAppended(
      verify(
        appendUpdate(file, [
          [widgetObject('school'), widget],
          [fresh, appearance],
        ]),
      ),
    );
  });

  test('moved elsewhere, hidden or shrunk is refused', () => {
    const widget = objectBody(file, widgetObject('school'));
    expectAppended(verify(appendUpdate(file, [[widgetObject('school'), widget.replace(/\/Rect\[[^\]]+\]/, '/Rect[0 0 0 0]')]])));
    expectAppended(verify(appendUpdate(file, [[widgetObject('school'), widget.replace('/F 132', '/F 2')]])));
  });

  test('changed in place, within the revision that wrote it, is refused', () => {
    const report = verify(overwrite(file, '/F 132', '/F 130'));
    expect(report.verdict).toBe('failed');
    expect(codesOf(report)).toContain('REVISION_ALTERED');
  });
});

describe('row 4: a form field', () => {
  test('added or filled in an update is refused', () => {
    const form = objectBody(file, OBJECTS.form).replace('/Fields[', `/Fields[${fresh} 0 R `);
    const field = `<</Type/Annot/Subtype/Widget/FT/Tx/T(stipend)/V(1)/Rect[80 480 400 520]/F 4>>`;
    expectAppended(
      verify(
        appendUpdate(file, [
          [OBJECTS.form, form],
          [fresh, field],
        ]),
      ),
    );
  });

  test('exists in no agreement of ours but for the signatures', () => {
    const form = objectBody(file, OBJECTS.form);
    expect(form.match(/\d+ 0 R/g)).toHaveLength(4);
    expect(text(file)).not.toContain('/FT/Tx');
  });
});

describe('rows 5 and 6: the fonts', () => {
  test.each([
    ['another ToUnicode map', () => OBJECTS.bodyFont + 4],
    ['another font file', () => OBJECTS.bodyFont + 3],
    ['another font', () => OBJECTS.bodyFont],
    ['other glyphs for the values', () => OBJECTS.valueFont + 3],
  ])('exchanged in an update are refused: %s', (_, number) => {
    expectAppended(verify(appendUpdate(file, [[number(), stream('', '1 beginbfchar <0001><0039> endbfchar')]])));
  });

  test('changed before anyone signed, in the prefix, are refused', () => {
    const changed = overwrite(file, '/BaseFont/SFSONG+SanfangSong', '/BaseFont/SFSONG+SanfangBong', 'first');
    const report = verify(changed);
    expect(report.verdict).toBe('failed');
    expect(codesOf(report)).toEqual(['BODY_ALTERED']);
  });

  test('changed before anyone signed, among the agreement’s own glyphs, are refused', async () => {
    const data = makeData();
    const zero = layoutOf(await signAll(data, { roles: [] }));
    const unsigned = concatBytes(template.prefix, zero.zero?.tail ?? new Uint8Array());
    // The student's rare name, read as another character by everyone who copies the text.
    const cid = /<([0-9A-F]{4})><4DAE>/.exec(text(unsigned))?.[1] ?? '';
    const remapped = overwrite(unsigned, `<${cid}><4DAE>`, `<${cid}><4E00>`);
    const report = verify(remapped);
    expect(report.verdict).toBe('failed');
    expect(codesOf(report)).toEqual(['VALUES_ALTERED']);
  });
});

describe('row 7: pages', () => {
  test.each([
    ['cropped', (page: string) => page.replace('/Tabs', '/CropBox[0 0 595 400]/Tabs')],
    ['turned', (page: string) => page.replace('/Tabs', '/Rotate 180/Tabs')],
    ['scaled', (page: string) => page.replace('/Tabs', '/UserUnit 3/Tabs')],
  ])('%s in an update are refused', (_, change) => {
    expectAppended(verify(appendUpdate(file, [[pageObject(1), change(objectBody(file, pageObject(1)))]])));
  });

  test('in another order, added or left out are refused', () => {
    const pages = objectBody(file, OBJECTS.pages);
    const kids = [...pages.matchAll(/\d+ 0 R/g)].map(([kid]) => kid);
    for (const list of [[...kids].reverse(), kids.slice(1), [...kids, kids[0]]]) {
      const changed = `<</Type/Pages/Count ${list.length}/Kids[${list.join(' ')}]>>`;
      expectAppended(verify(appendUpdate(file, [[OBJECTS.pages, changed]])));
    }
  });

  test('with optional content are refused', () => {
    const catalog = objectBody(file, OBJECTS.catalog).replace(/>>$/, `/OCProperties<</OCGs[${fresh} 0 R]/D<</OFF[${fresh} 0 R]>>>>>>`);
    expectAppended(
      verify(
        appendUpdate(file, [
          [OBJECTS.catalog, catalog],
          [fresh, '<</Type/OCG/Name(x)>>'],
        ]),
      ),
    );
  });
});

describe('row 8: active content', () => {
  test.each([
    ['an open action', '/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>'],
    ['additional actions', '/AA<</WS<</S/JavaScript/JS(1)>>>>'],
    ['document scripts', '/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(1)>>]>>>>'],
  ])('is refused: %s', (_, entries) => {
    const catalog = objectBody(file, OBJECTS.catalog).replace(/>>$/, `${entries}>>`);
    expectAppended(verify(appendUpdate(file, [[OBJECTS.catalog, catalog]])));
  });

  test.each([
    ['XFA', '/XFA[(t)1 0 R]'],
    ['NeedAppearances', '/NeedAppearances true'],
  ])('in the form is refused: %s', (_, entries) => {
    const form = objectBody(file, OBJECTS.form).replace(/>>$/, `${entries}>>`);
    expectAppended(verify(appendUpdate(file, [[OBJECTS.form, form]])));
  });

  test('exists in no agreement of ours', () => {
    expect(text(file)).not.toMatch(/\/(?:JavaScript|JS|OpenAction|AA|XFA|NeedAppearances|Launch|EmbeddedGoTo|RichMedia|URI)\b/);
  });
});

describe('row 9: the attached data', () => {
  test('replaced or joined by another file in an update is refused', () => {
    expectAppended(verify(appendUpdate(file, [[OBJECTS.data, stream('/Type/EmbeddedFile', '{"stipendYuan":"1"}')]])));
    const catalog = objectBody(file, OBJECTS.catalog).replace(/\/AF\s*\[/, `/AF[${fresh} 0 R `);
    expect(catalog).toContain(`${fresh} 0 R`);
    const attached = `<</Type/Filespec/F(annex.pdf)/UF(annex.pdf)/EF<</F ${fresh + 1} 0 R>>>>`;
    expectAppended(
      verify(
        appendUpdate(file, [
          [OBJECTS.catalog, catalog],
          [fresh, attached],
          [fresh + 1, stream('/Type/EmbeddedFile', 'other clauses')],
        ]),
      ),
    );
  });
});

describe('row 10: bytes behind the last end mark', () => {
  const page = () => `${pageObject(0)} 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 1 1]>>\nendobj\n`;
  test.each([
    ['less than 1 KB of rubbish', () => '\0'.repeat(1000)],
    ['an object and no table', () => page()],
    ['an object and a trailer without table', () => `${page()}trailer\n<</Root 1 0 R>>\n`],
    ['a table and no end mark', () => `${page()}xref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 1/Root 1 0 R>>\nstartxref\n1\n`],
    ['only an end mark', () => '%%EOF'],
    ['a start of table that points back', () => `startxref\n${startxrefOf(file.subarray(0, endOf(file, 0)))}\n%%EOF\n`],
  ])('are refused: %s', (_, tail) => {
    expectAppended(verify(concatBytes(file, fromLatin1(tail()))));
  });
});

describe('row 11: cross-reference tricks', () => {
  test('with object streams, hybrid tables and free entries are refused', () => {
    const hidden = stream(`/Type/ObjStm/N 1/First 5`, `${pageObject(0)} 0 <</Type/Page>>`);
    expectAppended(verify(appendUpdate(file, [[fresh, hidden]], `/XRefStm ${file.length}`)));
    const freed = `xref\n${pageObject(3)} 1\n0000000000 00001 f \ntrailer\n<</Size ${fresh}/Root 1 0 R/Prev ${startxrefOf(file)}>>\nstartxref\n${file.length}\n%%EOF\n`;
    expectAppended(verify(concatBytes(file, fromLatin1(freed))));
  });

  test('within a signature’s own table are refused', () => {
    const report = verify(
      overwrite(file, `/Prev ${startxrefOf(file.subarray(0, endOf(file, 3)))}`, `/Prev ${startxrefOf(file.subarray(0, endOf(file, 2)))}`),
    );
    expect(codesOf(report)).toContain('REVISION_ALTERED');
    expect(report.verdict).toBe('failed');
  });
});

describe('row 12: objects twice, objects that nobody needs', () => {
  test('are refused behind the signatures', () => {
    const body = objectBody(file, OBJECTS.pages);
    expectAppended(verify(appendUpdate(file, [[OBJECTS.pages, body]])));
    expectAppended(verify(appendUpdate(file, [[fresh + 7, '<</Nobody/NeedsThis>>']])));
  });

  test('are refused between two signatures and in the unsigned agreement', () => {
    const orphan = fromLatin1('900 0 obj\n<</Orphan true>>\nendobj\n');
    const between = splice(file, endOf(file, 2), endOf(file, 2), orphan);
    expect(codesOf(verify(between))).toContain('CONTENT_APPENDED');
    const before = splice(file, template.prefix.length, template.prefix.length, orphan);
    expect(codesOf(verify(before))).toEqual(['DATA_MALFORMED']);
    const within = splice(file, text(file).indexOf('xref\n0 '), text(file).indexOf('xref\n0 '), orphan);
    expect(codesOf(verify(within))).toEqual(['VALUES_ALTERED']);
  });
});

describe('row 18: name, date and reason of a signature', () => {
  test('replaced in an update are refused', () => {
    const number = findObject(file, '/Type/Sig/', '/M(');
    const body = objectBody(file, number).replace(/\/M\([^)]*\)/, '/M(D:20250101010000Z)/Reason(None)');
    expectAppended(verify(appendUpdate(file, [[number, body]])));
  });

  test('replaced in place are refused', () => {
    const report = verify(overwrite(file, '/M(D:20260301010000Z)', '/M(D:20260228010000Z)'));
    expect(codesOf(report)).toContain('REVISION_ALTERED');
  });
});

describe('row 24: the second signatory changes the file before signing', () => {
  test('and is found out, with correct tables, own key and own certificate', async () => {
    const data = makeData();
    const first = await signAll(data, { roles: ['student'] });
    const page = objectBody(first, pageObject(0)).replace('/Contents[', `/Contents[${sizeOf(first)} 0 R `);
    const edited = appendUpdate(first, [
      [pageObject(0), page],
      [sizeOf(first), stream('', whitePatch)],
    ]);
    const base = layoutOf(first).base;
    if (base === null) throw new Error('no base');
    const upon = { ...base, lengthBytes: edited.length, startxref: startxrefOf(edited), size: sizeOf(edited) };
    const second = await forge(edited, data, 'unit', await credentialFor(data, 'unit'), upon);
    const report = verify(second);
    expect(codesOf(report)[0]).toBe('CONTENT_APPENDED');
    expect(report.findings[0]?.revision).toBe(1);
    expect(report.verdict).toBe('failed');
    expect(report.missing).toEqual(['unit', 'school']);
  });
});

describe('row 31: document information and metadata', () => {
  test('changed in an update are refused', () => {
    expectAppended(verify(appendUpdate(file, [[fresh, '<</Title(Another)/ModDate(D:20270101000000Z)>>']], `/Info ${fresh} 0 R`)));
    expectAppended(verify(appendUpdate(file, [[OBJECTS.metadata, stream('/Type/Metadata/Subtype/XML', '<x/>')]])));
  });

  test('changed in place are refused', () => {
    expect(codesOf(verify(overwrite(file, '<pdfaid:part>3<', '<pdfaid:part>2<', 'first')))).toEqual(['BODY_ALTERED']);
  });
});

describe('row 32: a made-up document security store', () => {
  test('is refused', () => {
    const catalog = objectBody(file, OBJECTS.catalog).replace(/>>$/, `/DSS ${fresh} 0 R>>`);
    expectAppended(
      verify(
        appendUpdate(file, [
          [OBJECTS.catalog, catalog],
          [fresh, `<</Type/DSS/Certs[${fresh + 1} 0 R]/VRI<<>>>>`],
          [fresh + 1, stream('', '0000')],
        ]),
      ),
    );
  });
});
