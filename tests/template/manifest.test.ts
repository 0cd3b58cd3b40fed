import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromUtf8, toUtf8 } from '../../src/bytes.ts';
import { sha256Hex } from '../../src/digest.ts';
import { parseBody } from '../../src/template/body.ts';
import { assembleBlocks, disassembleBlocks } from '../../src/template/document-blocks.ts';
import { type Manifest, parseManifest, printManifest, readPackDocument } from '../../src/template/manifest.ts';
import { docx, importCase, p, r, refusalOf, tbl, tc } from './docx-builder.ts';

const source = docx({
  body:
    p(r('甲方名称：____，') + r('不得', '<w:b/>') + r('转让')) +
    tbl([1, 1], tc(p(r('甲方（盖章）')) + p('').repeat(4)) + tc(p(r('支付方式：□银行转账 □现金')))) +
    p(r('自____年__月__日至____年__月__日')),
});
const { manifest, body } = importCase(source);
const bodyText = toUtf8(body);

const refusal = (files: { manifest?: Uint8Array; body?: Uint8Array; source?: Uint8Array }): string =>
  refusalOf(() => readPackDocument({ manifest, body, source, ...files })).code;
const edited = (change: (manifest: Manifest) => Manifest): Uint8Array => printManifest(change(parseManifest(manifest)));
/** The edit of someone who also refreshes the digest that the manifest keeps of the body. */
const withBody = (text: string, change: (manifest: Manifest) => Manifest = (same) => same): { manifest: Uint8Array; body: Uint8Array } => ({
  manifest: edited((m) => change({ ...m, bodySha256: sha256Hex(fromUtf8(text)) })),
  body: fromUtf8(text),
});

