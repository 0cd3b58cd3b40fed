/** What the peers are given: made once, in a process of its own, so that their memory is theirs and not ours. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { requiredRoles } from '../src/agreement/signatories.ts';
import { annexBlocks } from '../src/template/annex-blocks.ts';
import { documentText } from '../src/template/document-text.ts';
import { valueText } from '../src/template/stamp.ts';
import { type PageLine, toPages } from './content.ts';
import { nth } from './measure.ts';
import { openScene } from './scene.ts';
import { rebuildTrueType } from './truetype.ts';
import { typstSource } from './typst-source.ts';

export const FAMILY = 'Sanfang Song';

export interface PeerContent {
  /** Our Song face with all its characters, and the rare ones that are drawn: the next student's name may hold any of them, for peers as for us. */
  readonly ttf: Uint8Array;
  /** Of each agreement: its pages of lines. */
  readonly agreements: readonly (readonly (readonly PageLine[])[])[];
  readonly typst: {
    /** The same source with growing leading; the first that fills `pageCount` pages is used. */
    readonly sources: readonly string[];
    readonly pageCount: number;
    /** Of each agreement: the values of its blanks as JSON. */
    readonly inputs: readonly string[];
  };
}

const FONT = 'song.ttf';
const CONTENT = 'content.json';

export async function writePeerContent(folder: string): Promise<void> {
  const { template, agreements } = await openScene();
  const { annex } = nth(agreements, 0);
  const blocks = annex === null ? [] : annexBlocks(annex);
  const pages = agreements.map((data) => toPages(template, data));
  const drawn = pages.flatMap((lines) => lines.flatMap((page) => page.map(({ text }) => text)));
  const everything = Array.from(template.fonts.song.codePoints, (codePoint) => String.fromCodePoint(codePoint));
  const text = `${everything.join('')}${drawn.join('')}${template.lockedText}${documentText({ blocks })}`;
  writeFileSync(join(folder, FONT), rebuildTrueType(template.fonts, text, FAMILY));
  const typst = {
    sources: Array.from({ length: 17 }, (_, i) => typstSource(template, blocks, FAMILY, 4 + i / 2)),
    pageCount: template.pageCount + (annex === null ? 0 : 1),
    inputs: agreements.map((data) =>
      JSON.stringify(template.blanks.map((placed) => valueText(data, placed, requiredRoles(template, data)))),
    ),
  };
  writeFileSync(join(folder, CONTENT), JSON.stringify({ agreements: pages, typst }));
}

export function readPeerContent(folder: string): PeerContent {
  const ttf = new Uint8Array(readFileSync(join(folder, FONT)));
  return { ttf, ...(JSON.parse(readFileSync(join(folder, CONTENT), 'utf8')) as Omit<PeerContent, 'ttf'>) };
}
