/** Joins the lines of body.hbs with the block structure of manifest.json, and takes a document apart again. */
import { AppError } from '../errors.ts';
import { BLANK_MARK, type BodyLine, type BodyPiece, printBlankPath } from './body.ts';
import type { Manifest, ManifestBlank, ManifestBlock, ManifestParagraph } from './manifest.ts';
import type { Blank, Block, Inline, Paragraph, SignatureBox } from './template-document.ts';

/**
 * Builds the blocks of a document from its two halves, which must agree line by line and blank by blank.
 * @throws AppError TEMPLATE_ALTERED with the line
 */
export function assembleBlocks(lines: readonly BodyLine[], manifest: Pick<Manifest, 'blocks' | 'blanks'>): readonly Block[] {
  const feed = { lines, at: 0, blanks: manifest.blanks, blankAt: 0 };
  const blocks = manifest.blocks.map((block) => assembleBlock(block, feed));
  if (feed.at !== lines.length) throw altered(`正文比清单多出第 ${feed.at + 1} 行`);
  if (feed.blankAt !== manifest.blanks.length) throw altered('清单里的空格比正文多');
  return blocks;
}

interface Feed {
  readonly lines: readonly BodyLine[];
  at: number;
  readonly blanks: readonly ManifestBlank[];
  blankAt: number;
}

function assembleBlock(block: ManifestBlock, feed: Feed): Block {
  switch (block.kind) {
    case 'pageBreak':
    case 'section':
      return block;
    case 'paragraph':
    case 'signatureBox':
      return assembleLine(block, feed);
    case 'table': {
      const rows = block.rows.map((row) => ({
        cells: row.cells.map(({ blocks, ...cell }) => ({ ...cell, blocks: blocks.map((inner) => assembleLine(inner, feed)) })),
      }));
      if (block.columns.reduce((sum, share) => sum + share, 0) !== 1000) throw altered('表格各列宽度之和不是 1000');
      const ragged = block.rows.some((row) => row.cells.reduce((sum, cell) => sum + cell.columnSpan, 0) !== block.columns.length);
      if (ragged) throw altered('表格有一行的列数不对');
      return { ...block, rows };
    }
  }
}

type LineBlock = Extract<ManifestBlock, { kind: 'paragraph' | 'signatureBox' }>;

function assembleLine(block: LineBlock, feed: Feed): Paragraph | SignatureBox {
  const line = feed.lines[feed.at];
  const number = ++feed.at;
  if (line === undefined) throw altered(`正文缺少第 ${number} 行`);
  const signature = line.find((piece) => piece.kind === 'blank' && piece.path.kind === 'signature');
  if (block.kind === 'signatureBox') {
    const role = signature?.kind === 'blank' && signature.path.kind === 'signature' ? signature.path.role : undefined;
    if (role !== block.role) throw altered(`第 ${number} 行应为签名位置`);
    return block;
  }
  if (signature !== undefined) throw altered(`第 ${number} 行不应有签名位置`);
  const { bold, underline, generated, ...layout } = block;
  const inlines = line.flatMap(inlineReader({ bold, underline }, feed, number));
  const length = line.reduce((sum, piece) => sum + pieceLength(piece), 0);
  if (generated > length || [...bold, ...underline].some(([start, end]) => start >= end || end > length))
    throw altered(`第 ${number} 行的字体范围不对`);
  return { ...layout, inlines };
}

type Ranges = Pick<ManifestParagraph, 'bold' | 'underline'>;

/** Returns a reader that keeps its place in the line: pieces must be handed to it in order. */
function inlineReader(ranges: Ranges, feed: Feed, lineNumber: number): (piece: BodyPiece) => readonly Inline[] {
  let at = 0;
  return (piece) => {
    const start = at;
    at += pieceLength(piece);
    if (piece.kind === 'text') return splitByRanges(piece.text, start, ranges);
    const entry = feed.blanks[feed.blankAt++];
    if (entry?.path !== printBlankPath(piece.path)) throw altered(`第 ${lineNumber} 行的空格与清单不符`);
    return [blankOf(piece, entry)];
  };
}

function blankOf(piece: Extract<BodyPiece, { kind: 'blank' }>, entry: ManifestBlank): Blank {
  const { path } = piece;
  switch (path.kind) {
    case 'value':
      if (entry.lines !== undefined && (path.part !== undefined || path.line !== undefined)) throw altered(`空格 ${entry.id} 的行数不对`);
      return {
        ...path,
        ...(entry.lines === undefined ? {} : { lines: entry.lines }),
        ...(entry.type === 'date' && path.part === undefined ? { inWords: true } : {}),
        widthEm: entry.widthEm,
        align: entry.align,
      };
    case 'signedOn':
      return { ...path, widthEm: entry.widthEm };
    case 'choice':
      return path;
    case 'signature':
      throw new Error('a signature box is a line of its own');
  }
}

