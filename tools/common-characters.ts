/** The characters that most texts are made of: those before CJK, and level 1 of GB 2312. */

/** @source GB/T 2312-1980 rows 1–9 and 16–55 */
function commonCharacters(): ReadonlySet<number> {
  const decoder = new TextDecoder('gb18030');
  const found = new Set<number>();
  for (let code = 0x20; code < 0x500; code++) found.add(code);
  for (let row = 1; row <= 55; row++) {
    for (let cell = 1; cell <= 94; cell++) found.add(decoder.decode(Uint8Array.from([0xa0 + row, 0xa0 + cell])).codePointAt(0) ?? 0);
  }
  return found;
}

const COMMON = commonCharacters();

export const isCommon = (codePoint: number): boolean => COMMON.has(codePoint);
