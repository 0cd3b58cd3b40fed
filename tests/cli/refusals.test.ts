import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../adapters/temporary.ts';
import { wizardSource } from '../http/wizard-source.ts';
import { install, REPOSITORY } from './cli-root.ts';

test.each([
  ['a roster that is not there', (root: string) => ['generate', join(root, 'none.xlsx'), '--pack', 'sample', '--out', join(root, 'out')]],
  ['an original that is not there', (root: string) => ['template', 'import', join(root, 'none.docx'), '--pack', 'new']],
])('%s is refused by its path', async (_, args) => {
  const cli = install();
  const { exit, errors } = await cli.run(...args(cli.root));
  expect(exit).toBe(2);
  expect(errors).toContain('PATH_UNREADABLE');
  expect(errors).toContain(join(cli.root, 'none.'));
});

test('a folder in place of a roster is refused by its path', async () => {
  const cli = install();
  const { exit, errors } = await cli.run('generate', cli.root, '--pack', 'sample', '--out', join(cli.root, 'out'));
  expect([exit, errors]).toEqual([2, expect.stringContaining('PATH_UNREADABLE')]);
});

test('a place that cannot be written to is named as such, a file that is there is left alone, and a command that there is not has its code', async () => {
  const cli = install();
  const file = join(cli.root, 'a-file');
  writeFileSync(file, 'kept');
  const inFile = join(file, 'out');
  const unwritable = [
    ['verify', file, '--xlsx', inFile],
    ['template', 'authority', 'new', '--name', '某省教育厅', '--out', inFile],
    ['demo', '--out', inFile],
  ];
  for (const args of unwritable) {
    const { exit, errors } = await cli.run(...args);
    expect([args[0], exit, errors]).toEqual([args[0], 2, expect.stringContaining('PATH_UNWRITABLE')]);
  }
  const out = join(cli.root, 'authority');
  await cli.run('template', 'authority', 'new', '--name', '某省教育厅', '--out', out);
  const again = await cli.run('template', 'authority', 'new', '--name', '某省教育厅', '--out', out);
  expect([again.exit, again.errors]).toEqual([2, expect.stringContaining('PATH_EXISTS')]);
  expect(readFileSync(file, 'utf8')).toBe('kept');
  const unknown = await cli.run('verfy');
  expect([unknown.exit, unknown.errors]).toEqual([2, expect.stringContaining('COMMAND_MALFORMED')]);
});

test('blanks of a pack that an authority signed cannot be confirmed anew', async () => {
  const cli = install();
  const original = join(cli.root, 'original.docx');
  writeFileSync(original, wizardSource());
  await cli.run('template', 'import', original, '--pack', 'jiangsu', '--status', 'regional');
  const out = join(cli.root, 'authority');
  await cli.run('template', 'authority', 'new', '--name', '某省教育厅', '--out', out);
  const key = ['--key', join(out, 'key.pem'), '--cert', join(out, 'cert.pem')];
  await cli.run('template', 'sign', 'jiangsu', ...key, '--status', 'regional', '--from', '2026-01-01');
  const manifest = join(cli.templates, 'jiangsu/manifest.json');
  const before = readFileSync(manifest);
  const { exit, errors } = await cli.run('template', 'confirm', 'jiangsu', '--blank', 'b6', '--new', '宿舍楼栋');
  expect([exit, errors]).toEqual([2, expect.stringContaining('TEMPLATE_RELEASED')]);
  expect(readFileSync(manifest)).toEqual(before);
});

test('a word that is no command gets the usage, also when every object has a member of that name', async () => {
  const cli = install();
  for (const word of ['sign', 'constructor', 'toString']) {
    expect(await cli.run(word)).toMatchObject({ exit: 2, out: '', errors: expect.stringContaining('用法') });
  }
});

test('an annex that cannot be used is refused with every problem in words', async () => {
  const cli = install();
  const annex = join(cli.root, 'annex.txt');
  writeFileSync(annex, '附件：补充条款\n');
  const roster = join(cli.templates, 'sample/demo-roster.xlsx');
  const { exit, errors } = await cli.run('generate', roster, '--pack', 'sample', '--out', join(cli.root, 'out'), '--annex', annex);
  expect([exit, errors]).toEqual([2, expect.stringContaining('ANNEX_REFUSED')]);
  expect(errors).not.toMatch(/[{}]/);
});

test('a reader that has gone takes away neither the report that is to be saved nor the exit code', () => {
  const folder = temporaryFolder();
  const [file, report] = [join(folder, 'no.pdf'), join(folder, 'report.json')];
  writeFileSync(file, 'no PDF');
  const command = '{ "$0" "$@"; echo "exit $?" >&2; } | true';
  const { stderr } = spawnSync('sh', ['-c', command, process.execPath, join(REPOSITORY, 'src/main.ts'), 'verify', file, '--save', report], {
    encoding: 'utf8',
  });
  expect(stderr).toContain('exit 1');
  expect(JSON.parse(readFileSync(report, 'utf8'))).toMatchObject({ files: [{ file }] });
});
