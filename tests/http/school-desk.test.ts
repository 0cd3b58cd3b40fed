import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeRosterWorkbook } from '../../src/adapters/roster-template.ts';
import { readSpreadsheet } from '../../src/adapters/spreadsheet.ts';
import { fieldSpec } from '../../src/agreement/fields.ts';
import type { InvitationsJson } from '../../src/http/contract.ts';
import { idNumberOf, VALUES } from '../agreement/sample-values.ts';
import { enterSchool, firstNumber, openTestBatch } from '../workflow/test-batch.ts';
import { type Browser, codeOn, json } from '../workflow/test-browser.ts';
import { openTestService } from '../workflow/test-service.ts';

const isBatchKey = ([key]: readonly [string, string]): boolean => fieldSpec(key)?.scope === 'batch';
const entries = Object.entries(VALUES);

/** Two students: of both the days have to be looked at, the second has an identity number that cannot be. */
async function rosterWithIssues(): Promise<Uint8Array<ArrayBuffer>> {
  const row = Object.fromEntries(entries.filter((entry) => !isBatchKey(entry)));
  const second = {
    ...row,
    studentName: '王二',
    studentNumber: '20250102',
    studentIdNumber: `${idNumberOf('2008-06-01', 2).slice(0, 17)}A`,
  };
  const first = { ...row, studentNumber: '20250101' };
  const batch = { ...Object.fromEntries(entries.filter(isBatchKey)), weeklyDays: '6' };
  const bytes = await writeRosterWorkbook({ rows: [first, second], batch });
  return new Uint8Array(bytes);
}

async function upload(school: Browser): Promise<{ readonly path: string; readonly rosterId: string; readonly page: string }> {
  const answer = await school.form('/school/rosters', { roster: new File([await rosterWithIssues()], '机电.xlsx') });
  const path = answer.headers.get('Location') ?? '';
  return { path, rosterId: path.split('/').at(-1) ?? '', page: await (await school.send(path)).text() };
}

test('a batch is opened only when every tier that has issues was ticked, and the audit log keeps how many there were', async () => {
  const service = await openTestService();
  const school = await enterSchool(service);
  const { rosterId, page } = await upload(school);
  expect(page).toContain('王二');
  const names = [...page.matchAll(/name="(acknowledged\w+)"/g)].map((match) => match[1] ?? '');
  expect(names).toEqual(['acknowledgedError', 'acknowledgedConfirm']);
  const fields = { rosterId, name: '批次', annexTitle: '', clauses: '' };
  const refused = await school.form('/school/batches', fields);
  expect([refused.status, (await refused.text()).includes('ROSTER_NOT_ACKNOWLEDGED')]).toEqual([409, true]);
  expect(await service.ports.batches.list('demo')).toEqual([]);
  const opened = await school.form('/school/batches', { ...fields, ...Object.fromEntries(names.map((name) => [name, 'yes'])) });
  expect(opened.status).toBe(303);
  const event = (await service.ports.audit.list('demo')).find(({ kind }) => kind === 'BATCH_OPENED');
  expect(event?.detail['acknowledged']).toMatchObject({ error: 1 });
});

test('the roster comes back with what each row needs, until its batch is opened', async () => {
  const service = await openTestService();
  const school = await enterSchool(service);
  const { path, rosterId } = await upload(school);
  const answer = await school.send(`${path}/annotated.xlsx`);
  expect(answer.status).toBe(200);
  const { sheets } = await readSpreadsheet(new Uint8Array(await answer.arrayBuffer()));
  expect(JSON.stringify(sheets)).toContain('检查结果');
  await school.form('/school/batches', {
    rosterId,
    name: '批次',
    annexTitle: '',
    clauses: '',
    acknowledgedError: 'yes',
    acknowledgedConfirm: 'yes',
  });
  expect(await codeOn(await school.send(`${path}/annotated.xlsx`))).toBe('ROSTER_FILE_GONE');
});

test('the next roster of a school takes the place of the last file, and a table that is no workbook cannot be annotated', async () => {
  const service = await openTestService();
  const school = await enterSchool(service);
  const { path } = await upload(school);
  const csv = await school.form('/school/rosters', { roster: new File(['姓名,学号\n张三,1\n'], '名册.csv') });
  expect(await codeOn(await school.send(`${path}/annotated.xlsx`))).toBe('ROSTER_FILE_GONE');
  const other = csv.headers.get('Location') ?? '';
  expect(await (await school.send(other)).text()).not.toContain('annotated.xlsx');
  expect(await codeOn(await school.send(`${other}/annotated.xlsx`))).toBe('ROSTER_NOT_WORKBOOK');
});

test('a roster for a pack that is not there is refused', async () => {
  const school = await enterSchool(await openTestService());
  const answer = await school.form('/school/rosters', { roster: new File([await rosterWithIssues()], '机电.xlsx'), pack: 'none' });
  expect(await codeOn(answer)).toBe('TEMPLATE_NOT_FOUND');
});

test('the board and the links name every student in full with number and class, for the school alone', async () => {
  const world = await openTestBatch();
  const values = JSON.parse((await world.ports.agreements.find(firstNumber(world.batch, 'adult')))?.dataText ?? '{}').fields;
  const board = await (await world.school.send(`/school/batches/${world.batchId}`)).text();
  for (const word of [values.studentName, values.studentClass]) expect(board).toContain(word);
  const links = await json<InvitationsJson>(world.school.post(`/api/school/batches/${world.batchId}/invitations`, {}));
  expect(links.invitations.some(({ recipient, studentName }) => recipient === studentName && recipient === values.studentName)).toBe(true);
});

test('who leaves is out, and nobody else is', async () => {
  const service = await openTestService();
  const [one, other] = [await enterSchool(service), await enterSchool(service)];
  const before = one.cookies.get('sanfang_school') ?? '';
  expect((await one.form('/school/session/end', {})).status).toBe(303);
  expect(await (await one.send('/school')).text()).toContain('进入口令');
  one.cookies.set('sanfang_school', before);
  expect(await (await one.send('/school')).text()).toContain('进入口令');
  expect(await (await other.send('/school')).text()).toContain('退出登录');
});

test('when a signature was stored the next party is told once, by a message without names', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'adult');
  const folder = join(world.dataFolder, 'outbox');
  const before = new Set(readdirSync(folder));
  const unit = await (await world.school.send(`/b/${await world.tokenFor(number, 'unit')}`)).text();
  expect(unit).toContain('还没轮到');
  await (await world.visit(number, 'student')).signAgreement(number);
  const messages = readdirSync(folder)
    .filter((name) => !before.has(name))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
  expect(messages).toHaveLength(1);
  expect(messages[0]).toContain(`/v/${number}`);
  expect(await (await world.school.send(`/b/${await world.tokenFor(number, 'unit')}`)).text()).toContain('有协议等您签');
});
