/** The file that lists a school's signing devices, and the files that it names. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCertificates, readTextFile } from '../../src/adapters/signer-files.ts';
import { parseSignerSettings, readConfig } from '../../src/config.ts';
import { printPem } from '../../src/pki/pem.ts';
import { startService } from '../../src/serve.ts';
import { makeLeaf, material } from '../pki/support.ts';
import { temporaryFolder } from './temporary.ts';

const ROOT = join(import.meta.dirname, '../..');
const file = (text: string): string => {
  const path = join(temporaryFolder(), 'x');
  writeFileSync(path, text);
  return path;
};

describe('the list of signing devices', () => {
  test('is read as the README shows it', () => {
    const [, example = ''] = /```json\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, 'README.md'), 'utf8')) ?? [];
    expect(parseSignerSettings(example).map(({ name, command, url }) => [name, command?.length, url])).toEqual([
      ['hsm', 4, undefined],
      ['kms', undefined, 'https://kms.example/sign'],
    ]);
  });

  const one = { name: 'hsm', zh: '学校签名机', chain: 'a.pem', command: ['/bin/sign'] };
  test.each<[string, unknown, RegExp]>([
    ['a command and an address', [{ ...one, url: 'https://kms.example/sign' }], /0 不能用/],
    ['neither', [{ ...one, command: undefined }], /0 不能用/],
    ['a name with a space', [{ ...one, name: 'h s' }], /0\.name 不能用/],
    ['a word that we do not know', [{ ...one, pin: '1' }], /0 不能用/],
    ['no list', one, /整体 不能用/],
  ])('is refused with %s, saying where', (_, settings, where) => {
    expect(() => parseSignerSettings(JSON.stringify(settings))).toThrow(where);
  });

  test('is refused where it is no JSON, or not there', async () => {
    expect(() => parseSignerSettings('[')).toThrow('不是 JSON');
    await expect(readTextFile('/nowhere/signers.json')).rejects.toThrow('读不到 /nowhere/signers.json');
  });

  test('names certificates, the signing one first', async () => {
    const pem = [makeLeaf().certificate, material.issuing.certificate].map(({ der }) => printPem({ label: 'CERTIFICATE', der }));
    expect(await readCertificates(file(pem.join('')))).toHaveLength(2);
    for (const path of [file(''), file('-----BEGIN X-----'), '/nowhere/chain.pem'])
      await expect(readCertificates(path)).rejects.toThrow(`签名设备的证书文件不能用：${path}`);
  });
});

test('the service does not start where codes are asked for and nothing can send them', async () => {
  const certs = temporaryFolder();
  const config = readConfig({ PORT: '0', SANFANG_DATA: temporaryFolder(), SANFANG_CERTS: certs, SANFANG_CODE: 'required' });
  await expect(startService(ROOT, config)).rejects.toMatchObject({ code: 'PRODUCTION_SETTING_MISSING' });
});
