/** A text with fields that nobody has heard of, from the .docx to the verdict on its agreements, through the command line alone. */
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeRosterWorkbook } from '../../src/adapters/roster-template.ts';
import { fieldSpec } from '../../src/agreement/fields.ts';
import { loadPack } from '../../src/template/load-pack.ts';
import { VALUES } from '../agreement/sample-values.ts';
import { wizardSource } from '../http/wizard-source.ts';
import { fonts } from '../verify/signed-agreement.ts';
import { type Installation, install } from './cli-root.ts';

async function published(): Promise<Installation> {
  const cli = install();
  const source = join(cli.root, '协议.docx');
  writeFileSync(source, wizardSource());
  const run = async (...args: readonly string[]): Promise<void> => {
    const { exit, errors } = await cli.run('template', ...args);
    expect([args, exit, exit === 0 ? '' : errors]).toEqual([args, 0, '']);
  };
  await run('import', source, '--pack', 'own');
  await run('confirm', 'own', '--blank', 'b6', '--new', '入住日', '--type', 'date', '--required', 'always');
  await run('confirm', 'own', '--blank', 'b15', '--new', '宠物', '--type', 'choice', '--options', '猫、狗');
  return cli;
}

/** A roster of one student, with columns for the fields of the text's own. */
async function rosterFor(cli: Installation): Promise<string> {
  const specs = loadPack(cli.around.readPack('own'), fonts).fields;
  const own = Object.fromEntries(
    specs.flatMap(({ key, zh }) => (zh === '入住日' ? [[key, '2026-09-02']] : zh === '宠物' ? [[key, '狗']] : [])),
  );
  const row = Object.fromEntries(Object.entries({ ...VALUES, ...own }).filter(([name]) => fieldSpec(name)?.scope !== 'batch'));
  const batch = Object.fromEntries(Object.entries(VALUES).filter(([name]) => fieldSpec(name)?.scope === 'batch'));
  const path = join(cli.root, '名册.xlsx');
  writeFileSync(path, await writeRosterWorkbook({ specs, rows: [row], batch }));
  return path;
}

describe('fields that nobody has heard of', () => {
  test('become columns of the roster, are stamped, and are known to the verifier', async () => {
    const cli = await published();
    const out = join(cli.root, 'out');
    const { exit, errors } = await cli.run('generate', await rosterFor(cli), '--pack', 'own', '--out', out);
    expect([exit, errors.includes('TEMPLATE')]).toEqual([0, false]);
    const [pdf = ''] = readdirSync(out).filter((name) => name.endsWith('.pdf'));
    const { manifest } = loadedManifest(cli);
    const verified = await cli.run('verify', join(out, pdf), '--json');
    const [file] = (JSON.parse(verified.out) as { files: readonly { template: unknown; findings: readonly { code: string }[] }[] }).files;
    expect(file?.template).toEqual({ pack: 'own', status: 'sample' });
    expect(file?.findings.map(({ code }) => code)).not.toContain('BODY_ALTERED');
    expect(manifest).toContain('"zh": "入住日"');
  });

  test('come with a pack that a school made in the browser, byte for byte, and only whole', async () => {
    const cli = await published();
    const shelf = join(cli.root, 'data/packs/own');
    cpSync(join(cli.templates, 'own'), shelf, { recursive: true });
    rmSync(join(cli.templates, 'own'), { recursive: true });
    const taken = await cli.run('template', 'import', shelf);
    expect([taken.exit, taken.out.includes('own 1')]).toEqual([0, true]);
    expect(readFileSync(join(cli.templates, 'own/manifest.json'))).toEqual(readFileSync(join(shelf, 'manifest.json')));
    expect((await cli.run('template', 'check', 'own')).exit).toBe(0);
    expect((await cli.run('template', 'import', shelf)).errors).toContain('TEMPLATE_EXISTS');
    writeFileSync(join(shelf, 'body.hbs'), 'x\n');
    expect((await cli.run('template', 'import', shelf)).errors).toContain('TEMPLATE_ALTERED');
  });

  test('say who signs where when the import guessed wrong', async () => {
    const cli = await published();
    const { exit, out } = await cli.run('template', 'confirm', 'own', '--signer', 'school', '--as', 'unit');
    expect([exit, /乙方.*甲方.*丙方/u.test(out)]).toEqual([0, true]);
    expect((await cli.run('template', 'check', 'own')).exit).toBe(0);
    expect((await cli.run('template', 'confirm', 'own', '--signer', 'bank', '--as', 'unit')).errors).toContain('COMMAND_MALFORMED');
  });
});

const loadedManifest = (cli: Installation): { readonly manifest: string } => ({
  manifest: readFileSync(join(cli.templates, 'own/manifest.json'), 'utf8'),
});
