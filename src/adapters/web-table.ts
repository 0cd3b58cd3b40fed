/** Web pages that call themselves .xls: the one simple table in them, read without a browser. */
import type { SheetCell, SheetData, SheetMerge } from '../agreement/sheet-data.ts';
import { EMPTY_CELL } from '../agreement/sheet-data.ts';

/** One table or several side by side, none inside another, no script. */
export function isSimpleTable(html: string): boolean {
  if (!/<table[\s>]/i.test(html) || /<script[\s>]|<frameset[\s>]|<iframe[\s>]/i.test(html)) return false;
  let depth = 0;
  for (const tag of html.matchAll(/<(\/?)table[\s>]/gi)) {
    depth += tag[1] === '/' ? -1 : 1;
    if (depth > 1) return false;
  }
  return true;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00A0', middot: '·' };

/** Plain text of a cell; `<br>` becomes a newline. */
function textOf(html: string): string {
  return html
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/[\r\n\t ]+/g, ' ')
    .replace(/<br\s*\/?>/gi, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w+));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? whole;
      const point = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    })
    .trim();
}

const spanOf = (attributes: string, name: string): number => {
  const found = new RegExp(`${name}\\s*=\\s*["']?(\\d{1,4})`, 'i').exec(attributes);
  return Math.max(1, Number(found?.[1] ?? 1));
};

/** Rows of all tables in order; `rowspan` and `colspan` become merged areas. */
export function readWebTable(html: string): SheetData {
  const rows: SheetCell[][] = [];
  const merges: SheetMerge[] = [];
  const taken = new Set<string>();
  const rowSource = html.split(/<tr[\s>]/i).slice(1);
  rowSource.forEach((source, r) => {
    const row: SheetCell[] = [];
    let column = 0;
    for (const found of source.matchAll(/<t[dh]((?:\s[^>]*)?)>([\s\S]*?)(?=<\/t[dh]>|<t[dh][\s>]|<\/tr>|$)/gi)) {
      while (taken.has(`${r},${column}`)) row[column++] = EMPTY_CELL;
      const [, attributes = '', content = ''] = found;
      const text = textOf(content);
      const [height, width] = [spanOf(attributes, 'rowspan'), Math.min(spanOf(attributes, 'colspan'), 500)];
      row[column] = text === '' ? EMPTY_CELL : { kind: 'text', text };
      if (height > 1 || width > 1) {
        const bottom = Math.min(r + height, rowSource.length) - 1;
        merges.push({ top: r, left: column, bottom, right: column + width - 1 });
        for (let below = r; below <= bottom; below++)
          for (let beside = 0; beside < width; beside++) taken.add(`${below},${column + beside}`);
      }
      for (let beside = 1; beside < width; beside++) row[column + beside] = EMPTY_CELL;
      column += width;
    }
    rows.push(row);
  });
  return { name: '网页表格', hidden: false, rows, merges, hiddenRows: [], hiddenColumns: [], dateSystem: '1900' };
}
