import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openFontLibrary } from '../../src/adapters/font-files.ts';
import { readPackFiles, writePackFiles, writeReleaseFiles } from '../../src/adapters/pack-folder.ts';
import { renderToFolder } from '../../src/adapters/render-pool.ts';
import { agreementNumberFrom } from '../../src/agreement/agreement-number.ts';
import { fromUtf8 } from '../../src/bytes.ts';
import { sha256, sha256Hex } from '../../src/digest.ts';
import { loadPack } from '../../src/template/load-pack.ts';
import type { PlannedAgreement } from '../../src/workflow/plan-agreements.ts';
import { fixedAgreements } from '../template/print-revisions.ts';
import { makeAuthority, packOf, releaseOf } from '../verify/released-pack.ts';
import { temporaryFolder } from './temporary.ts';

const root = join(import.meta.dirname, '../..');
const certs = join(root, 'certs');
const LARGE = 1 << 20;

describe('rendering to a folder', () => {
  const template = loadPack(readPackFiles(join(root, 'templates'), 'sample'), openFontLibrary(join(root, 'fonts')));
  const [adult, minor] = Object.values(fixedAgreements(template));
  const agreements = Array.from({ length: 230 }, (_, i): PlannedAgreement => {
    const data = i % 2 === 0 ? adult : minor;
    if (data === undefined) throw new Error('no agreements');
    const agreementNumber = agreementNumberFrom(sha256(fromUtf8(`row ${i}`)));
    // One in the middle cannot be rendered.
    const fields = i === 120 ? { ...data.fields, unitName: '公司\u{10ffff}' } : data.fields;
    return { row: i + 2, data: { ...data, agreementNumber, fields: fields as typeof data.fields } };
  });
  const render = async (rosterBytes: number) => {
    const out = temporaryFolder();
    const task = { root, certs, pack: 'sample', template, out, agreements: async () => agreements, rosterBytes };
    const outcomes = (await renderToFolder(task)).map((outcome) =>
      'file' in outcome ? { ...outcome, file: basename(outcome.file) } : outcome,
    );
    const files = readdirSync(out).sort();
    return { outcomes, files, digests: files.map((name) => sha256Hex(new Uint8Array(readFileSync(join(out, name))))) };
  };

  it('makes the same files in the same order, with workers and without', async () => {
    const alone = await render(0);
    const shared = await render(LARGE);
    expect(shared).toEqual(alone);
    expect(alone.outcomes.map(({ row }) => row)).toEqual(agreements.map(({ row }) => row));
    expect(alone.outcomes.flatMap((outcome) => ('code' in outcome ? [outcome.code] : []))).toEqual(['GLYPH_MISSING']);
    expect(alone.files).toHaveLength(229);
  });

  it('fails when what the workers need is not there', async () => {
    const task = { root: join(root, 'src'), certs, pack: 'sample', template, out: temporaryFolder(), agreements: async () => agreements };
    await expect(renderToFolder({ ...task, rosterBytes: LARGE })).rejects.toThrow();
  });

  it('knows the template authorities of the folder that the settings name', async () => {
    const authority = makeAuthority('示例省教育厅');
    const files = packOf('regional', '1', 'regional');
    const installation = temporaryFolder();
    symlinkSync(join(root, 'fonts'), join(installation, 'fonts'));
    const templates = join(installation, 'templates');
    mkdirSync(templates);
    writePackFiles(templates, 'regional', files);
    writeReleaseFiles(templates, 'regional', releaseOf(files, authority));
    const named = temporaryFolder();
    mkdirSync(join(named, 'authorities', 'regional'), { recursive: true });
    writeFileSync(join(named, 'authorities', 'regional', 'a.der'), authority.certificate.der);
    const task = { root: installation, pack: 'regional', template, out: temporaryFolder(), rosterBytes: LARGE };
    const made = renderToFolder({ ...task, certs: named, agreements: async () => agreements.slice(0, 120) });
    expect((await made).length).toBe(120);
    const elsewhere = { ...task, certs: join(installation, 'certs'), agreements: async () => agreements };
    await expect(renderToFolder(elsewhere)).rejects.toThrow();
  });
});
