/**
 * Rules of PDF/A-3a and PDF/UA-1, judged on the objects that qpdf finds in our files.
 * @source ISO 19005-3:2012 §6; ISO 14289-1:2014 §7; numbers in brackets are theirs
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importTemplate } from '../../src/template/import-template.ts';
import { renderRevisionZero } from '../../src/template/revision-zero.ts';
import { MINOR, VALUES } from '../agreement/sample-values.ts';
import { compilePack, valuesFor } from '../template/imported-pack.ts';
import { seal } from '../verify/sealed-agreement.ts';
import { ANNEX, INK, makeData, signAll, template } from '../verify/signed-agreement.ts';
import { type Dict, type Json, type PdfObjects, readObjects, textOf } from './qpdf-objects.ts';

const folder = mkdtempSync(join(tmpdir(), 'sanfang-archival-'));
const FILES: Readonly<Record<string, () => Uint8Array | Promise<Uint8Array>>> = {
  'a sealed agreement of a minor with an annex': async () => seal(await signAll(makeData(MINOR, ANNEX), { ink: INK })),
  'an unsigned agreement with a value on a page of its own': () =>
    renderRevisionZero(template, makeData({ ...VALUES, protection: '乙方免费提供工作服。'.repeat(20) })),
  'a signed agreement on an imported text with tables': () => {
    const source = new Uint8Array(readFileSync(new URL('../fixtures/templates/word-nested-tables.docx', import.meta.url)));
    const pack = compilePack(importTemplate(source, { pack: 'nested', version: '1', status: 'sample' }), source);
    return signAll(makeData(valuesFor(pack), null, pack), {}, pack);
  },
};
const read = new Map<string, PdfObjects>();

beforeAll(async () => {
  for (const [i, [name, make]] of Object.entries(FILES).entries()) {
    const path = join(folder, `${i}.pdf`);
    writeFileSync(path, await make());
    read.set(name, readObjects(path));
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const STANDARD = new Set(
  'Document Sect H1 H2 H3 P L LI Lbl LBody Table TR TH TD Figure Form NonStruct Span Caption'.split(' ').map((type) => `/${type}`),
);
const PAINTS = new Set(['Tj', 'TJ', "'", '"', 'S', 's', 'f', 'f*', 'F', 'B', 'B*', 'b', 'b*', 'sh', 'Do', 'EI']);
const COLOURS = /^(?:k|K|cs|CS|sc|SC|scn|SCN|ri)$/;

function pagesOf(pdf: PdfObjects, node: Dict): readonly Dict[] {
  return node['/Type'] === '/Page' ? [node] : pdf.list(node['/Kids']).flatMap((kid) => pagesOf(pdf, pdf.dict(kid)));
}

/** Operators with the operand before each, strings and property lists kept whole. */
const tokensOf = (content: string): readonly string[] => content.match(/<<.*?>>|<[^>]*>|\((?:\\.|[^\\)])*\)|\[|\]|[^\s<>()[\]]+/gs) ?? [];

/** Ids of marked content in order; `outside` counts what is painted neither as artifact nor under an id. */
function markedContent(content: string): { readonly ids: readonly number[]; readonly outside: number; readonly open: number } {
  const tokens = tokensOf(content);
  const [ids, stack]: [number[], boolean[]] = [[], []];
  let outside = 0;
  for (const [i, token] of tokens.entries()) {
    if (token === 'BDC' || token === 'BMC') {
      const id = /\/MCID\s+(\d+)/.exec(tokens[i - 1] ?? '')?.[1];
      if (id !== undefined) ids.push(Number(id));
      const tag = tokens[i - (token === 'BDC' ? 2 : 1)] ?? '';
      stack.push(id !== undefined || tag === '/Artifact' || /\/Artifact$/.test(tag));
    } else if (token === 'EMC') stack.pop();
    else if (PAINTS.has(token) && !stack.includes(true)) outside++;
  }
  return { ids, outside, open: stack.length };
}

interface Element {
  readonly dict: Dict;
  readonly reference: Json;
  readonly kids: readonly Element[];
}

function elementsOf(pdf: PdfObjects, reference: Json): Element {
  const dict = pdf.dict(reference);
  const kids = pdf.list(dict['/K']).filter((kid) => pdf.dict(kid)['/S'] !== undefined);
  return { dict, reference, kids: kids.map((kid) => elementsOf(pdf, kid)) };
}

const flat = (element: Element): readonly Element[] => [element, ...element.kids.flatMap(flat)];

const numbersOf = (pdf: PdfObjects, node: Dict): readonly Json[] => [
  ...pdf.list(node['/Nums']),
  ...pdf.list(node['/Kids']).flatMap((kid) => numbersOf(pdf, pdf.dict(kid))),
];