describe('readPackDocument', () => {
  it('reads a pack as it was imported', () => {
    const pack = readPackDocument({ manifest, body, source });
    expect(pack.blocks.map((block) => block.kind)).toEqual(['paragraph', 'table', 'paragraph']);
    expect(pack.blocks[0]).toMatchObject({
      inlines: [
        { text: '甲方名称：' },
        { field: 'schoolName', widthEm: 2 },
        { text: '，' },
        { text: '不得', bold: true },
        { text: '转让' },
      ],
    });
  });

  it('refuses any single byte changed in body.hbs', () => {
    fc.assert(
      fc.property(fc.nat(body.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = body.slice();
        changed[at] = (changed[at] ?? 0) ^ flip;
        expect(refusal({ body: changed })).toBe('TEMPLATE_ALTERED');
      }),
    );
  });

  it('refuses a changed source', () => {
    expect(refusal({ source: source.slice(1) })).toBe('TEMPLATE_ALTERED');
  });

  it.each([
    ['a word of the text', bodyText.replace('不得', '可以'), 'TEMPLATE_ALTERED'],
    ['a line added', `${bodyText}丁\n`, 'TEMPLATE_ALTERED'],
    ['a line removed', bodyText.slice(0, bodyText.lastIndexOf('自')), 'TEMPLATE_ALTERED'],
    ['a blank renamed', bodyText.replace('{{schoolName}}', '{{unitName}}'), 'TEMPLATE_ALTERED'],
    ['a blank removed', bodyText.replace('{{schoolName}}', ''), 'TEMPLATE_ALTERED'],
    ['a signature box turned into text', bodyText.replace('{{signature.school}}', '甲'), 'TEMPLATE_ALTERED'],
    ['a helper', bodyText.replace('{{schoolName}}', '{{upper schoolName}}'), 'TEMPLATE_BODY_GRAMMAR'],
  ])('refuses %s even with a fresh digest of the body', (_what, text, code) => {
    expect(refusal(withBody(text))).toBe(code);
  });

  it.each([
    ['a field we do not know', (m: Manifest) => ({ ...m, note: '' }) as Manifest, 'TEMPLATE_MANIFEST_MALFORMED'],
    ['another schema', (m: Manifest) => ({ ...m, schema: 'sanfang.template/2' }) as unknown as Manifest, 'TEMPLATE_MANIFEST_MALFORMED'],
    ['a path in the pack name', (m: Manifest) => ({ ...m, pack: '../x' }), 'TEMPLATE_MANIFEST_MALFORMED'],
    ['a block removed', (m: Manifest) => ({ ...m, blocks: m.blocks.slice(1) }), 'TEMPLATE_ALTERED'],
    ['a blank entry removed', (m: Manifest) => ({ ...m, blanks: m.blanks.slice(0, -1) }), 'TEMPLATE_ALTERED'],
    ['blank entries swapped', (m: Manifest) => ({ ...m, blanks: m.blanks.toReversed() }), 'TEMPLATE_ALTERED'],
    ['the text digest', (m: Manifest) => ({ ...m, textSha256: sha256Hex(body) }), 'TEMPLATE_ALTERED'],
  ])('refuses a manifest with %s', (_what, change, code) => {
    expect(refusal({ manifest: edited(change) })).toBe(code);
  });

  type Table = Extract<Manifest['blocks'][number], { kind: 'table' }>;
  const withTable = (change: (table: Table) => Table) => (m: Manifest) => ({
    ...m,
    blocks: m.blocks.map((block) => (block.kind === 'table' ? change(block) : block)),
  });
  const [first] = parseManifest(manifest).blocks;

  it.each<[string, (m: Manifest) => Manifest, string]>([
    ['columns that leave a gap', withTable((table) => ({ ...table, columns: [400, 400] })), '不是 1000'],
    ['a row short of a column', withTable((table) => ({ ...table, columns: [500, 250, 250] })), '列数不对'],
    ['a blank that the text does not have', (m) => ({ ...m, blanks: [...m.blanks, ...m.blanks.slice(-1)] }), '比正文多'],
    [
      'words in place of a signature box',
      withTable((table) => ({
        ...table,
        rows: table.rows.map((row) => ({
          cells: row.cells.map((cell) => ({
            ...cell,
            blocks: cell.blocks.map((block) =>
              block.kind === 'signatureBox' && first?.kind === 'paragraph' ? { ...first, bold: [], underline: [] } : block,
            ),
          })),
        })),
      })),
      '不应有签名位置',
    ],
    [
      'bold words behind the end of their line',
      (m) => ({ ...m, blocks: m.blocks.map((block) => (block.kind === 'paragraph' ? { ...block, bold: [[0, 99]] } : block)) }),
      '字体范围不对',
    ],
    [
      'lines for a part of a date',
      (m) => ({ ...m, blanks: m.blanks.map((blank) => (blank.path.endsWith('.year') ? { ...blank, lines: 2 } : blank)) }),
      '行数不对',
    ],
  ])('refuses a manifest with %s, and says so', (_what, change, words) => {
    const refused = refusalOf(() => readPackDocument({ manifest: edited(change), body, source }));
    expect(refused.code).toBe('TEMPLATE_ALTERED');
    expect(refused.zh).toContain(words);
  });

  it('refuses a body that is no UTF-8 even with a fresh digest', () => {
    const spoilt = Uint8Array.of(0xff, 0x0a);
    expect(refusal({ manifest: edited((m) => ({ ...m, bodySha256: sha256Hex(spoilt) })), body: spoilt })).toBe('TEMPLATE_ALTERED');
  });

  it('refuses a manifest that is not JSON, and says where another is wrong', () => {
    expect(refusal({ manifest: fromUtf8('{') })).toBe('TEMPLATE_MANIFEST_MALFORMED');
    expect(refusalOf(() => parseManifest(edited((m) => ({ ...m, stamping: 2 as 1 })))).zh).toContain('stamping');
  });

  it('prints what it parsed, byte for byte', () => {
    expect(toUtf8(printManifest(parseManifest(manifest)))).toBe(toUtf8(manifest));
  });
});

describe('disassembleBlocks', () => {
  it('is undone by assembleBlocks', () => {
    const parsed = parseManifest(manifest);
    const blocks = assembleBlocks(parseBody(bodyText), parsed);
    const apart = disassembleBlocks(blocks);
    expect(assembleBlocks(apart.lines, { blocks: apart.blocks, blanks: parsed.blanks })).toEqual(blocks);
    expect(apart.blocks).toEqual(parsed.blocks);
  });
});
