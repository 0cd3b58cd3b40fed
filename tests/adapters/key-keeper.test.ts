/** One suite for every kind of key that the server keeps or reaches: an encrypted file, a command over PKCS#11, and an address. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openKeyKeeper } from '../../src/adapters/key-keeper.ts';
import type { SignerConnection, SignerQuestion } from '../../src/adapters/signer-connection.ts';
import { fromBase64, fromUtf8, toBase64 } from '../../src/bytes.ts';
import { type Instant, toInstant } from '../../src/instant.ts';
import { readSigningKey } from '../../src/pki/sign.ts';
import { verifySignature } from '../../src/pki/verify-signature.ts';
import type { KeyKeeper } from '../../src/ports.ts';
import { LICENSED, type LicensedLeaf } from '../workflow/licensed-authority.ts';
import { seededRandom } from '../workflow/test-service.ts';
import { NOW, temporaryFolder } from './temporary.ts';

const KEY = 'a'.repeat(32);
const PIN = '123456';
const SOFTHSM = '/usr/lib/softhsm/libsofthsm2.so';
const MESSAGE = fromUtf8('the attributes');

interface World {
  readonly keeper: KeyKeeper;
  readonly leaf: LicensedLeaf;
  readonly signer: string | null;
  readonly secret: string;
  readonly folder: string;
  wait(ms: number): void;
}

function worldWith(leaf: LicensedLeaf, signers: readonly SignerConnection[], secret: string): World {
  const folder = join(temporaryFolder(), 'keys');
  let now: Instant = NOW;
  const clock = { now: () => now };
  const keeper = openKeyKeeper(folder, { clock, random: seededRandom('keeper'), signers });
  const [first] = signers;
  return { keeper, leaf, signer: first?.name ?? null, secret, folder, wait: (ms) => (now = toInstant(now + ms)) };
}

const leafOf = (kind: 'rsa2048' | 'p256' | 'p384'): LicensedLeaf =>
  LICENSED.issue({ country: 'CN', organisation: '示例职业技术学校', commonName: '公章' }, kind);

async function fileWorld(kind: 'rsa2048' | 'p384'): Promise<World> {
  const leaf = leafOf(kind);
  const world = worldWith(leaf, [], 'a long passphrase');
  await world.keeper.keep(KEY, leaf.key.toPkcs8(), world.secret);
  return world;
}

/** A SoftHSM token with the key, and the few lines that connect it: what an installation would write. */
function tokenWorld(kind: 'rsa2048' | 'p256'): World {
  const leaf = leafOf(kind);
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'tokens'));
  const conf = join(folder, 'softhsm2.conf');
  writeFileSync(conf, `directories.tokendir = ${join(folder, 'tokens')}\nobjectstore.backend = file\nlog.level = ERROR\n`);
  const env = { ...process.env, SOFTHSM2_CONF: conf };
  writeFileSync(join(folder, 'key.pem'), leaf.key.toPem());
  const run = (program: string, ...args: string[]) => execFileSync(program, args, { env, stdio: 'pipe' });
  run('softhsm2-util', '--init-token', '--free', '--label', 'school', '--pin', PIN, '--so-pin', '654321');
  run('softhsm2-util', '--import', join(folder, 'key.pem'), '--token', 'school', '--label', 'seal', '--id', 'A1', '--pin', PIN);
  const script = join(folder, 'sign.sh');
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
  const [, example = ''] = /```sh\n(#!\/bin\/sh\n# sanfang\.signer\/1[\s\S]*?)```/.exec(readme) ?? [];
  expect(example).toContain('pkcs11-tool');
  writeFileSync(script, example.replace('# sanfang.signer/1', `export SOFTHSM2_CONF=${conf}\n# sanfang.signer/1`));
  chmodSync(script, 0o700);
  const reach = { kind: 'command' as const, command: [script, SOFTHSM, 'school', 'A1'] as const };
  return worldWith(leaf, [{ name: 'hsm', zh: '学校签名机', tenant: 'demo', chain: leaf.chain, reach }], PIN);
}

