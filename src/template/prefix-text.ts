/** Reads the text back out of compiled pages, through their own fonts: an independent check on the compiler. */
import { toLatin1 } from '../bytes.ts';
import { inflate } from '../pdf/deflate.ts';
import { XREF_LINE_BYTES } from '../pdf/objects.ts';
import type { LockedTemplate } from './locked-template.ts';
import { contentObject, OBJECTS } from './object-numbers.ts';

/**
 * What the constant pages say, in content order, headers and footers left out, without spaces.
 * @throws Error when a page cannot be read back, which would be a broken compiler
 */
export function prefixText(template: LockedTemplate): string {
  const fonts = new Map([
    ['F1', readToUnicode(template, OBJECTS.bodyFont + 4)],
    ['FH', readToUnicode(template, OBJECTS.headFont + 4)],
  ]);
  let text = '';
  for (let page = 0; page < template.pageCount; page++) {
    const content = streamText(template, contentObject(page)).replace(/\/Artifact<<[\s\S]*?>>BDC[\s\S]*?EMC/g, '');
    let font = '';
    for (const [, name, hex] of content.matchAll(/\/(F1|FH) [\d.]+ Tf|<([0-9A-F]+)>(?!>)/g)) {
      if (name !== undefined) font = name;
      for (const cid of hex?.match(/.{4}/g) ?? []) text += fonts.get(font)?.get(cid) ?? '\uFFFD';
    }
  }
  return text.replace(/\s/g, '');
}

function streamText(template: LockedTemplate, object: number): string {
  const { prefix, xrefBlock } = template;
  const offset = Number(toLatin1(xrefBlock, object * XREF_LINE_BYTES, object * XREF_LINE_BYTES + 10));
  const head = toLatin1(prefix, offset, offset + 200);
  const match = /^(\d+) 0 obj\n<<[\s\S]*?\/Length (\d+)>>stream\n/.exec(head);
  if (match === null || Number(match[1]) !== object) throw new Error(`object ${object} is not where the table says`);
  const start = offset + match[0].length;
  return toLatin1(inflate(prefix.subarray(start, start + Number(match[2]))));
}

function readToUnicode(template: LockedTemplate, object: number): Map<string, string> {
  const map = new Map<string, string>();
  for (const [, cid = '', hex = ''] of streamText(template, object).matchAll(/^<([0-9A-F]{4})><([0-9A-F]+)>$/gm)) {
    map.set(cid, String.fromCharCode(...(hex.match(/.{4}/g) ?? []).map((unit) => Number.parseInt(unit, 16))));
  }
  return map;
}
