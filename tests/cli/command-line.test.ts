/** What the command line says to whoever does not know it yet. */
import { describe, expect, test } from 'vitest';
import { install } from './cli-root.ts';

describe('the command line', () => {
  test.each([[[]], [['help']], [['--help']], [['verify', '--help']], [['generate', 'roster.xlsx', '-h']]])(
    'asked %j prints its usage',
    async (args) => {
      const { exit, out, errors } = await install().run(...args);
      expect([exit, errors]).toEqual([0, '']);
      expect(out).toContain('verify 文件、文件夹或 ZIP…');
    },
  );

  test.each([
    [['verfy', 'a.pdf'], '没有“verfy”这个命令'],
    [['verify', 'a.pdf', '--rot', 'x'], '没有 --rot 这个选项'],
    [['verify', 'a.pdf', '--xlsx'], '--xlsx 后面缺少内容'],
    [['verify', 'a.pdf', '--trust', '--json'], '--trust 后面缺少内容'],
    [['verify', 'a.pdf', '--json=1'], '--json 后面不能写内容'],
  ])('names what is wrong with %j and does nothing', async (args, words) => {
    const { exit, out, errors } = await install().run(...args);
    expect([exit, out]).toEqual([2, '']);
    expect(errors).toContain(words);
    expect(errors).toContain('用法：');
  });
});
