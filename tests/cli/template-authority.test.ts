import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { printPem } from '../../src/pki/pem.ts';
import { parseManifest, printManifest } from '../../src/template/manifest.ts';
import { openssl, scratch } from '../pki/support.ts';
import { packOf } from '../verify/released-pack.ts';
import { type Installation, install } from './cli-root.ts';

/** Puts a pack that claims to be regional into the installation, as `template import --status regional` does. */
function addPack(cli: Installation, pack: string, version: string, status: 'national' | 'regional' = 'regional'): void {
  cli.around.writePack(pack, packOf(pack, version, status));
}

/** Makes a trial authority and has the installation trust it. */
async function addAuthority(
  cli: Installation,
  rank: 'national' | 'regional' = 'regional',
  name = '某省教育厅',
): Promise<readonly string[]> {
  const out = join(cli.root, `authority-${rank}`);
  await cli.run('template', 'authority', 'new', '--name', name, '--out', out);
  const folder = join(cli.root, 'certs/authorities', rank);
  mkdirSync(folder, { recursive: true });
  cpSync(join(out, 'cert.pem'), join(folder, 'authority.pem'));
  return ['--key', join(out, 'key.pem'), '--cert', join(out, 'cert.pem')];
}

const SIGN = ['--status', 'regional', '--from', '2026-01-01'] as const;
const releaseFile = (cli: Installation, folder: string): string => join(cli.templates, folder, 'release.json');

describe('template authority new', () => {
  test('makes a key that only its owner reads and a certificate that says it is for trying out', async () => {
    const cli = install();
    const out = join(cli.root, 'authority');
    const made = await cli.run('template', 'authority', 'new', '--name', '某省教育厅', '--out', out);
    expect([made.exit, made.out.includes('不是正式的模板机构')]).toEqual([0, true]);
    expect(statSync(join(out, 'key.pem')).mode & 0o777).toBe(0o600);
    const text = openssl('x509', '-in', join(out, 'cert.pem'), '-noout', '-subject', '-nameopt', 'utf8,sep_comma_plus');
    expect(text).toContain('某省教育厅（试用，非正式机构）');
  });

  test('never writes over a key', async () => {
    const cli = install();
    const args = ['template', 'authority', 'new', '--name', '甲', '--out', join(cli.root, 'authority')];
    await cli.run(...args);
    const key = readFileSync(join(cli.root, 'authority/key.pem'));
    expect((await cli.run(...args)).errors).toContain('PATH_EXISTS');
    expect(readFileSync(join(cli.root, 'authority/key.pem'))).toEqual(key);
  });

  test('is refused as a trusted authority in production', async () => {
    const cli = install();
    await addAuthority(cli);
    const before = process.env['NODE_ENV'];
    process.env['NODE_ENV'] = 'production';
    try {
      expect((await cli.run('template', 'check')).errors).toContain('TEMPLATE_AUTHORITY_FILE_REFUSED');
    } finally {
      process.env['NODE_ENV'] = before;
    }
  });
});

describe('template import', () => {
  test('takes an authority text in, but nothing uses it before it is signed', async () => {
    const cli = install();
    const source = join(cli.templates, 'sample/source.docx');
    const bare = await cli.run('template', 'import', source, '--pack', 'jiangsu', '--status', 'provincial');
    expect(bare.errors).toContain('COMMAND_MALFORMED');
    addPack(cli, 'jiangsu', '1');
    expect((await cli.run('template', 'check', 'jiangsu')).errors).toContain('TEMPLATE_AUTHORITY_MISSING');
    expect((await cli.run('template', 'check', 'jiangsu')).exit).toBe(1);
    expect((await cli.run('template', 'text', 'jiangsu')).exit).toBe(0);
    const generated = await cli.run(
      'generate',
      join(cli.templates, 'sample/demo-roster.xlsx'),
      '--pack',
      'jiangsu',
      '--out',
      join(cli.root, 'out'),
    );
    expect([generated.exit, existsSync(join(cli.root, 'out'))]).toEqual([2, false]);
    expect(generated.errors).toContain('TEMPLATE_AUTHORITY_MISSING');
    expect((await cli.run('verify', source)).errors).toContain('TEMPLATE_AUTHORITY_MISSING');
  });

  test('puts a further version into a folder of its own, and no version in twice', async () => {
    const cli = install();
    addPack(cli, 'jiangsu', '1');
    addPack(cli, 'jiangsu', '2026.B');
    expect(readdirSync(cli.templates).sort()).toEqual(['jiangsu', 'jiangsu-2026-b', 'sample']);
    expect(() => addPack(cli, 'jiangsu', '2026.B')).toThrow('TEMPLATE_EXISTS');
  });
});

