import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Installation, install, REPOSITORY } from './cli-root.ts';

/** An installation into which a template of another maker was imported. */
async function imported(): Promise<Installation & { readonly account: { readonly out: string; readonly errors: string } }> {
  const cli = install();
  const source = join(cli.root, 'a.docx');
  copyFileSync(join(REPOSITORY, 'tests/fixtures/templates/wps-quirks.docx'), source);
  const { exit, out, errors } = await cli.run('template', 'import', source, '--pack', 'wps');
  expect(exit).toBe(0);
  return { ...cli, account: { out, errors } };
}

interface Rows {
  readonly blanks: readonly { readonly id: string; readonly label: string; readonly field: string; readonly lines: number }[];
}
const rowsOf = async (cli: Installation): Promise<Rows['blanks']> =>
  (JSON.parse((await cli.run('template', 'confirm', 'wps', '--json')).out) as Rows).blanks;

describe('template import', () => {
  test('prints where every character went, what to look at and how sure it is', async () => {
    const { account } = await imported();
    expect(account.out).toMatch(/原件 (\d+) 个字符 = 正文 \d+ \+ 空白 \d+ \+ 空格、换行和签名线 \d+ \+ 注音 3/);
    expect(account.out).toContain('模板自有栏目');
    expect(account.errors).toContain('请核对：第 19 段，拼音');
    expect(account.errors).toContain('原件没有这些栏目的空白');
  });

  test('takes a consent form in as one, and no third kind', async () => {
    const cli = install();
    const source = join(REPOSITORY, 'templates/sample-consent/source.docx');
    const { exit, errors } = await cli.run('template', 'import', source, '--pack', 'ours', '--kind', 'consent');
    expect([exit, errors.includes('没有找到签署处')]).toEqual([0, false]);
    expect((await cli.run('template', 'check', 'ours')).exit).toBe(0);
    const odd = await cli.run('template', 'import', source, '--pack', 'odd', '--kind', 'letter');
    expect([odd.exit, odd.errors.includes('COMMAND_MALFORMED')]).toEqual([2, true]);
  });

  test('says which signatures are missing before the pages refuse to be made', async () => {
    const cli = install();
    const source = join(cli.root, 'a.docx');
    copyFileSync(join(REPOSITORY, 'tests/fixtures/templates/word-ticked.docx'), source);
    const { exit, errors } = await cli.run('template', 'import', source, '--pack', 'ticked');
    expect([exit, errors.includes('TEMPLATE_SOURCE_BOX_TICKED')]).toEqual([2, true]);
  });
});

describe('template confirm', () => {
  test('lists the blanks, gives one another field and another a field of its own, and the pack still checks', async () => {
    const cli = await imported();
    const before = await rowsOf(cli);
    const idOf = (label: string): string => before.find((row) => row.label === label)?.id ?? '';
    expect(before.find((row) => row.label === '实习岗位')?.lines).toBe(3);
    expect((await cli.run('template', 'confirm', 'wps', '--blank', idOf('甲方地点'), '--field', 'place')).exit).toBe(0);
    const named = ['--new', '车间名称', '--type', 'text', '--required', 'always', '--max-length', '80', '--lines', '2'];
    const { exit, out } = await cli.run('template', 'confirm', 'wps', '--blank', idOf('其他说明'), ...named);
    expect([exit, out.includes('车间名称')]).toEqual([0, true]);
    const after = await rowsOf(cli);
    expect(after.map((row) => row.label)).toEqual(
      before.map((row) => ({ 甲方地点: '实习地点', 其他说明: '车间名称' })[row.label] ?? row.label),
    );
    expect((await cli.run('template', 'check', 'wps')).exit).toBe(0);
  });

  test.each([
    ['without anything to change', ['--blank', 'b1'], 'COMMAND_MALFORMED'],
    ['with an unknown type', ['--blank', 'b1', '--new', '甲', '--type', 'colour'], 'COMMAND_MALFORMED'],
    ['for two fields at once', ['--blank', 'b1', '--new', '甲', '--field', 'post'], 'COMMAND_MALFORMED'],
    ['without saying which blank', ['--field', 'post'], 'COMMAND_MALFORMED'],
    ['for a blank that is not there', ['--blank', 'b999', '--field', 'post'], 'TEMPLATE_BLANK_UNKNOWN'],
  ])('is refused %s, and changes nothing', async (_what, args, code) => {
    const cli = await imported();
    const before = await rowsOf(cli);
    const { exit, errors } = await cli.run('template', 'confirm', 'wps', ...args);
    expect([exit, errors.includes(code)]).toEqual([2, true]);
    expect(await rowsOf(cli)).toEqual(before);
  });
});
