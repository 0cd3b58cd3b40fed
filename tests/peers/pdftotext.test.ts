/** What poppler reads on the pages: the locked text complete and in order, the stamped values, and nothing else. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signatoryOf } from '../../src/agreement/signatories.ts';
import { beijingDateOf, beijingText } from '../../src/instant.ts';
import { annexBlocks } from '../../src/template/annex-blocks.ts';
import { documentText } from '../../src/template/document-text.ts';
import { SAMPLE_MARK } from '../../src/template/locked-template.ts';
import { valueText } from '../../src/template/stamp.ts';
import { outputOf } from './programs.ts';
import { makeSignedFolder, type SignedFile, type SignedFolder } from './signed-files.ts';

let signed: SignedFolder;
beforeAll(async () => {
  signed = await makeSignedFolder();
});
afterAll(() => signed.remove());

/** Line breaks and spaces are layout, ＿ stands for a blank. */
const bare = (text: string): string => text.replace(/[\s＿]/g, '');
const sorted = (text: string): string => [...text].sort().join('');

/** Text of each page in the order of the page's own content, or as poppler sees columns. */
function pagesOf(path: string, mode: 'content order' | 'physical layout'): string[] {
  const text = outputOf('pdftotext', [...(mode === 'content order' ? ['-raw'] : []), '-enc', 'UTF-8', path, '-']);
  return text.split('\f').slice(0, -1).map(bare);
}

const footerOf = (page: number): string => `第${page + 1}页，共${signed.template.pageCount}页`;

/** The values of one page in the order of its blanks. */
const valuesOf = ({ data, roles }: SignedFile, page: number): string =>
  bare(
    signed.template.blanks
      .filter((placed) => placed.page === page)
      .map((placed) => valueText(data, placed, roles))
      .join(''),
  );

/** The caption of the code on the last page of all, where there is one. */
const captionOf = ({ data: { verifyOrigin, agreementNumber } }: SignedFile): string =>
  verifyOrigin === undefined ? '' : `验真：扫码后上传本文件编号${agreementNumber}`;
const captionOn = (file: SignedFile, page: number): string =>
  file.data.annex === null && page === signed.template.pageCount - 1 ? captionOf(file) : '';

/** What the signatures draw on one page: the note, the printed name unless inked, the organisation, the date of the form. */
function appearancesOf({ data, roles, at, inked }: SignedFile, page: number): string {
  const [year = '', month = '', day = ''] = beijingDateOf(at)
    .split('-')
    .map((part) => part.replace(/^0/, ''));
  return bare(
    roles
      .filter((role) => signed.template.signaturePlaces.some((place) => place.role === role && place.page === page))
      .map((role) => {
        const signatory = signatoryOf(data.fields, role);
        const organisation = 'organisation' in signatory ? signatory.organisation : '';
        return `已数字签名${beijingText(at)}${inked.includes(role) ? '' : signatory.name}${organisation}${year}${month}${day}`;
      })
      .join(''),
  );
}

interface BodyPage {
  readonly locked: string;
  readonly rest: string;
}

/** Takes a page apart: mark, locked text, footer, and what the tail of the file draws over it. */
function takeApart(text: string, page: number): BodyPage {
  const footer = footerOf(page);
  const end = text.indexOf(footer);
  expect(text.startsWith(SAMPLE_MARK)).toBe(true);
  expect(end).toBeGreaterThan(0);
  return { locked: text.slice(SAMPLE_MARK.length, end), rest: text.slice(end + footer.length) };
}

describe('pdftotext -raw', () => {
  it('reads exactly the locked text on the pages, in order', () => {
    for (const { path } of signed.files) {
      const pages = pagesOf(path, 'content order').slice(0, signed.template.pageCount);
      expect(pages.map((text, page) => takeApart(text, page).locked).join('')).toBe(bare(signed.template.lockedText));
    }
  });

  it('reads the values of each page after its locked text, then the signatures, and nothing else', () => {
    for (const file of signed.files) {
      const pages = pagesOf(file.path, 'content order').slice(0, signed.template.pageCount);
      pages.forEach((text, page) => {
        expect(takeApart(text, page).rest).toBe(valuesOf(file, page) + captionOn(file, page) + appearancesOf(file, page));
      });
    }
  });

  it('reads the annex with its fixed last clause on pages of its own', () => {
    for (const file of signed.files) {
      const { path, data } = file;
      const text = pagesOf(path, 'content order').slice(signed.template.pageCount).join('');
      const read = text.replaceAll(SAMPLE_MARK, '').replace(/附件第\d+页，共\d+页/g, '');
      expect(read).toBe(data.annex === null ? '' : bare(documentText({ blocks: annexBlocks(data.annex) })) + captionOf(file));
    }
  });
});

describe('pdftotext', () => {
  it('reads on each page the same characters and no others', () => {
    for (const file of signed.files) {
      const inOrder = pagesOf(file.path, 'content order').slice(0, signed.template.pageCount);
      pagesOf(file.path, 'physical layout')
        .slice(0, signed.template.pageCount)
        .forEach((text, page) => {
          const locked = takeApart(inOrder[page] ?? '', page).locked;
          expect(sorted(text)).toBe(
            sorted(SAMPLE_MARK + locked + footerOf(page) + valuesOf(file, page) + captionOn(file, page) + appearancesOf(file, page)),
          );
        });
    }
  });

  it.each([[[]], [['-raw']], [['-layout']]])('reads the printed template text piece by piece in order, with options %j', (options) => {
    const pieces = signed.template.pagedText
      .split(/[\n＿]/)
      .map(bare)
      .filter((piece) => piece !== '');
    expect(pieces.length).toBeGreaterThan(100);
    for (const { path } of signed.files) {
      const text = bare(outputOf('pdftotext', [...options, '-enc', 'UTF-8', path, '-']));
      let from = 0;
      for (const piece of pieces) {
        const at = text.indexOf(piece, from);
        expect(at, `${piece} after ${from}`).toBeGreaterThanOrEqual(from);
        from = at + piece.length;
      }
    }
  });
});
