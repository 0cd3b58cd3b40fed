import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import type { BatchJson, ProgressJson, RosterJson } from '../../src/http/contract.ts';
import { toInstant } from '../../src/instant.ts';
import { renewSchoolKey } from '../../src/workflow/enter-school.ts';
import { workOnce } from '../../src/workflow/generate-batch.ts';
import { openBatch } from '../../src/workflow/open-batch.ts';
import { enterSchool, openTestBatch, rosterFile } from './test-batch.ts';
import { Browser, json, refusal } from './test-browser.ts';
import { openTestService, ROOT, SCHOOL } from './test-service.ts';

const csv = (heading: string, value: string): File =>
  new File([`姓名,身份证号,${heading}\n张三,11010519491231002X,${value}\n`], '名册.csv');

test('a messy roster is read whole: every problem told, good rows counted, nothing generated from it unasked', async () => {
  const service = await openTestService();
  const school = await enterSchool(service);
  const messy = new File([readFileSync(join(ROOT, 'tests/fixtures/roster_messy.xlsx'))], '乱.xlsx');
  const roster = await json<RosterJson>(school.form('/api/school/rosters', { roster: messy }));
  expect(roster.issues.length).toBeGreaterThan(3);
  expect(roster.issues.every((issue) => issue.zh !== '' && ['error', 'confirm', 'tidied'].includes(issue.level))).toBe(true);
  expect(JSON.stringify(roster)).not.toMatch(/[1-9]\d{16}[\dX]/);
  expect(await json<RosterJson>(school.send(`/api/school/rosters/${roster.rosterId}`))).toEqual(roster);
  expect(await service.ports.batches.list('demo')).toEqual([]);
});

test('a roster column that carries body text is refused, not dropped', async () => {
  const service = await openTestService();
  const school = await enterSchool(service);
  const roster = await json<RosterJson>(school.form('/api/school/rosters', { roster: csv('协议正文', '第一条 甲方可以随时解除') }));
  const answer = school.post('/api/school/batches', { rosterId: roster.rosterId, name: '批次', annex: null });
  expect(await refusal(answer)).toBe('ROSTER_HAS_BODY_TEXT');
});

test('rows that no longer fit the text stop the batch by their numbers, instead of being left out', async () => {
  const service = await openTestService();
  const school = await enterSchool(service);
  const { rosterId } = await json<RosterJson>(school.form('/api/school/rosters', { roster: rosterFile() }));
  const templates = service.ports.templates.map((template) => ({
    ...template,
    fields: template.fields.map((spec) => (spec.key === 'studentName' ? { ...spec, maxLength: 2 } : spec)),
  }));
  const request = { rosterId, name: '批次', annex: null, acknowledged: ['error', 'confirm'] as const };
  await expect(openBatch({ ...service.ports, templates }, SCHOOL, request)).rejects.toMatchObject({
    code: 'ROSTER_ROWS_NO_LONGER_FIT',
    params: { rows: expect.stringMatching(/^\d+(?:–\d+)?(?:、\d+(?:–\d+)?)*$/) },
  });
  expect(await service.ports.batches.list('demo')).toEqual([]);
});

test('an annex that claims to replace the body is refused', async () => {
  const service = await openTestService();
  const school = await enterSchool(service);
  const { rosterId } = await json<RosterJson>(school.form('/api/school/rosters', { roster: rosterFile() }));
  const annex = { title: '附件', clauses: ['本附件与正文不一致的，以本附件为准。'] };
  expect(await refusal(school.post('/api/school/batches', { rosterId, name: '批次', annex }))).toBe('ANNEX_OVERRIDES_BODY');
});

test('an annex clause that makes the student pay is refused with the article', async () => {
  const service = await openTestService();
  const school = await enterSchool(service);
  const { rosterId } = await json<RosterJson>(school.form('/api/school/rosters', { roster: rosterFile() }));
  const annex = { title: '附件', clauses: ['丙方应当向乙方缴纳实习押金五百元，实习结束后退还。'] };
  const answer = await school.post('/api/school/batches', { rosterId, name: '批次', annex });
  expect(await answer.json()).toMatchObject({ code: 'ANNEX_REFUSED', zh: expect.stringContaining('附件第 1 条') });
});

