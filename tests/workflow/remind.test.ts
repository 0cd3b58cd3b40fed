import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { deliverInvitations } from '../../src/workflow/deliver-invitations.ts';
import { remind } from '../../src/workflow/remind.ts';
import { firstNumber, openTestBatch, type TestBatch } from './test-batch.ts';
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

/** A gateway that takes the messages whose place is told, and fails at the others. */
function failingAt(world: TestBatch, isRefused: (place: number) => boolean) {
  const tried: number[] = [];
  const send = async () => {
    tried.push(tried.length);
    if (isRefused(tried.length - 1)) throw new Error('gateway');
    return 'sent' as const;
  };
  return { tried, ports: { ...world.ports, messenger: { send } } };
}

const dueStudents = (world: TestBatch): number => world.batch.rows.filter(({ cells }) => cells.student.state === 'turn').length;

test('one address that cannot be reached keeps no reminder from the others, and the school is told whose it is', async () => {
  const world = await openTestBatch();
  const due = dueStudents(world);
  const { ports, tried } = failingAt(world, (place) => place === 0);
  const [first] = world.batch.rows.filter(({ cells }) => cells.student.state === 'turn');
  await expect(remind(ports, SCHOOL, world.batchId, 'http://localhost')).rejects.toMatchObject({
    code: 'MESSAGES_NOT_SENT',
    params: { what: '提醒', sent: due - 1, total: due, who: first?.studentName },
  });
  expect(tried).toHaveLength(due);
});

test('a gateway that is down is given up after three messages, and links are said to be new', async () => {
  const world = await openTestBatch();
  const { ports, tried } = failingAt(world, () => true);
  const to = { recipientAt: { to: '1' }, agreementNumber: null, studentName: null, studentNumber: null, studentClass: null, phone: '1' };
  const one = (recipient: string) => ({ ...to, role: 'unit', recipient, path: '/b/x', expiresAt: ports.clock.now() }) as const;
  await expect(deliverInvitations(ports, ['甲', '乙', '丙', '丁', '戊', '己'].map(one), 'http://localhost')).rejects.toMatchObject({
    code: 'MESSAGES_NOT_SENT',
    params: { what: '链接已换新，', sent: 0, total: 6, who: '甲、乙、丙、丁、戊 等 6 人' },
  });
  expect(tried).toHaveLength(3);
});
