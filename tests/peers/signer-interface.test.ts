/** The README's example, run as it stands: a program of curl, jq and openssl signs a list over HTTP. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createAdaptorServer } from '@hono/node-server';
import { expect, onTestFinished, test } from 'vitest';
import { verifyFile } from '../../src/verify/verify-file.ts';
import { makeSignerToken } from '../../src/workflow/signer-token.ts';
import { displayValues } from '../../src/workflow/stored-data.ts';
import { NOW, temporaryFolder } from '../adapters/temporary.ts';
import { LICENSED } from '../workflow/licensed-authority.ts';
import { openTestBatch } from '../workflow/test-batch.ts';
import { SCHOOL } from '../workflow/test-service.ts';

const run = promisify(execFile);
const README = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');

test.each(['rsa3072', 'p384'] as const)('signs what is ready with a %s key, and once only', async (kind) => {
  const world = await openTestBatch();
  const adults = world.batch.rows.filter(({ cells }) => cells.guardian.state === 'none');
  const [first] = adults;
  const numbers = adults
    .filter(({ unitName }) => unitName === first?.unitName)
    .map(({ agreementNumber }) => agreementNumber)
    .slice(0, 2);
  for (const number of numbers) await (await world.visit(number, 'student')).signAgreement(number);
  const agreement = await world.ports.agreements.find(numbers[0] ?? '');
  if (agreement === undefined) throw new Error('no agreement');
  const { unitName = '', unitCreditCode = '' } = displayValues(agreement);
  const { token } = await makeSignerToken(world.ports, SCHOOL, { label: '程序', role: 'unit', creditCode: unitCreditCode, days: 1 });
  const leaf = LICENSED.issue(
    { country: 'CN', organisation: unitName, commonName: unitName, organisationIdentifier: `NTRCN-${unitCreditCode}` },
    kind,
  );

  const server = createAdaptorServer({ fetch: world.app.fetch });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const folder = temporaryFolder();
  const [certificate, issuer] = leaf.chain;
  writeFileSync(join(folder, 'certificate.der'), certificate ?? '');
  writeFileSync(join(folder, 'issuer.der'), issuer ?? '');
  writeFileSync(join(folder, 'key.pem'), leaf.key.toPem());
  const [, script = ''] = /```sh\n(api\(\) \{[\s\S]*?)```/.exec(README) ?? [];
  writeFileSync(join(folder, 'sign.sh'), `set -euo pipefail\n${script}`);
  const env = { ...process.env, TOKEN: token, URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  const { stdout } = await run('bash', ['sign.sh'], { cwd: folder, env });
  const { signatures } = JSON.parse(stdout) as { signatures: { agreementNumber: string; next: string }[] };
  expect(signatures.map(({ agreementNumber }) => agreementNumber).sort()).toEqual([...numbers].sort());
  expect(signatures.map(({ next }) => next)).toEqual(['school', 'school']);

  for (const number of numbers) {
    const signed = await world.ports.agreements.find(number);
    if (signed?.state !== 'signing') throw new Error('not signing');
    const bytes = await world.ports.blobs.get(signed.head.sha256);
    const { templates, trustAnchors, namedRoots } = world.ports;
    const report = verifyFile(bytes, { templates, trustAnchors, namedRoots, checkedAt: NOW });
    expect(report.signatures.map(({ party, assurance, custody }) => [party, assurance, custody])).toEqual([
      ['student', 'platform', undefined],
      ['unit', 'licensed', 'external'],
    ]);
    writeFileSync(join(folder, 'signed.pdf'), bytes);
    const { stdout: words } = await run('pdfsig', ['-nocert', 'signed.pdf'], { cwd: folder });
    expect(words.match(/Signature is Valid/g)).toHaveLength(2);
    expect(words).toContain('Total document signed');
  }
});
