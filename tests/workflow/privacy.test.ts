import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { E_SIGNING_TERMS_SHA256 } from '../../src/agreement/e-signing-terms.ts';
import { dataOf } from '../../src/workflow/stored-data.ts';
import { firstNumber, openTestBatch } from './test-batch.ts';
import { Browser, tokenOf } from './test-browser.ts';

/** Everything on disk that the database wrote. */
const databaseText = (folder: string): string =>
  readdirSync(folder)
    .filter((name) => name.startsWith('sanfang.db'))
    .map((name) => readFileSync(join(folder, name), 'latin1'))
    .join('');

test('neither link tokens nor session tokens nor the school key are on disk', async () => {
  const world = await openTestBatch();
  const visit = await world.visit(firstNumber(world.batch, 'adult'), 'student');
  const stored = databaseText(world.dataFolder);
  const secrets = [world.schoolKey, ...world.school.cookies.values(), ...visit.browser.cookies.values(), ...world.invitations.map(tokenOf)];
  expect(secrets.length).toBeGreaterThan(40);
  for (const secret of secrets) {
    expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(stored.includes(secret)).toBe(false);
  }
});

test('the log and the audit chain hold no name, identity number, telephone number, or token', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'minor');
  const visit = await world.visit(number, 'student');
  await visit.signAgreement(number);
  const token = await world.tokenFor(number, 'guardian');
  await new Browser(world.app).send(`/s/${token}`);
  await new Browser(world.app).post(`/api/s/${token}/start`, { role: 'guardian', studentName: '某某', phoneLastFour: '0000' });
  const agreement = await world.ports.agreements.find(number);
  if (agreement === undefined) throw new Error('no agreement');
  const { fields } = dataOf(agreement, world.ports.templates);
  const written = JSON.stringify([world.logged, await world.ports.audit.list('demo')]);
  expect(world.logged.length).toBeGreaterThan(5);
  expect(written).toContain('/s/:token');
  for (const key of ['studentName', 'studentIdNumber', 'studentPhone', 'guardianName', 'guardianPhone', 'unitSignatory']) {
    expect(written).not.toContain(fields[key] ?? 'missing');
  }
  expect(written).not.toContain(token);
  expect(written).not.toContain(visit.token);
});

test('before identity is proved a page shows a masked name and nothing of the agreement', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'minor');
  const agreement = await world.ports.agreements.find(number);
  if (agreement === undefined) throw new Error('no agreement');
  const { fields } = dataOf(agreement, world.ports.templates);
  for (const role of ['student', 'guardian'] as const) {
    const page = await (await new Browser(world.app).send(`/s/${await world.tokenFor(number, role)}`)).text();
    expect(page).toContain('*');
    for (const key of ['studentName', 'studentIdNumber', 'studentPhone', 'guardianName', 'post'])
      expect(page).not.toContain(fields[key] ?? 'missing');
    expect(page).not.toContain(number);
  }
});

test('no GET and no HEAD changes anything on disk, whatever is fetched and however often', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'adult');
  const visit = await world.visit(number, 'student');
  const token = await world.tokenFor(number, 'unit');
  const before = await world.ports.audit.list('demo');
  const disk = databaseText(world.dataFolder);
  const everywhere = [
    `/s/${visit.token}`,
    `/s/${visit.token}/read`,
    `/s/${visit.token}/sign?consent=agree&read=yes&terms=${E_SIGNING_TERMS_SHA256}`,
    `/s/${visit.token}/done`,
  ];
  const organisation = [`/b/${token}`, `/b/${token}/list`, `/api/s/${visit.token}`, `/api/s/${visit.token}/agreements/${number}/document`];
  const school = [
    '/school',
    '/school/templates',
    '/school/templates/sample/1.0.0/preview',
    `/school/batches/${world.batchId}`,
    `/school/batches/${world.batchId}/agreements.zip`,
  ];
  const open = ['/', '/verify', `/v/${number}`, '/health/live', '/health/ready', `/school?key=${world.schoolKey}`];
  for (const path of [...everywhere, ...organisation, ...school, ...open]) {
    for (const method of ['HEAD', 'GET', 'GET']) {
      for (const browser of [visit.browser, world.school, new Browser(world.app)]) {
        const answer = await browser.send(path, { method });
        await answer.arrayBuffer();
        expect(answer.status).toBeLessThan(500);
        expect(answer.headers.getSetCookie()).toEqual([]);
      }
    }
  }
  expect(databaseText(world.dataFolder)).toBe(disk);
  expect(await world.ports.audit.list('demo')).toEqual(before);
});
