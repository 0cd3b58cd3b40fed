/** The whole job without people, run as a user runs it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const out = mkdtempSync(join(tmpdir(), 'sanfang-demo-'));

const sanfang = (...args: string[]) =>
  spawnSync(process.execPath, [join(ROOT, 'src/main.ts'), ...args], { encoding: 'utf8', env: { ...process.env, NODE_NO_WARNINGS: '1' } });

interface Report {
  readonly agreements: number;
  readonly passed: number;
  readonly files: readonly {
    readonly file: string;
    readonly verdict: string;
    readonly signatures: readonly { readonly party: string }[];
  }[];
}

let status: number | null;
let report: Report;
beforeAll(() => {
  status = sanfang('demo', '--out', out).status;
  report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as Report;
});
afterAll(() => rmSync(out, { recursive: true }));

describe('the demonstration', () => {
  it('ends with 0 and at least thirty agreements, all 通过', () => {
    expect(status).toBe(0);
    expect(report.agreements).toBeGreaterThanOrEqual(30);
    expect(report.passed).toBe(report.agreements);
    expect(readdirSync(out).filter((name) => name.endsWith('.pdf'))).toHaveLength(report.agreements);
  });

  it('has minors with a guardian, adults without, and rare characters in names', () => {
    const parties = report.files.map(({ signatures }) => signatures.map(({ party }) => party).join());
    expect(parties).toContain('student,guardian,unit,school');
    expect(parties).toContain('student,unit,school');
    for (const rare of ['䶮', '㛃', '𬱖']) expect(report.files.some(({ file }) => file.includes(rare))).toBe(true);
  });

  it('leaves files that verify with the anchors it leaves', () => {
    const right = sanfang('verify', out, '--trust', join(out, 'ca.pem'), '--json');
    expect(right.status).toBe(0);
    const { files } = JSON.parse(right.stdout) as Report;
    expect(files.every(({ verdict }) => verdict === 'passed')).toBe(true);
    expect(files).toHaveLength(report.agreements);
  });
});
