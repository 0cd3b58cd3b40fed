/** Raw deflate by the browser's own code, where it has any. */
import type { Fonts } from './messages.ts';

/** False in browsers before 2023: pure code does it then. */
export const canInflate: boolean = typeof DecompressionStream === 'function';

/** @throws TypeError, while it is read, for anything but whole deflated data. @source Compression Streams, `deflate-raw` */
export async function* inflated(blob: Blob): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = blob.stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** The same fonts, inflated once for all workers where native code can: pure code takes a worker a second or two. */
export async function plainFonts(fonts: Fonts): Promise<Fonts> {
  if (fonts.form === 'plain' || !canInflate) return fonts;
  const plain = async (blob: Blob): Promise<Blob> => {
    const parts: Uint8Array<ArrayBuffer>[] = [];
    for await (const part of inflated(blob)) parts.push(part);
    return new Blob(parts);
  };
  const { song, hei, rare } = fonts.blobs;
  return { form: 'plain', blobs: { song: await plain(song), hei: await plain(hei), rare: await plain(rare) } };
}
