import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { remind } from '../../src/workflow/remind.ts';
import { firstNumber, openTestBatch } from './test-batch.ts';
import { SCHOOL } from './test-service.ts';

test('whoever is to sign is reminded through the messenger, once a day', async () => {
  const world = await openTestBatch();
  const path = `/school/batches/${world.batchId}/reminders`;
  const messages = () => readdirSync(join(world.dataFolder, 'outbox')).length;
  const before = messages();
  expect((await world.school.form(path, {})).status).toBe(303);
  expect(messages() - before).toBe(world.batch.rows.filter(({ cells }) => cells.student.state === 'turn').length);
  expect((await world.school.form(path, {})).status).toBe(429);
  await expect(remind(world.ports, SCHOOL, world.batchId, 'http://localhost')).rejects.toMatchObject({ code: 'REMINDED_RECENTLY' });
  world.wait(24 * 3_600_000 - 1);
  await world.school.form('/school/session', { key: world.schoolKey });
  expect((await world.school.form(path, {})).status).toBe(429);
  world.wait(1);
  expect((await world.school.form(path, {})).status).toBe(303);
  expect((await world.ports.audit.list('demo')).filter(({ kind }) => kind === 'SIGNATORIES_REMINDED')).toHaveLength(2);
});

test('without a messenger the school gets new links of those whose turn it is, and of nobody else', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'adult');
  await (await world.visit(number, 'student')).signAgreement(number);
  const reminder = await remind({ ...world.ports, messenger: null }, SCHOOL, world.batchId, 'http://localhost');
  if (reminder.kind !== 'links') throw new Error('sent');
  const students = reminder.invitations.filter(({ role }) => role === 'student');
  expect(students).toHaveLength(world.batch.rows.filter(({ cells }) => cells.student.state === 'turn').length - 1);
  expect(reminder.invitations.filter(({ role }) => role === 'unit')).toHaveLength(1);
  expect(reminder.invitations.some(({ role }) => role === 'school' || role === 'guardian')).toBe(false);
});
