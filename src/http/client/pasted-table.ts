/** A table copied from a spreadsheet program: tab-separated text with quoted cells, turned into a CSV of the same cells. */

/** Cells by row; a quoted cell may hold tabs, line breaks and doubled quotes. */
export function parsePastedTable(text: string): string[][] {
  const rows: string[][] = [[]];
  const cell = /(?:"((?:[^"]|"")*)"|([^\t\r\n]*))(\t|\r\n|\r|\n|$)/y;
  for (let end: string | undefined = '\t'; end === '\t' || cell.lastIndex < text.length; ) {
    if (end !== '\t') rows.push([]);
    const match = cell.exec(text);
    if (!match) break;
    const [, quoted, plain = ''] = match;
    rows.at(-1)?.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    end = match[3];
  }
  return rows;
}

/** RFC 4180 with every cell quoted. */
export const printCsv = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')).join('\r\n');