/** A key service behind an address. */
async function addressWorld(kind: 'rsa2048' | 'p384'): Promise<World> {
  const leaf = leafOf(kind);
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'key.pem'), leaf.key.toPem());
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      const question = JSON.parse(body) as SignerQuestion;
      const known = question.protocol === 'sanfang.signer/1' && question.pin === PIN && request.headers.authorization === 'Bearer service';
      if (!known) return void response.writeHead(403).end();
      const signature = execFileSync('openssl', ['pkeyutl', '-sign', '-inkey', join(folder, 'key.pem'), '-pkeyopt', 'digest:sha256'], {
        input: fromBase64(question.digest),
      });
      response.writeHead(200).end(JSON.stringify({ signature: toBase64(signature) }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/sign`;
  return worldWith(
    leaf,
    [{ name: 'kms', zh: '密钥服务', tenant: 'demo', chain: leaf.chain, reach: { kind: 'address', url, authorization: 'Bearer service' } }],
    PIN,
  );
}

const unlock = ({ keeper, leaf, signer, secret }: World, minutes = 60, passphrase = secret): Promise<void> =>
  keeper.unlock(KEY, signer, passphrase, readSigningKey(leaf.key.toPem()).spki, toInstant(NOW + minutes * 60_000));

describe.each([
  ['an encrypted file, RSA', () => fileWorld('rsa2048')],
  ['an encrypted file, P-384', () => fileWorld('p384')],
  ['a PKCS#11 token by command, RSA', async () => tokenWorld('rsa2048')],
  ['a PKCS#11 token by command, P-256', async () => tokenWorld('p256')],
  ['a key service by address, RSA', () => addressWorld('rsa2048')],
  ['a key service by address, P-384', () => addressWorld('p384')],
] as const)('a key of the organisation in %s', (_, open) => {
  test('signs while it is unlocked, and only then', async () => {
    const world = await open();
    await expect(world.keeper.sign(KEY, MESSAGE)).rejects.toMatchObject({ code: 'KEY_LOCKED' });
    await unlock(world);
    expect(world.keeper.unlockedUntil(KEY)).toBe(NOW + 3_600_000);
    const value = await world.keeper.sign(KEY, MESSAGE);
    expect(verifySignature(world.leaf.key.spki, 'sha256', MESSAGE, value)).toBe(true);
    world.wait(3_600_000);
    expect(world.keeper.unlockedUntil(KEY)).toBeNull();
    await expect(world.keeper.sign(KEY, MESSAGE)).rejects.toMatchObject({ code: 'KEY_LOCKED' });
  });

  test('does not open with another passphrase, and is locked again by hand', async () => {
    const world = await open();
    await expect(unlock(world, 60, 'wrong-000')).rejects.toMatchObject({
      code: expect.stringMatching(/^KEY_(PASSPHRASE_WRONG|UNAVAILABLE)$/),
    });
    expect(world.keeper.unlockedUntil(KEY)).toBeNull();
    await unlock(world);
    world.keeper.lock(KEY);
    await expect(world.keeper.sign(KEY, MESSAGE)).rejects.toMatchObject({ code: 'KEY_LOCKED' });
  });

  test('is not taken for the key of another certificate', async () => {
    const world = await open();
    const other = leafOf('p256').key.spki;
    await expect(world.keeper.unlock(KEY, world.signer, world.secret, other, toInstant(NOW + 1000))).rejects.toMatchObject({
      code: 'KEY_UNAVAILABLE',
    });
  });
});

test('a kept key is on disk encrypted, for its owner only, and gone when it is forgotten', async () => {
  const world = await fileWorld('p384');
  const [name = ''] = readdirSync(world.folder);
  const path = join(world.folder, name);
  expect(readFileSync(path, 'latin1')).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----/);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  await expect(unlock(world, 60, 'wrong')).rejects.toMatchObject({ code: 'KEY_PASSPHRASE_WRONG' });
  await world.keeper.forget(KEY);
  await expect(unlock(world)).rejects.toMatchObject({ code: 'KEY_UNAVAILABLE' });
  await expect(world.keeper.keep('../x', world.leaf.key.toPkcs8(), 'p')).rejects.toThrow();
});

test('a signer that is missing, fails, talks nonsense or signs something else is not used', async () => {
  const leaf = leafOf('p256');
  const folder = temporaryFolder();
  const script = (name: string, body: string): SignerConnection => {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\ncat > /dev/null\n${body}\n`);
    chmodSync(path, 0o700);
    return { name, zh: name, tenant: 'demo', chain: leaf.chain, reach: { kind: 'command', command: [path] } };
  };
  const wrong = toBase64(leafOf('p256').key.sign(MESSAGE));
  const signers = [
    { ...script('absent', ''), reach: { kind: 'command' as const, command: [join(folder, 'nowhere')] as const } },
    script('failing', 'exit 3'),
    script('nonsense', 'echo nonsense'),
    script('empty', "echo '{}'"),
    script('endless', 'yes'),
    script('another', `echo '{"signature":"${wrong}"}'`),
  ];
  const world = worldWith(leaf, signers, PIN);
  for (const { name } of signers) {
    await expect(world.keeper.unlock(KEY, name, PIN, leaf.key.spki, toInstant(NOW + 1000))).rejects.toMatchObject({
      code: 'KEY_UNAVAILABLE',
    });
  }
  await expect(world.keeper.unlock(KEY, 'unknown', PIN, leaf.key.spki, toInstant(NOW + 1000))).rejects.toMatchObject({
    code: 'KEY_UNAVAILABLE',
  });
});
