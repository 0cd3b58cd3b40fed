/** The words of a .docx paragraph by paragraph, read apart from the importer, to be held beside what it made of them. */
import { toUtf8 } from '../bytes.ts';
import { readDocxPackage } from './docx-package.ts';
import type { DrawnPage } from './draw-pages.ts';

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const PARAGRAPH = /<w:p(?:\s[^>]*)?(?:\/>|>(.*?)<\/w:p>)/gsu;
const RUN = /<w:r(?:\s[^>]*)?>(.*?)<\/w:r>/gsu;
const PIECE = /<w:t(?:\s[^>]*)?>(.*?)<\/w:t>|<w:(tab|br|cr)(?:\s[^>]*)?\/>/gsu;
const UNDERLINED = /<w:u\s[^>]*w:val="(?!none)[^"]*"/u;

/**
 * In document order, those in table cells included; an underlined space is shown as `_`. Automatic numbers are not in a
 * paragraph's own words and so not here. For the eye only: what counts is the reconciliation of the importer.
 * @throws AppError TEMPLATE_SOURCE_… as `readDocxPackage`
 */
export function readSourceParagraphs(docx: Uint8Array): readonly string[] {
  const { documentPart, parts } = readDocxPackage(docx);
  const xml = toUtf8(parts.get(documentPart) ?? new Uint8Array(0));
  return [...xml.matchAll(PARAGRAPH)].map(([, inner = '']) => [...inner.matchAll(RUN)].map(([, run = '']) => runText(run)).join(''));
}

function runText(run: string): string {
  const text = [...run.matchAll(PIECE)]
    .map(([, words, mark]) => (words === undefined ? (mark === 'tab' ? '\t' : '\n') : decode(words)))
    .join('');
  return UNDERLINED.test(run) ? text.replace(/[ \u00a0\u3000\t]/gu, '_') : text;
}

const decode = (text: string): string =>
  text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/giu, (whole, hex: string | undefined, decimal: string | undefined, name = '') => {
    const codePoint = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    if (hex === undefined && decimal === undefined) return ENTITIES[name] ?? whole;
    return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : whole;
  });

export interface SourceParagraph {
  /** Counted from 1. */
  readonly number: number;
  readonly text: string;
}

const PROBE_CHARACTERS = 10;
const bare = (text: string): string => text.replace(/[\s_＿]/gu, '');

/** Each page with the paragraphs that begin on it, as far as their first words tell; empty ones are left out. */
export function besidePages<T extends Pick<DrawnPage, 'texts'>>(
  pages: readonly T[],
  paragraphs: readonly string[],
): readonly (T & { readonly source: readonly SourceParagraph[] })[] {
  const words = pages.map(({ texts }) => bare(texts.map(({ text }) => text).join('')));
  const beside = pages.map((): SourceParagraph[] => []);
  let page = 0;
  for (const [i, text] of paragraphs.entries()) {
    const probe = bare(text).slice(0, PROBE_CHARACTERS);
    if (probe === '') continue;
    if (!(words[page] ?? '').includes(probe) && (words[page + 1] ?? '').includes(probe)) page++;
    beside[page]?.push({ number: i + 1, text });
  }
  return pages.map((shown, i) => ({ ...shown, source: beside[i] ?? [] }));
}
