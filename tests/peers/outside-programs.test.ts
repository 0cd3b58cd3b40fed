/** Programs we did not write read our signed agreements: pdfsig, qpdf, mutool, pdfdetach, openssl and coreutils. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { printAgreementData } from '../../src/agreement/agreement-data.ts';
import { fromHex } from '../../src/bytes.ts';
import { layOutRevisionZero } from '../../src/template/revision-zero.ts';
import { outputOf, run } from './programs.ts';
import { makeSignedFolder, type SignedFile, type SignedFolder } from './signed-files.ts';

let signed: SignedFolder;
let trustStore: string;

beforeAll(async () => {
  signed = await makeSignedFolder();
  trustStore = join(signed.folder, 'nss');
  mkdirSync(trustStore);
  outputOf('certutil', ['-N', '-d', `sql:${trustStore}`, '--empty-password']);
  outputOf('certutil', ['-A', '-n', 'sanfang', '-t', 'CT,C,C', '-i', signed.rootPath, '-d', `sql:${trustStore}`]);
});
afterAll(() => signed.remove());

/** Asserts for every file, naming the one that failed. */
function each(judge: (file: SignedFile) => void): void {
  for (const file of signed.files) {
    try {
      judge(file);
    } catch (cause) {
      throw new Error(`with ${file.what}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
  }
}

const count = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].length;
const pdfsig = (path: string): string => run('pdfsig', ['-nssdir', `sql:${trustStore}`, path]).text;

describe('pdfsig', () => {
  it('finds every signature valid, made by a trusted certificate, over the whole of its revision', () => {
    each(({ path, roles }) => {
      const report = pdfsig(path);
      expect(count(report, /^Signature #\d+:/gm)).toBe(roles.length);
      expect(count(report, /Signature Validation: Signature is Valid\.$/gm)).toBe(roles.length);
      expect(count(report, /Certificate Validation: Certificate is Trusted\.$/gm)).toBe(roles.length);
      expect(count(report, /Signing Hash Algorithm: SHA-256$/gm)).toBe(roles.length);
      expect(count(report, /Signature Type: ETSI\.CAdES\.detached$/gm)).toBe(roles.length);
      expect(count(report, /Total document signed$/gm)).toBe(1);
    });
  });

  it('names the field of each party', () => {
    each(({ path, roles }) => {
      const names = [...pdfsig(path).matchAll(/Signature Field Name: (\w+)/g)].map((match) => match[1] ?? '');
      expect(names.toSorted()).toEqual(roles.toSorted());
    });
  });

  it('finds a signature broken after one byte of a value has changed', () => {
    const [file] = signed.files;
    if (file === undefined) throw new Error('no file');
    const bytes = new Uint8Array(readFileSync(file.path));
    const at = signed.template.prefix.length + 400;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    const path = join(signed.folder, 'broken.pdf.changed');
    writeFileSync(path, bytes);
    expect(count(pdfsig(path), /Signature is Valid/g)).toBe(0);
  });
});

describe('openssl', () => {
  it('verifies every CMS over the bytes of its ByteRange, up to the root', () => {
    each(({ path, roles }) => {
      const bytes = readFileSync(path);
      const ranges = [...bytes.toString('latin1').matchAll(/\/ByteRange\[0 (\d{10}) (\d{10}) (\d{10})\]\/Contents<([0-9a-f]+)>/g)];
      expect(ranges).toHaveLength(roles.length);
      for (const [, before, after, rest, contents = ''] of ranges) {
        const covered = Buffer.concat([bytes.subarray(0, Number(before)), bytes.subarray(Number(after), Number(after) + Number(rest))]);
        const content = join(signed.folder, 'covered');
        const cms = join(signed.folder, 'cms.der');
        writeFileSync(content, covered);
        writeFileSync(cms, fromHex(contents));
        const args = ['cms', '-verify', '-binary', '-inform', 'DER', '-in', cms, '-content', content, '-CAfile', signed.rootPath];
        const { status, text } = run('openssl', [...args, '-purpose', 'any', '-out', '/dev/null']);
        expect(text).toContain('CMS Verification successful');
        expect(status).toBe(0);
      }
    });
  });
});

describe('qpdf', () => {
  it('has nothing to say against any file', () => {
    each(({ path }) => {
      const { status, text } = run('qpdf', ['--check', path]);
      expect(text).toContain('No syntax or stream encoding errors found');
      expect(text).not.toContain('WARNING');
      expect(status).toBe(0);
    });
  });
});

describe('mutool', () => {
  it('opens every file without repairing it and finds every font embedded', () => {
    each(({ path, data }) => {
      const { status, text } = run('mutool', ['info', path]);
      expect(status).toBe(0);
      expect(text).not.toMatch(/warning|error|repair/i);
      const zero = layOutRevisionZero(signed.template, data);
      const pages = Number(/^Pages: (\d+)$/m.exec(text)?.[1]);
      expect(pages).toBeGreaterThanOrEqual(signed.template.pageCount + (data.annex === null ? 0 : 1));
      const fonts = [...text.matchAll(/Type0 '(\w{6}\+\w+)' Identity-H/g)].map((match) => match[1]);
      expect(fonts).toContain('SFSONG+SanfangSong');
      expect(fonts).toContain('SFHEIT+SanfangHei');
      if (zero.values.size() > 0) expect(fonts).toContain('SFVALU+SanfangSong');
    });
  });

  it('draws every page without a warning', () => {
    each(({ path }) => {
      const { status, text } = run('mutool', ['draw', '-r', '20', '-o', '/dev/null', '-F', 'pgm', path]);
      // Debian builds mutool without colour management and says so each time.
      expect(text.replace('warning: ICC support is not available\n', '')).not.toMatch(/warning|error/i);
      expect(status).toBe(0);
    });
  });
});

describe('pdffonts', () => {
  it('finds each font a TrueType CID font, embedded, a subset, with Unicode', () => {
    each(({ path }) => {
      const [, , ...lines] = outputOf('pdffonts', [path]).trim().split('\n');
      expect(lines.length).toBeGreaterThanOrEqual(2);
      for (const line of lines) expect(line).toMatch(/CID TrueType\s+Identity-H\s+yes yes yes/);
    });
  });
});

describe('head and sha256sum', () => {
  it('find the published prefix in every file', () => {
    const { prefix } = JSON.parse(readFileSync(join(import.meta.dirname, '../../templates/sample/manifest.json'), 'utf8')) as {
      prefix: { lengthBytes: number; sha256: string };
    };
    each(({ path }) => {
      const printed = outputOf('sh', ['-c', 'head -c "$1" "$2" | sha256sum', 'sh', String(prefix.lengthBytes), path]);
      expect(printed.split(' ')[0]).toBe(prefix.sha256);
    });
  });
});

describe('pdfdetach', () => {
  it('takes out the data of the agreement, byte for byte as canonical JSON', () => {
    each(({ path, data }) => {
      expect(outputOf('pdfdetach', ['-list', path])).toMatch(/^1 embedded files\n1: agreement\.json/);
      const out = join(signed.folder, 'agreement.json');
      outputOf('pdfdetach', ['-save', '1', '-o', out, path]);
      expect(readFileSync(out).equals(printAgreementData(data))).toBe(true);
    });
  });
});
