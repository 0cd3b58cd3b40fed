import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readXlsx } from 'hucre/xlsx';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { VERIFY_LIMITS, verifySources } from '../../src/adapters/verify-pool.ts';
import { spreadSources } from '../../src/adapters/verify-sources.ts';
import { fromUtf8 } from '../../src/bytes.ts';
import { sealImageFromPng } from '../../src/pdf/seal-image.ts';
import { printPem } from '../../src/pki/pem.ts';
import { temporaryFolder } from '../adapters/temporary.ts';
import { MINOR, VALUES } from '../agreement/sample-values.ts';
import { sealPng } from '../pdf/fake-seal.ts';
import { ANNEX, AT, INK, makeData, signAll, trustAnchors } from '../verify/signed-agreement.ts';
import { install } from './cli-root.ts';
import { buildZip } from './zip-builder.ts';

let minor: Uint8Array;
let adult: Uint8Array;
let tampered: Uint8Array;

beforeAll(async () => {
  minor = await signAll(makeData(MINOR, ANNEX), { ink: INK });
  const other = { ...ANNEX, clauses: [...ANNEX.clauses, '丙方应当服从乙方的加班安排。'] };
  adult = await signAll(makeData({ ...VALUES, studentName: '李四' }, other), { ink: INK });
  tampered = Uint8Array.from(minor);
  tampered[500] = (tampered[500] ?? 0) ^ 1;
});

/** An installation and a folder with the root certificate in it. */
function scene() {
  const installation = install();
  const folder = temporaryFolder();
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, trustAnchors.map((der) => printPem({ label: 'CERTIFICATE', der })).join(''));
  const put = (name: string, bytes: Uint8Array): string => {
    const path = join(folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, bytes);
    return path;
  };
  return { folder, ca, put, installation, verify: (...args: string[]) => installation.run('verify', '--trust', ca, ...args) };
}

interface JsonFile {
  readonly file: string;
  readonly verdict: string;
  readonly findings: readonly { readonly code: string }[];
}
const filesOf = (out: string): JsonFile[] => (JSON.parse(out) as { files: JsonFile[] }).files;
/** True of every signed file of the sample that is not sealed. */
const USUAL = new Set(['TEMPLATE_IS_SAMPLE', 'REVOCATION_UNKNOWN', 'LEVEL_IS_BT']);
const codesOf = ({ findings }: JsonFile): string[] => findings.map(({ code }) => code).filter((code) => !USUAL.has(code));

