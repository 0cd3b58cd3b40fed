/** The pool behind the service's verify door: several at once, workers that make way, nobody served beyond what can be. */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { writePackFiles, writeReleaseFiles } from '../../src/adapters/pack-folder.ts';
import { openVerifyPool, type PoolPlan, VERIFY_LIMITS, type VerifierSetup } from '../../src/adapters/verify-pool.ts';
import { makeAuthority, packOf, releaseOf } from '../verify/released-pack.ts';
import { AT, signedMinor, trustAnchors } from '../verify/signed-agreement.ts';
import { temporaryFolder } from './temporary.ts';

const root = join(import.meta.dirname, '../..');
const PLAN: PoolPlan = { workers: 1, limits: VERIFY_LIMITS, waiting: 100, idleMs: 60_000 };

function open(plan: Partial<PoolPlan> = {}, setup: Omit<VerifierSetup, 'trustAnchors'> = { root }) {
  const pool = openVerifyPool({ ...setup, trustAnchors }, { ...PLAN, ...plan });
  onTestFinished(() => pool.close());
  return pool;
}

describe('the verify pool', () => {
  it('judges and draws bytes, and goes on with fresh workers when the old have done their share', async () => {
    const bytes = await signedMinor();
    const pool = open({ limits: { ...VERIFY_LIMITS, filesAWorker: 2 } });
    const verified = await Promise.all(Array.from({ length: 3 }, (_, i) => pool.verify({ kind: 'bytes', file: `${i}.pdf`, bytes }, AT)));
    expect(verified.map(({ file, report }) => `${file} ${report.verdict}`)).toEqual(Array.from({ length: 3 }, (_, i) => `${i}.pdf passed`));
    expect((await pool.draw(bytes))?.sheets.length).toBeGreaterThan(1);
    expect(await pool.draw(new Uint8Array(3))).toBeNull();
  });

  it('refuses what it could only keep waiting, and everything once it is closed', async () => {
    const bytes = new Uint8Array(3);
    const pool = open({ waiting: 2 });
    const answers = await Promise.allSettled(Array.from({ length: 4 }, () => pool.verify({ kind: 'bytes', file: 'a', bytes }, AT)));
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
    await pool.close();
    await expect(pool.verify({ kind: 'bytes', file: 'a', bytes }, AT)).rejects.toMatchObject({ code: 'VERIFIER_BUSY' });
  });

  it('knows a pack that a school imports while it is running', async () => {
    const packFolder = temporaryFolder();
    const bytes = await signedMinor();
    const bare = join(temporaryFolder(), 'installation');
    for (const name of ['fonts', 'certs']) cpSync(join(root, name), join(bare, name), { recursive: true });
    cpSync(join(root, 'templates/README.md'), join(bare, 'templates/README.md'));
    const pool = open({}, { root: bare, packFolder });
    expect((await pool.verify({ kind: 'bytes', file: 'a', bytes }, AT)).report.findings[0]?.code).toBe('TEMPLATE_UNKNOWN');
    cpSync(join(root, 'templates/sample'), join(packFolder, 'sample'), { recursive: true });
    await pool.verify({ kind: 'bytes', file: 'a', bytes }, AT);
    expect((await pool.verify({ kind: 'bytes', file: 'a', bytes }, AT)).report.verdict).toBe('passed');
  });

  it('knows the template authorities of the folder that the settings name', async () => {
    const authority = makeAuthority('示例省教育厅');
    const files = packOf('regional', '1', 'regional');
    const installation = temporaryFolder();
    cpSync(join(root, 'fonts'), join(installation, 'fonts'), { recursive: true });
    const templates = join(installation, 'templates');
    mkdirSync(templates);
    writePackFiles(templates, 'regional', files);
    writeReleaseFiles(templates, 'regional', releaseOf(files, authority));
    const certs = temporaryFolder();
    mkdirSync(join(certs, 'authorities', 'regional'), { recursive: true });
    writeFileSync(join(certs, 'authorities', 'regional', 'a.der'), authority.certificate.der);
    const judged = (setup: Parameters<typeof open>[1]) =>
      open({}, setup).verify({ kind: 'bytes', file: 'a', bytes: new Uint8Array(3) }, AT);
    expect((await judged({ root: installation, certs })).file).toBe('a');
    await expect(judged({ root: installation })).rejects.toMatchObject({ code: 'TEMPLATE_AUTHORITY_UNTRUSTED' });
  });
});