describe.each(Object.keys(FILES))('%s', (name) => {
  const open = () => {
    const pdf = read.get(name);
    if (pdf === undefined) throw new Error('not made');
    const catalog = pdf.dict(pdf.trailer['/Root']);
    const root = pdf.dict(catalog['/StructTreeRoot']);
    const nums = numbersOf(pdf, pdf.dict(root['/ParentTree']));
    const owners = new Map(nums.flatMap((key, i): [Json, Json][] => (i % 2 === 0 ? [[key, nums[i + 1] ?? null]] : [])));
    return { pdf, catalog, root, owners, pages: pagesOf(pdf, pdf.dict(catalog['/Pages'])) };
  };

  it('says that it is PDF/A-3a and PDF/UA-1, tagged, in Chinese, and has its title shown [6.6.2, 6.6.4, 6.7.2; 5, 7.1]', () => {
    const { pdf, catalog } = open();
    const xmp = Buffer.from(pdf.data(catalog['/Metadata']), 'latin1').toString('utf8');
    for (const part of ['<pdfaid:part>3<', '<pdfaid:conformance>A<', '<pdfuaid:part>1<', '<dc:title>', 'pdfaSchema:prefix>pdfuaid<'])
      expect(xmp).toContain(part);
    expect(pdf.dict(catalog['/Metadata'])['/Filter']).toBeUndefined();
    expect(textOf(catalog['/Lang'])).toBe('zh-CN');
    expect(catalog['/MarkInfo']).toEqual({ '/Marked': true });
    expect(pdf.dict(catalog['/ViewerPreferences'])['/DisplayDocTitle']).toBe(true);
    expect([pdf.trailer['/Info'], catalog['/Version']]).toEqual([undefined, undefined]);
  });

  it('encrypts nothing, runs nothing, hides nothing and fetches nothing [6.1.3, 6.1.7, 6.4, 6.5, 6.9]', () => {
    const { pdf, catalog } = open();
    expect([pdf.trailer['/Encrypt'], pdf.list(pdf.trailer['/ID']).length]).toEqual([undefined, 2]);
    for (const key of ['/OpenAction', '/AA', '/OCProperties', '/Requirements', '/NeedsRendering'])
      expect(catalog[key], key).toBeUndefined();
    const form = pdf.dict(catalog['/AcroForm']);
    expect([form['/XFA'], form['/NeedAppearances']]).toEqual([undefined, undefined]);
    for (const each of pdf.dictionaries) {
      for (const key of ['/AA', '/JS', '/JavaScript', '/TR', '/TR2', '/HTP', '/PresSteps']) expect(each[key], key).toBeUndefined();
      expect(each['/Type']).not.toBe('/Action');
    }
    for (const each of pdf.streams) {
      expect([each['/F'], each['/FFilter']]).toEqual([undefined, undefined]);
      expect(['/FlateDecode', '/DCTDecode', undefined]).toContain(each['/Filter']);
    }
  });

  it('carries its colour profile and paints in grey and RGB alone [6.2.3, 6.2.4]', () => {
    const { pdf, catalog, pages } = open();
    const intents = pdf.list(catalog['/OutputIntents']).map((intent) => pdf.dict(intent));
    expect(intents.map((intent) => [intent['/S'], pdf.dict(intent['/DestOutputProfile'])['/N']])).toEqual([['/GTS_PDFA1', 3]]);
    expect(pdf.data(intents[0]?.['/DestOutputProfile']).slice(36, 40)).toBe('acsp');
    const forms = Object.values(pdf.dictionaries).flatMap((each) => pdf.list(pdf.dict(each['/AP'])['/N']));
    for (const content of [...pages.flatMap((page) => pdf.list(page['/Contents'])), ...forms]) {
      expect(tokensOf(pdf.data(content)).filter((token) => COLOURS.test(token))).toEqual([]);
    }
  });

  it('embeds each font as what it is, with its way back to Unicode [6.2.11]', () => {
    const { pdf } = open();
    const fonts = pdf.dictionaries.filter((each) => each['/Type'] === '/Font' && each['/Subtype'] !== '/CIDFontType2');
    expect(fonts.length).toBeGreaterThan(1);
    for (const font of fonts) {
      expect([font['/Subtype'], font['/Encoding']]).toEqual(['/Type0', '/Identity-H']);
      expect(pdf.data(font['/ToUnicode'])).toMatch(/beginbf(?:char|range)/);
      const inner = pdf.dict(pdf.list(font['/DescendantFonts'])[0]);
      expect([inner['/Subtype'], inner['/CIDToGIDMap'], inner['/BaseFont']]).toEqual(['/CIDFontType2', '/Identity', font['/BaseFont']]);
      const descriptor = pdf.dict(inner['/FontDescriptor']);
      expect([descriptor['/FontName'], descriptor['/CIDSet']]).toEqual([font['/BaseFont'], undefined]);
      expect(pdf.data(descriptor['/FontFile2']).length).toBeGreaterThan(100);
    }
  });

  it('carries its data as a file with name, type and relation [6.8; 7.11]', () => {
    const { pdf, catalog } = open();
    const names = pdf.list(pdf.dict(pdf.dict(catalog['/Names'])['/EmbeddedFiles'])['/Names']);
    expect(pdf.list(catalog['/AF'])).toEqual([names[1]]);
    const file = pdf.dict(names[1]);
    expect([textOf(file['/F']), textOf(file['/UF']), file['/AFRelationship']]).toEqual(['agreement.json', 'agreement.json', '/Data']);
    expect(textOf(file['/Desc'])).not.toBe('');
    expect(pdf.dict(pdf.dict(file['/EF'])['/F'])['/Subtype']).toBe('/application/json');
  });

  it('prints every annotation, names it, and has its place in the structure and in the order of tabs [6.3; 7.18]', () => {
    const { pdf, pages, owners } = open();
    for (const page of pages) {
      if (pdf.list(page['/Annots']).length > 0) expect(page['/Tabs']).toBe('/S');
      for (const reference of pdf.list(page['/Annots'])) {
        const widget = pdf.dict(reference);
        expect(widget['/Subtype']).toBe('/Widget');
        expect(Number(widget['/F']) & 0b100100111).toBe(0b100);
        expect(textOf(widget['/TU'])).not.toBe('');
        expect(Object.keys(pdf.dict(widget['/AP']))).toEqual(['/N']);
        const owner = pdf.dict(owners.get(widget['/StructParent'] ?? null));
        expect([owner['/S'], pdf.list(owner['/K']).map((kid) => pdf.dict(kid)['/Obj'])]).toEqual(['/Form', [reference]]);
        const place = pdf.dict(owner['/P']);
        expect([place['/S'], pdf.list(place['/K']).map((kid) => pdf.at(kid))]).toEqual(['/TD', expect.arrayContaining([owner])]);
      }
    }
  });

  it('paints nothing but artifacts and content that one element owns [7.1]', () => {
    const { pdf, pages, owners } = open();
    for (const page of pages) {
      const { ids, outside, open: unclosed } = markedContent(pdf.list(page['/Contents']).map(pdf.data).join('\n'));
      expect([outside, unclosed]).toEqual([0, 0]);
      const parents = pdf.list(owners.get(page['/StructParents'] ?? null));
      expect(ids.toSorted((a, b) => a - b)).toEqual(parents.map((_, i) => i));
      for (const id of ids) {
        const kids = pdf.list(pdf.dict(parents[id])['/K']);
        expect(kids.some((kid) => kid === id || pdf.dict(kid)['/MCID'] === id)).toBe(true);
      }
    }
  });

  it('nests standard elements by their rules: headings by level, rows in tables, names of rows, pictures in words [6.7.3; 7.2–7.5]', () => {
    const { pdf, root } = open();
    const [top, ...others] = pdf.list(root['/K']);
    const tree = elementsOf(pdf, top ?? null);
    expect([tree.dict['/S'], others, root['/RoleMap']]).toEqual(['/Document', [], undefined]);
    let level = 0;
    for (const { dict, reference, kids } of flat(tree)) {
      const type = String(dict['/S']);
      expect(STANDARD).toContain(type);
      for (const kid of kids) expect(kid.dict['/P']).toBe(reference);
      const heading = /^\/H(\d)$/.exec(type)?.[1];
      if (heading !== undefined) {
        expect(Number(heading)).toBeLessThanOrEqual(level + 1);
        level = Number(heading);
      }
      const inner = new Set(kids.map((kid) => String(kid.dict['/S'])));
      if (type === '/Table') expect([...inner]).toEqual(['/TR']);
      if (type === '/TR') expect([...inner].filter((each) => each !== '/TH' && each !== '/TD')).toEqual([]);
      if (type === '/TH') expect(pdf.dict(dict['/A'])['/Scope']).toMatch(/^\/(?:Row|Column|Both)$/);
      if (type === '/Figure') expect([textOf(dict['/Alt']) !== '', pdf.list(pdf.dict(dict['/A'])['/BBox']).length]).toEqual([true, 4]);
    }
    const width = (row: Element) => row.kids.reduce((sum, { dict }) => sum + Number(pdf.dict(dict['/A'])['/ColSpan'] ?? 1), 0);
    for (const table of flat(tree).filter(({ dict }) => dict['/S'] === '/Table')) expect(new Set(table.kids.map(width)).size).toBe(1);
  });
});