describe('verify', () => {
  it('names the picture of a seal beside the signature that it stands with', async () => {
    const { put, verify } = scene();
    const image = sealImageFromPng(sealPng(260));
    const path = put('章.pdf', await signAll(makeData({ ...VALUES, studentName: '李四' }), { seal: { image, diameterMm: 40 } }));
    const { out, exit } = await verify(path);
    expect(exit).toBe(0);
    expect(out).toContain(`印章图样 40 毫米（指纹尾号 ${image.sha256.slice(-8)}）`);
    expect(out.match(/印章图样/g)).toHaveLength(1);
    // Whose word each signature is, beside its time.
    expect(out.match(/（时间戳）　(?:平台证书|其他受信任证书)/g)).toHaveLength(3);
  });

  it('ends with 0 when every file passes, 1 when any does not, 2 when there is nothing to verify', async () => {
    const { folder, put, verify } = scene();
    const path = put('a.pdf', minor);
    expect((await verify(path)).exit).toBe(0);
    put('b.pdf', tampered);
    expect((await verify(folder)).exit).toBe(1);
    expect((await verify(join(folder, 'missing.pdf'))).exit).toBe(2);
    expect((await verify(temporaryFolder())).exit).toBe(2);
    expect((await verify()).exit).toBe(2);
    expect((await verify(path, '--json', '--jsonl')).exit).toBe(2);
    expect((await verify(path, '--seed', 'x')).exit).toBe(2);
    expect((await verify(path, '--sample', 'many')).exit).toBe(2);
  });

  it('refuses to run on a template pack that was altered', async () => {
    const installation = install();
    writeFileSync(join(installation.templates, 'sample', 'body.hbs'), '改动\n');
    const { put, ca } = scene();
    const { exit, errors } = await installation.run('verify', '--trust', ca, put('a.pdf', minor));
    expect(exit).toBe(2);
    expect(errors).toContain('TEMPLATE_');
  });

  it('opens a ZIP and names what cannot be examined', async () => {
    const { put, verify } = scene();
    const zip = put(
      '合集.zip',
      buildZip([
        { name: '甲校/未成年.pdf', bytes: minor },
        { name: '甲校/下级/成年.pdf', bytes: adult, stored: true },
        { name: '甲校/改动.pdf', bytes: tampered },
        { name: '乙校/加密.pdf', bytes: minor, flags: 1 },
        { name: '乙校/损坏.pdf', bytes: minor, crc: 1 },
        { name: '乙校/照片.jpg', bytes: Uint8Array.of(0xff, 0xd8, 0xff, 0xe0) },
        { name: '__MACOSX/甲校/._未成年.pdf', bytes: fromUtf8('x') },
      ]),
    );
    const { exit, out } = await verify(zip, '--json');
    expect(exit).toBe(1);
    expect(filesOf(out).map((each) => [each.file.slice(zip.length + 1), each.verdict, codesOf(each)])).toEqual([
      ['乙校/加密.pdf', 'indeterminate', ['ZIP_MEMBER_ENCRYPTED']],
      ['乙校/损坏.pdf', 'indeterminate', ['ZIP_MEMBER_REFUSED']],
      ['乙校/照片.jpg', 'indeterminate', ['FILE_NOT_PDF']],
      ['甲校/下级/成年.pdf', 'passed', expect.any(Array)],
      ['甲校/改动.pdf', 'failed', ['BODY_ALTERED']],
      ['甲校/未成年.pdf', 'passed', []],
    ]);
  });

  it('reads the names of a ZIP made on Windows', async () => {
    const { folder, verify } = scene();
    copyFileSync(join(import.meta.dirname, '../fixtures/gbk_names.zip'), join(folder, 'gbk.zip'));
    const { out } = await verify(folder, '--json');
    expect(filesOf(out).map(({ file }) => file.slice(folder.length))).toEqual([
      '/gbk.zip/三方协议/张三_450103.pdf',
      '/gbk.zip/三方协议/欧阳娜娜.pdf',
    ]);
  });

  it.each([
    ['text', fromUtf8('这不是压缩包')],
    ['an empty archive', buildZip([])],
  ])('lists a ZIP that is %s', async (_what, bytes) => {
    const { put, verify } = scene();
    const { exit, out } = await verify(put('坏.zip', bytes), '--json');
    expect(exit).toBe(1);
    expect(filesOf(out).map(codesOf)).toEqual([['ZIP_REFUSED']]);
  });

  it('prints one line a file as it is done', async () => {
    const { folder, put, verify } = scene();
    for (let i = 0; i < 3; i++) put(`${i}.pdf`, minor);
    const { out } = await verify(folder, '--jsonl');
    const lines = out.split('\n').map((line) => JSON.parse(line) as JsonFile);
    expect(lines.map(({ verdict }) => verdict)).toEqual(['passed', 'passed', 'passed']);
  });

  it('draws a sample that a recorded seed repeats', async () => {
    const { folder, put, verify } = scene();
    for (let i = 0; i < 6; i++) put(`${i}.pdf`, fromUtf8('x'));
    const draw = async (...args: string[]) =>
      (JSON.parse((await verify(folder, '--json', ...args)).out) as { sample: { seed: string; files: string[] } }).sample;
    const first = await draw('--sample', '3');
    expect(first.files).toHaveLength(3);
    expect((await draw('--sample', '3', '--seed', first.seed)).files).toEqual(first.files);
  });

  it('says what only shows across files', async () => {
    const { folder, put, verify } = scene();
    put('a.pdf', minor);
    put('b.pdf', adult);
    const { out } = await verify(folder);
    expect(out).toContain('INK_REPEATED');
    expect(out).toContain('共 2 种补充条款');
  });

  it('gives up on a file that takes too long and goes on with the next', async () => {
    const { folder, put } = scene();
    const root = install().root;
    for (let i = 0; i < 3; i++) put(`${i}.pdf`, minor);
    const setup = { root, trustAnchors, checkedAt: AT };
    const verified = await verifySources(setup, spreadSources([folder]), () => undefined, { ...VERIFY_LIMITS, fileMs: 0 });
    expect(verified.map(({ report }) => [report.verdict, report.findings[0]?.code])).toEqual(
      Array.from({ length: 3 }, () => ['indeterminate', 'FILE_TOO_COSTLY']),
    );
  });
});