const pieceLength = (piece: BodyPiece): number => {
  if (piece.kind === 'text') return piece.text.length;
  return piece.path.kind === 'choice' ? 0 : BLANK_MARK.length;
};

const within = (ranges: readonly (readonly [number, number])[], at: number): boolean =>
  ranges.some(([start, end]) => at >= start && at < end);

function splitByRanges(text: string, offset: number, ranges: Ranges): readonly Inline[] {
  const cuts = new Set([0, text.length]);
  for (const edge of [...ranges.bold, ...ranges.underline].flat()) {
    if (edge > offset && edge < offset + text.length) cuts.add(edge - offset);
  }
  const edges = [...cuts].sort((a, b) => a - b);
  return edges.slice(1).map((end, index) => {
    const start = edges[index] ?? 0;
    return {
      kind: 'text',
      text: text.slice(start, end),
      bold: within(ranges.bold, offset + start),
      underline: within(ranges.underline, offset + start),
    };
  });
}

const altered = (what: string): AppError => new AppError('TEMPLATE_ALTERED', { what });

/** One line of body.hbs for a paragraph: neighbouring text is joined, whatever its weight. */
export function toBodyLine(inlines: readonly Inline[]): BodyLine {
  const pieces: BodyPiece[] = [];
  for (const inline of inlines) {
    const last = pieces.at(-1);
    if (inline.kind !== 'text') pieces.push({ kind: 'blank', path: pathOf(inline) });
    else if (last?.kind === 'text') pieces[pieces.length - 1] = { kind: 'text', text: last.text + inline.text };
    else if (inline.text !== '') pieces.push({ kind: 'text', text: inline.text });
  }
  return pieces;
}

function pathOf(blank: Blank): Extract<BodyPiece, { kind: 'blank' }>['path'] {
  switch (blank.kind) {
    case 'value':
      return omitLayout(blank);
    case 'choice':
      return { kind: 'choice', field: blank.field, option: blank.option };
    case 'signedOn':
      return omitLayout(blank);
  }
}

/** The blank without what the manifest says of it. */
function omitLayout<T extends { widthEm: number; lines?: number; align?: string; inWords?: true }>(
  blank: T,
): Omit<T, 'widthEm' | 'lines' | 'align' | 'inWords'> {
  const { widthEm: _width, lines: _lines, align: _align, inWords: _inWords, ...path } = blank;
  return path;
}

/** The bold or underlined ranges of a paragraph, in the units of the manifest. */
export function rangesOf(inlines: readonly Inline[], flag: 'bold' | 'underline'): [number, number][] {
  const ranges: [number, number][] = [];
  let at = 0;
  for (const inline of inlines) {
    const start = at;
    at += inline.kind === 'text' ? inline.text.length : inline.kind === 'choice' ? 0 : BLANK_MARK.length;
    if (inline.kind !== 'text' || !inline[flag] || at === start) continue;
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === start) last[1] = at;
    else ranges.push([start, at]);
  }
  return ranges;
}

/**
 * The lines of body.hbs and the blocks of manifest.json for the blocks of a document; `assembleBlocks` is the inverse.
 * @param generated length of the automatic number at the start of a paragraph, for those that have one
 */
export function disassembleBlocks(
  blocks: readonly Block[],
  generated: ReadonlyMap<Paragraph, number> = new Map(),
): { readonly lines: readonly BodyLine[]; readonly blocks: ManifestBlock[] } {
  const lines: BodyLine[] = [];
  const takeLine = (block: Paragraph | SignatureBox): LineBlock => {
    if (block.kind === 'signatureBox') {
      lines.push([{ kind: 'blank', path: { kind: 'signature', role: block.role } }]);
      return { kind: 'signatureBox', role: block.role, lines: block.lines };
    }
    const { inlines, ...layout } = block;
    lines.push(toBodyLine(inlines));
    const ranges = { bold: rangesOf(inlines, 'bold'), underline: rangesOf(inlines, 'underline') };
    return { ...layout, generated: generated.get(block) ?? 0, ...ranges };
  };
  const taken = blocks.map((block): ManifestBlock => {
    if (block.kind === 'pageBreak' || block.kind === 'section') return block;
    if (block.kind !== 'table') return takeLine(block);
    const rows = block.rows.map((row) => ({
      cells: row.cells.map(({ blocks: inner, ...cell }) => ({ ...cell, blocks: inner.map(takeLine) })),
    }));
    const { borders } = block;
    return { kind: 'table', columns: [...block.columns], ...(borders === undefined ? {} : { borders }), rows };
  });
  return { lines, blocks: taken };
}