describe('template sign', () => {
  test('makes a pack usable, and check names who stands behind it', async () => {
    const cli = install();
    addPack(cli, 'jiangsu', '1');
    const key = await addAuthority(cli);
    const signed = await cli.run('template', 'sign', 'jiangsu', ...key, ...SIGN);
    expect([signed.exit, signed.errors]).toEqual([0, '']);
    const checked = await cli.run('template', 'check', 'jiangsu', '--json');
    expect(checked.exit).toBe(0);
    expect(JSON.parse(checked.out).packs[0]).toMatchObject({
      status: 'regional',
      release: { authority: '某省教育厅（试用，非正式机构）', inForce: { from: '2026-01-01', until: null, withdrawnOn: null } },
    });
  });

  test.each([
    ['without a key', ['--status', 'regional', '--from', '2026-01-01'], 'COMMAND_MALFORMED'],
    ['under another status than imported', ['KEY', '--status', 'national', '--from', '2026-01-01'], 'TEMPLATE_RELEASE_MISMATCH'],
    ['as a sample', ['KEY', '--status', 'sample', '--from', '2026-01-01'], 'COMMAND_MALFORMED'],
    ['from a day that does not exist', ['KEY', '--status', 'regional', '--from', '2026-02-30'], 'COMMAND_MALFORMED'],
    ['until before from', ['KEY', '--status', 'regional', '--from', '2026-01-02', '--until', '2026-01-01'], 'COMMAND_MALFORMED'],
    [
      'with a password that is not set',
      ['KEY', '--status', 'regional', '--from', '2026-01-01', '--password-env', 'NO'],
      'COMMAND_MALFORMED',
    ],
  ])('is refused %s', async (_, args, code) => {
    const cli = install();
    addPack(cli, 'jiangsu', '1');
    const key = await addAuthority(cli);
    const done = await cli.run('template', 'sign', 'jiangsu', ...args.flatMap((arg) => (arg === 'KEY' ? key : [arg])));
    expect([done.exit, done.errors]).toEqual([2, expect.stringContaining(code)]);
    expect(existsSync(releaseFile(cli, 'jiangsu'))).toBe(false);
  });

  test("is refused with another certificate's key, and with a file that holds no key", async () => {
    const cli = install();
    addPack(cli, 'jiangsu', '1');
    const mine = await addAuthority(cli, 'regional');
    const other = await addAuthority(cli, 'national');
    const mixed = ['--key', mine[1] ?? '', '--cert', other[3] ?? ''];
    expect((await cli.run('template', 'sign', 'jiangsu', ...mixed, ...SIGN)).errors).toContain('TEMPLATE_KEY_REFUSED');
    const keyless = ['--key', mine[3] ?? '', '--cert', mine[3] ?? ''];
    expect((await cli.run('template', 'sign', 'jiangsu', ...keyless, ...SIGN)).errors).toContain('TEMPLATE_KEY_REFUSED');
  });

  test('takes a PKCS#12 file with its password from the environment', async () => {
    const cli = install();
    addPack(cli, 'jiangsu', '1');
    const [, key = '', , certificate = ''] = await addAuthority(cli);
    const p12 = scratch('authority.p12', '');
    openssl('pkcs12', '-export', '-inkey', key, '-in', certificate, '-out', p12, '-passout', 'pass:secret');
    const args = ['template', 'sign', 'jiangsu', '--p12', p12, '--password-env', 'P12', ...SIGN];
    cli.secrets.set('P12', 'wrong');
    expect((await cli.run(...args)).errors).toContain('TEMPLATE_KEY_REFUSED');
    cli.secrets.set('P12', 'secret');
    expect((await cli.run(...args)).exit).toBe(0);
    expect((await cli.run('template', 'check', 'jiangsu')).exit).toBe(0);
  });

  test('of an altered pack is refused', async () => {
    const cli = install();
    addPack(cli, 'jiangsu', '1');
    writeFileSync(join(cli.templates, 'jiangsu/body.hbs'), '第一条 改动过的正文\n');
    const done = await cli.run('template', 'sign', 'jiangsu', ...(await addAuthority(cli)), ...SIGN);
    expect(done.errors).toContain('TEMPLATE_ALTERED');
  });
});

