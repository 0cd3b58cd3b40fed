/** Rows of delimiter-separated text, one at a time: a large file never stands in memory as cells that nobody has looked at. */

const QUOTE = 0x22;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * A field may be quoted as a whole, `""` within it is one quote; line ends are CR LF, CR or LF. A quote inside a plain field is itself, text
 * behind a closing quote belongs to the field, and a quote that is never closed reaches to the end: nothing is dropped.
 * @param mostFields of a row; whatever follows them is read and not kept
 * @source RFC 4180 §2
 */
export function* delimitedRows(text: string, delimiter: ',' | '\t' | ';', mostFields: number): Generator<string[]> {
  const separator = delimiter.charCodeAt(0);
  let at = 0;
  let row: string[] = [];
  while (at < text.length) {
    let field = '';
    if (text.charCodeAt(at) === QUOTE) [field, at] = quoted(text, at + 1);
    const start = at;
    let code = text.charCodeAt(at);
    while (at < text.length && code !== separator && code !== LINE_FEED && code !== CARRIAGE_RETURN) code = text.charCodeAt(++at);
    if (row.length < mostFields) row.push(at === start ? field : field + text.slice(start, at));
    if (at === text.length) break;
    at++;
    if (code === separator) {
      if (at === text.length && row.length < mostFields) row.push('');
      continue;
    }
    if (code === CARRIAGE_RETURN && text.charCodeAt(at) === LINE_FEED) at++;
    yield row;
    row = [];
  }
  if (row.length > 0) yield row;
}

const PIECES = 4096;

/** @param start behind the opening quote @returns what is quoted, and where the text goes on */
function quoted(text: string, start: number): [string, number] {
  let field = '';
  let pieces: string[] = [];
  for (let from = start; ; ) {
    const end = text.indexOf('"', from);
    const closes = end === -1 || text.charCodeAt(end + 1) !== QUOTE;
    // Of a doubled quote the first is kept.
    pieces.push(text.slice(from, end === -1 ? text.length : closes ? end : end + 1));
    if (closes || pieces.length === PIECES) {
      field += pieces.join('');
      pieces = [];
    }
    if (closes) return [field, end === -1 ? text.length : end + 1];
    from = end + 2;
  }
}