describe('the workbook of verify', () => {
  it('has six sheets, frozen and filtered, with everything as text that is text', async () => {
    const { folder, put, verify } = scene();
    put('=cmd|calc.pdf', minor);
    put('b.pdf', adult);
    put('c.pdf', tampered);
    const path = join(folder, '报告.xlsx');
    const { exit } = await verify(folder, '--xlsx', path, '--sample', '2', '--seed', '2026');
    expect(exit).toBe(1);
    const book = await readXlsx(new Uint8Array(readFileSync(path)), { readStyles: true });
    expect(book.sheets.map(({ name }) => name)).toEqual(['验证结果', '补充条款对照', '按学校汇总', '按单位汇总', '抽样', '验证说明']);
    for (const sheet of book.sheets) {
      expect(sheet.freezePane?.rows).toBe(1);
      expect(sheet.autoFilter?.range).toMatch(/^A1:/);
    }
    const [results, annexes, , , sample] = book.sheets;
    const heading = results?.rows[0] ?? [];
    const cell = (row: number, name: string) => results?.rows[row]?.[heading.indexOf(name)];
    expect([1, 2, 3].map((row) => cell(row, '结论'))).toEqual(['通过', '通过', '不通过']);
    expect(cell(1, '文件名')).toBe(join(folder, '=cmd|calc.pdf'));
    expect(cell(1, '身份证号')).toMatch(/^\d{3}\*{13}[\dX]{2}$/);
    expect(cell(1, '学生')).not.toBe(MINOR['studentName']);
    const id = results?.cells?.get(`1,${heading.indexOf('身份证号')}`);
    expect(id?.style?.numFmt).toBe('@');
    for (const sheet of book.sheets) for (const each of sheet.cells?.values() ?? []) expect(each.formula).toBeUndefined();
    expect(new Set(annexes?.rows.slice(1).map((row) => row[0]))).toEqual(new Set(['A', 'B']));
    expect(sample?.rows.slice(1).map((row) => row[4])).toEqual(['2026', '2026']);
  });

  it('keeps a name that looks like a formula a text', async () => {
    const { put, verify, folder } = scene();
    put('=HYPERLINK("x","y").pdf', minor);
    const back = process.cwd();
    onTestFinished(() => process.chdir(back));
    process.chdir(folder);
    await verify('=HYPERLINK("x","y").pdf', '--xlsx', 'r.xlsx');
    const book = await readXlsx(new Uint8Array(readFileSync('r.xlsx')), { readStyles: true });
    expect(book.sheets[0]?.rows[1]?.[1]).toBe('=HYPERLINK("x","y").pdf');
    expect(book.sheets[0]?.cells?.get('1,1')).toMatchObject({ type: 'string', style: { numFmt: '@' } });
  });

  it('gets a timestamp beside it, and so does the JSON, that OpenSSL agrees with', async () => {
    const { put, verify, folder, installation } = scene();
    const [xlsx, save] = [join(folder, 'r.xlsx'), join(folder, 'r.json')];
    const { exit, out } = await verify(put('a.pdf', minor), '--json', '--xlsx', xlsx, '--save', save, '--timestamp', 'dev');
    expect(exit).toBe(0);
    expect(readFileSync(save, 'utf8')).toBe(`${out}\n`);
    const anchors = await installation.around.trustAnchors();
    const roots = join(folder, 'roots.pem');
    writeFileSync(roots, anchors.map((der) => printPem({ label: 'CERTIFICATE', der })).join(''));
    for (const path of [xlsx, save]) {
      const check = ['ts', '-verify', '-data', path, '-in', `${path}.tst`, '-token_in', '-CAfile', roots, '-attime', '1772326800'];
      const { stdout, stderr } = spawnSync('openssl', check, { encoding: 'utf8' });
      expect(stdout + stderr).toContain('Verification: OK');
    }
    expect((await verify(folder, '--timestamp', 'dev')).exit).toBe(2);
  });

  it('is refused before any work when it cannot be written', async () => {
    const { put, verify, folder } = scene();
    expect((await verify(put('a.pdf', minor), '--xlsx', join(folder, 'no/where/r.xlsx'))).exit).toBe(2);
  });
});