describe('what a signature does not allow', () => {
  async function signed(): Promise<Installation> {
    const cli = install();
    addPack(cli, 'jiangsu', '1');
    await cli.run('template', 'sign', 'jiangsu', ...(await addAuthority(cli)), ...SIGN);
    expect((await cli.run('template', 'check', 'jiangsu')).exit).toBe(0);
    return cli;
  }
  const codeAfter = async (change: (cli: Installation) => void): Promise<string> => {
    const cli = await signed();
    change(cli);
    const { exit, errors } = await cli.run('template', 'check', 'jiangsu');
    expect(exit).toBeGreaterThan(0);
    expect((await cli.run('verify', cli.templates)).exit).toBe(2);
    return /（(TEMPLATE_[A-Z_]+)）/.exec(errors)?.[1] ?? errors;
  };

  test('dates edited in release.json', async () => {
    const edit = (cli: Installation): void => {
      const path = releaseFile(cli, 'jiangsu');
      writeFileSync(path, readFileSync(path, 'utf8').replace('"effectiveFrom":"2026', '"effectiveFrom":"2020'));
    };
    expect(await codeAfter(edit)).toBe('TEMPLATE_RELEASE_INVALID');
  });

  test('a manifest changed after the signature', async () => {
    const edit = (cli: Installation): void => {
      const path = join(cli.templates, 'jiangsu/manifest.json');
      const manifest = parseManifest(new Uint8Array(readFileSync(path)));
      writeFileSync(path, printManifest({ ...manifest, version: '9' }));
    };
    expect(await codeAfter(edit)).toBe('TEMPLATE_RELEASE_MISMATCH');
  });

  test('an installation that does not trust the authority', async () => {
    const path = 'certs/authorities/regional/authority.pem';
    for (const text of ['-', printPem({ label: 'CERTIFICATE', der: Uint8Array.of(0x30, 0) })])
      expect(await codeAfter((cli) => writeFileSync(join(cli.root, path), text))).toBe('TEMPLATE_AUTHORITY_FILE_REFUSED');
  });

  test('one of the two files alone', async () => {
    const edit = (cli: Installation): void => writeFileSync(join(cli.templates, 'jiangsu/release.p7s'), '');
    expect(await codeAfter(edit)).toBe('TEMPLATE_RELEASE_INVALID');
  });
});

