/** Rows of delimiter-separated text, one at a time: a large file never stands in memory as cells that nobody has looked at. */

const QUOTE = 0x22;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * A field may be quoted as a whole, `""` within it is one quote; line ends are CR LF, CR or LF. A quote inside a plain field is itself, text
 * behind a closing quote belongs to the field, and a quote that is never closed reaches to the end: nothing is dropped.
 * @source RFC 4180 §2
 */
export function* delimitedRows(text: string, delimiter: ',' | '\t' | ';'): Generator<string[]> {
  const separator = delimiter.charCodeAt(0);
  let at = 0;
  let row: string[] = [];
  while (at < text.length) {
    let field = '';
    if (text.charCodeAt(at) === QUOTE) [field, at] = quoted(text, at + 1);
    const start = at;
    let code = text.charCodeAt(at);
    while (at < text.length && code !== separator && code !== LINE_FEED && code !== CARRIAGE_RETURN) code = text.charCodeAt(++at);
    row.push(at === start ? field : field + text.slice(start, at));
    if (at === text.length) break;
    at++;
    if (code === separator) {
      if (at === text.length) row.push('');
      continue;
    }
    if (code === CARRIAGE_RETURN && text.charCodeAt(at) === LINE_FEED) at++;
    yield row;
    row = [];
  }
  if (row.length > 0) yield row;
}

/** @param start behind the opening quote @returns what is quoted, and where the text goes on */
function quoted(text: string, start: number): [string, number] {
  let field = '';
  for (let from = start; ; ) {
    const end = text.indexOf('"', from);
    if (end === -1) return [field + text.slice(from), text.length];
    field += text.slice(from, end);
    if (text.charCodeAt(end + 1) !== QUOTE) return [field, end + 1];
    field += '"';
    from = end + 2;
  }
}
