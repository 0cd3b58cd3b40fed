import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { concatBytes, fromUtf8, toUtf8 } from '../../src/bytes.ts';
import { crc32 } from '../../src/crc32.ts';
import { zipStream } from '../../src/http/zip-stream.ts';

async function* from(files: Readonly<Record<string, string>>) {
  for (const [path, text] of Object.entries(files)) yield { path, bytes: fromUtf8(text) };
}

async function written(files: Readonly<Record<string, string>>): Promise<Uint8Array<ArrayBuffer>> {
  const chunks = [];
  for await (const chunk of zipStream(from(files))) chunks.push(chunk);
  return concatBytes(...chunks);
}

test('an independent reader finds every file under its Chinese name', async () => {
  const files = { '机电2401/李䶮_SF-1.pdf': '一', 'a/空.pdf': '', '数控2402/𬱖.pdf': '二'.repeat(5000) };
  const read = unzipSync(await written(files));
  expect(Object.fromEntries(Object.entries(read).map(([path, bytes]) => [path, toUtf8(bytes)]))).toEqual(files);
});

test('the same files make the same bytes', async () => {
  expect(await written({ a: '1' })).toEqual(await written({ a: '1' }));
});

test('the check value of 123456789 is the published one', () => {
  expect(crc32(fromUtf8('123456789'))).toBe(0xcbf43926);
});