describe('versions', () => {
  test('generate takes the one in force, list says which that is', async () => {
    const cli = install();
    addPack(cli, 'jiangsu', '1');
    addPack(cli, 'jiangsu', '2');
    const key = await addAuthority(cli);
    await cli.run('template', 'sign', 'jiangsu', ...key, '--status', 'regional', '--from', '2025-01-01', '--until', '2026-02-28');
    await cli.run('template', 'sign', 'jiangsu-2', ...key, '--status', 'regional', '--from', '2026-03-02');
    const roster = join(cli.templates, 'sample/demo-roster.xlsx');
    const generate = async (out: string) => cli.run('generate', roster, '--pack', 'jiangsu', '--out', join(cli.root, out));
    expect((await generate('between')).errors).toContain('TEMPLATE_NOT_IN_FORCE');

    cli.setClock('2026-02-28T15:59:59Z');
    expect((await generate('old')).exit).toBe(0);
    cli.setClock('2026-03-01T16:00:00Z');
    expect((await generate('new')).exit).toBe(0);
    const versionIn = (out: string): string | undefined => {
      const folder = join(cli.root, out);
      return /"version":"(\d+)"/.exec(readFileSync(join(folder, readdirSync(folder)[0] ?? ''), 'latin1'))?.[1];
    };
    expect([versionIn('old'), versionIn('new')]).toEqual(['1', '2']);

    const { packs } = JSON.parse((await cli.run('template', 'list', '--json')).out);
    expect(packs.map((each: { folder: string; standing: string }) => [each.folder, each.standing])).toEqual([
      ['jiangsu', 'ended'],
      ['jiangsu-2', 'inForce'],
      ['sample', 'inForce'],
    ]);
  });

  test('withdrawing stops generation from that day on, and the earlier release does not come back', async () => {
    const cli = install();
    addPack(cli, 'jiangsu', '1');
    const key = await addAuthority(cli);
    await cli.run('template', 'sign', 'jiangsu', ...key, ...SIGN);
    const earlier = join(cli.root, 'earlier');
    mkdirSync(earlier);
    for (const name of ['release.json', 'release.p7s']) cpSync(join(cli.templates, 'jiangsu', name), join(earlier, name));

    cli.setClock('2026-03-02T01:00:00Z');
    expect((await cli.run('template', 'withdraw', 'jiangsu', ...key, '--on', '2026-03-01')).errors).toContain('COMMAND_MALFORMED');
    expect((await cli.run('template', 'withdraw', 'jiangsu', ...key, '--on', '2026-03-03')).exit).toBe(0);
    const generate = async () =>
      cli.run('generate', join(cli.templates, 'sample/demo-roster.xlsx'), '--pack', 'jiangsu', '--out', join(cli.root, 'out'));
    expect((await generate()).exit).toBe(0);
    cli.setClock('2026-03-02T16:00:00Z');
    expect((await generate()).errors).toContain('TEMPLATE_NOT_IN_FORCE');

    expect((await cli.run('template', 'release', 'jiangsu', '--from', earlier)).errors).toContain('TEMPLATE_RELEASE_NOT_NEWER');
    expect((await generate()).errors).toContain('TEMPLATE_NOT_IN_FORCE');
    const listed = await cli.run('template', 'list');
    expect([listed.exit, listed.out.includes('已停用')]).toEqual([0, true]);
    // Unsigned files of a withdrawn text are still looked at: the pack loads.
    expect((await cli.run('verify', join(cli.root, 'out'), '--json')).out).not.toContain('TEMPLATE_UNKNOWN');
  });

  test('a release that an authority sent is taken over by one command', async () => {
    const office = install();
    addPack(office, 'jiangsu', '1');
    const key = await addAuthority(office);
    await office.run('template', 'sign', 'jiangsu', ...key, ...SIGN);

    const school = install();
    addPack(school, 'jiangsu', '1');
    const sent = join(office.templates, 'jiangsu');
    expect((await school.run('template', 'release', 'jiangsu', '--from', sent)).errors).toContain('TEMPLATE_AUTHORITY_UNTRUSTED');
    expect(existsSync(releaseFile(school, 'jiangsu'))).toBe(false);
    cpSync(join(office.root, 'certs'), join(school.root, 'certs'), { recursive: true });
    expect((await school.run('template', 'release', 'jiangsu', '--from', sent)).exit).toBe(0);
    expect((await school.run('template', 'check', 'jiangsu')).exit).toBe(0);
  });
});
