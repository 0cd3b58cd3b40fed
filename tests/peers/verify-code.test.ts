/** zbar reads the code on the last page as poppler and mupdf show it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AgreementData, verifyAddress } from '../../src/agreement/agreement-data.ts';
import { renderRevisionZero } from '../../src/template/revision-zero.ts';
import { outputOf } from './programs.ts';
import { demoAgreements, openSample } from './signed-files.ts';

const ORIGINS = ['https://verify.example.edu.cn', 'https://internship-agreements.education.example.gov.cn:8443'];
const RESOLUTIONS = [150, 200];
const template = openSample();
let folder: string;
let agreements: readonly AgreementData[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sanfang-code-'));
  agreements = (await demoAgreements(template)).slice(0, 2);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Pixels of the last page. */
const RENDERERS = {
  poppler: (file: string, page: number, dpi: number): string => {
    outputOf('pdftoppm', ['-png', '-singlefile', '-r', `${dpi}`, '-f', `${page}`, '-l', `${page}`, file, `${file}-p`]);
    return `${file}-p.png`;
  },
  mupdf: (file: string, page: number, dpi: number): string => {
    outputOf('mutool', ['draw', '-q', '-r', `${dpi}`, '-o', `${file}-m.png`, file, `${page}`]);
    return `${file}-m.png`;
  },
} as const;

describe.each(['poppler', 'mupdf'] as const)('the code on the last page, drawn by %s', (renderer) => {
  it.each(ORIGINS)('leads to %s with the number of the agreement, and no other page has a code', (verifyOrigin) => {
    const [first, second] = agreements;
    if (first === undefined || second === undefined) throw new Error('no agreements');
    for (const [i, data] of [first, { ...second, annex: null }].entries()) {
      const file = join(folder, `${renderer}-${i}.pdf`);
      writeFileSync(file, renderRevisionZero(template, { ...data, verifyOrigin }));
      const pages = Number(/Pages:\s+(\d+)/.exec(outputOf('pdfinfo', [file]))?.[1]);
      for (const dpi of RESOLUTIONS) {
        const read = outputOf('zbarimg', ['-q', '--raw', '--nodbus', RENDERERS[renderer](file, pages, dpi)]);
        expect(read.trim(), `${dpi} dpi`).toBe(verifyAddress(verifyOrigin, data.agreementNumber));
      }
    }
  });
});