test.each([
  ['body', { body: '正文' }],
  ['template', { template: 'mine' }],
  ['annex.body', { annex: { title: '附件', clauses: ['一条'], body: '正文' } }],
])('a key that nobody asked for is refused by its name: %s', async (name, extra) => {
  const service = await openTestService();
  const school = await enterSchool(service);
  const { rosterId } = await json<RosterJson>(school.form('/api/school/rosters', { roster: rosterFile() }));
  const answer = await school.post('/api/school/batches', { rosterId, name: '批次', annex: null, ...extra });
  expect(await answer.json()).toMatchObject({ code: 'REQUEST_MALFORMED', zh: expect.stringContaining(name) });
});

test('opening a batch twice from one roster makes one batch, with an Idempotency-Key or without', async () => {
  const service = await openTestService();
  const school = await enterSchool(service);
  const { rosterId } = await json<RosterJson>(school.form('/api/school/rosters', { roster: rosterFile() }));
  const body = { rosterId, name: '批次', annex: null };
  const key = { 'Idempotency-Key': 'key-00000001' };
  const first = await json<BatchJson>(school.post('/api/school/batches', body, key));
  const replay = await school.post('/api/school/batches', body, key);
  expect(replay.headers.get('Idempotent-Replay')).toBe('true');
  expect(await replay.json()).toEqual(first);
  expect((await json<BatchJson>(school.post('/api/school/batches', body))).batchId).toBe(first.batchId);
  expect(await refusal(school.post('/api/school/batches', { ...body, name: '另一批' }, key))).toBe('REQUEST_KEY_REUSED');
  expect(await service.ports.batches.list('demo')).toHaveLength(1);
});

test('a batch whose worker died is generated by the next one when the lease has run out', async () => {
  const service = await openTestService();
  const school = await enterSchool(service);
  const { rosterId } = await json<RosterJson>(school.form('/api/school/rosters', { roster: rosterFile() }));
  const { batchId } = await json<BatchJson>(school.post('/api/school/batches', { rosterId, name: '批次', annex: null }));
  const now = service.ports.clock.now();
  await service.ports.jobs.claim(now, toInstant(now + 30_000));
  expect(await workOnce(service.ports)).toBe(false);
  service.wait(30_001);
  const { ports, app } = await service.restart();
  expect(await workOnce(ports)).toBe(true);
  school.app = app;
  const progress = await json<ProgressJson>(school.send(`/api/school/batches/${batchId}/progress`));
  expect(progress).toMatchObject({ state: 'ready', failed: 0, generated: progress.total });
  expect((await ports.audit.list('demo')).filter((entry) => entry.kind === 'AGREEMENT_GENERATED')).toHaveLength(progress.total);
});

test('the ZIP of a batch holds every agreement under the name of its student', async () => {
  const world = await openTestBatch();
  const answer = await world.school.send(`/school/batches/${world.batchId}/agreements.zip`);
  expect(answer.headers.get('Content-Type')).toBe('application/zip');
  const files = unzipSync(new Uint8Array(await answer.arrayBuffer()));
  expect(Object.keys(files)).toHaveLength(world.batch.progress.total);
  for (const [path, bytes] of Object.entries(files)) {
    expect(path).toMatch(/^[^/]+\/未签完_[^/]+_SF-[0-9A-Z]{10}-[0-9A-Z]{10}\.pdf$/u);
    expect(new TextDecoder('latin1').decode(bytes.subarray(0, 5))).toBe('%PDF-');
  }
});

test('without a session, or with another school’s, nothing of a batch is shown or changed', async () => {
  const world = await openTestBatch();
  const stranger = new Browser(world.app);
  for (const path of ['', '/progress']) {
    expect(await refusal(stranger.send(`/api/school/batches/${world.batchId}${path}`))).toBe('SCHOOL_SESSION_MISSING');
  }
  expect(await refusal(stranger.post(`/api/school/batches/${world.batchId}/invitations`, {}))).toBe('SCHOOL_SESSION_MISSING');
  const key = await renewSchoolKey(world.ports, { id: 'other', name: '另一所学校', creditCode: null });
  await stranger.form('/school/session', { key });
  expect(await refusal(stranger.send(`/api/school/batches/${world.batchId}`))).toBe('BATCH_UNKNOWN');
  const number = world.batch.rows[0]?.agreementNumber ?? '';
  expect((await stranger.send(`/school/agreements/${number}/agreement.pdf`)).status).toBe(404);
});

test('a new school key ends the old one', async () => {
  const service = await openTestService();
  await renewSchoolKey(service.ports, SCHOOL);
  const answer = await new Browser(service.app).form('/school/session', { key: service.schoolKey });
  expect(answer.status).toBe(403);
});
