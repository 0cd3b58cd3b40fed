/** What the file of the page carries besides its words, and the digest of the file itself. */
import { fromBase64 } from '../bytes.ts';
import { need } from './elements.ts';
import { FONT_NAMES, type Fonts, type Kit } from './messages.ts';
import type { PoolKit } from './pool.ts';

export interface Carried extends PoolKit {
  /** The file of the page in pieces whose UTF-8, laid end to end, is the file. */
  readonly pieces: readonly string[];
}

const CHUNK = 1 << 20;

/** Base64 of any length, a piece at a time. */
function decode(text: string): Uint8Array<ArrayBuffer>[] {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at < text.length; at += CHUNK) parts.push(fromLatin1Chunk(atob(text.slice(at, at + CHUNK))));
  return parts;
}

function fromLatin1Chunk(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** Takes the data out of the document. Must run before anything in the document has changed. */
export function takeCarried(): Carried {
  const take = (id: string): string => {
    const element = need(HTMLScriptElement, `#${id}`);
    const text = element.textContent ?? '';
    element.textContent = '';
    return text;
  };
  const [workerText, kitText] = [take('worker'), take('kit')];
  const fontTexts = FONT_NAMES.map((name) => take(`font-${name}`));
  const texts = [workerText, kitText, ...fontTexts];
  const pieces: string[] = [];
  let rest = `<!DOCTYPE html>\n${document.documentElement.outerHTML}`;
  for (const [i, id] of ['worker', 'kit', ...FONT_NAMES.map((name) => `font-${name}`)].entries()) {
    const mark = `<script type="text/plain" id="${id}">`;
    const at = rest.indexOf(mark) + mark.length;
    pieces.push(rest.slice(0, at), texts[i] ?? '');
    rest = rest.slice(at);
  }
  pieces.push(rest);
  const blobs = Object.fromEntries(FONT_NAMES.map((name, i) => [name, new Blob(decode(fontTexts[i] ?? ''))])) as unknown as Fonts['blobs'];
  return {
    pieces,
    fonts: { form: 'deflated', blobs },
    kit: JSON.parse(new TextDecoder().decode(fromBase64(kitText))) as Kit,
    workerUrl: URL.createObjectURL(new Blob(decode(workerText), { type: 'text/javascript' })),
  };
}
