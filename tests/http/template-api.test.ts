/** The wizard's steps over JSON: a program hands in a .docx, says what each blank asks for and who signs where, and publishes. */
import { expect, test } from 'vitest';
import { z } from 'zod';
import { writeRosterWorkbook } from '../../src/adapters/roster-template.ts';
import { fieldSpec } from '../../src/agreement/fields.ts';
import type { TemplateDraftJson } from '../../src/http/contract/template-drafts.ts';
import type { BatchJson, ReportJson, RosterJson } from '../../src/http/contract.ts';
import { VALUES } from '../agreement/sample-values.ts';
import { enterSchool } from '../workflow/test-batch.ts';
import { Browser, json } from '../workflow/test-browser.ts';
import { openTestService, type TestService } from '../workflow/test-service.ts';
import { wizardSource } from './wizard-source.ts';

const DRAFTS = '/api/school/template-drafts';
const NAMES = { pack: 'by-program', version: '1', title: '岗位实习协议', looked: true };

const Refusal = z.object({ code: z.string() });
const codeIn = async (answer: Response): Promise<string> => Refusal.parse(await answer.json()).code;

interface Api extends TestService {
  readonly school: Browser;
  readonly draft: TemplateDraftJson;
  readonly path: string;
}

async function openDraft(): Promise<Api> {
  const service = await openTestService();
  const school = await enterSchool(service);
  const body = new FormData();
  body.set('source', new File([new Uint8Array(wizardSource())], '协议.docx'));
  const answer = await school.send(DRAFTS, { method: 'POST', body });
  expect(answer.status).toBe(201);
  const draft: TemplateDraftJson = await json(answer);
  return { ...service, school, draft, path: `${DRAFTS}/${draft.draftId}` };
}

test('a draft says where every character went, who signs where, and what each blank was taken for', async () => {
  const { school, draft } = await openDraft();
  const { source, body, blanks, spaces, phonetic } = draft.characters;
  expect(source).toBe(body + blanks + spaces + phonetic);
  expect(draft.signers).toEqual(['school', 'unit', 'student', 'guardian']);
  expect(draft.blanks.map(({ ids, label, kind, guess }) => [ids[0], label, kind, guess])).toContainEqual([
    'b5',
    '实习岗位',
    'value',
    'likely',
  ]);
  expect(await json(school.send(DRAFTS))).toMatchObject({ drafts: [{ draftId: draft.draftId, fileName: '协议.docx' }] });
});

test('blanks change kind and parties change places, and the last step can be taken back', async () => {
  const { school, path } = await openDraft();
  const rowOf = (draft: TemplateDraftJson, id: string) => draft.blanks.find(({ ids }) => ids.includes(id));
  const say = (blank: string, words: object): Promise<TemplateDraftJson> => json(school.post(`${path}/blanks`, { blank, ...words }));
  expect(rowOf(await say('b6', { label: '入住日', type: 'date' }), 'b6')).toMatchObject({ label: '入住日', kind: 'value', type: 'date' });
  const asked = await say('b15', { label: '宠物', type: 'choice', options: ['猫', '狗'] });
  expect(rowOf(asked, 'b15')).toMatchObject({ type: 'choice', options: ['猫', '狗'] });
  expect(rowOf(await say('b7', { label: '学时', type: 'integer' }), 'b7')).toMatchObject({
    ids: ['b7'],
    label: '学时（年）',
    kind: 'value',
  });
  const turned: TemplateDraftJson = await json(school.post(`${path}/signers`, { signer: 'school', as: 'unit' }));
  expect(turned.signers).toEqual(['unit', 'school', 'student', 'guardian']);
  const undone: TemplateDraftJson = await json(school.post(`${path}/undo`, {}));
  expect([undone.signers[0], undone.decisionCount]).toEqual(['school', 3]);
});

test('what is confirmed is used at once: roster, agreement and verification know fields that nobody has heard of', async () => {
  const world = await openDraft();
  const { school, path, ports } = world;
  await school.post(`${path}/blanks`, { blank: 'b6', label: '入住日', type: 'date', required: 'always' });
  await school.post(`${path}/blanks`, { blank: 'b15', label: '宠物', type: 'choice', options: ['猫', '狗'] });
  const published = await school.post(`${path}/confirmation`, NAMES);
  expect([published.status, await json(Promise.resolve(published))]).toMatchObject([201, { pack: 'by-program', version: '1' }]);
  const specs = ports.templates.find(({ pack }) => pack === 'by-program')?.fields ?? [];
  const own = {
    [specs.find(({ zh }) => zh === '入住日')?.key ?? '']: '2026-09-02',
    [specs.find(({ zh }) => zh === '宠物')?.key ?? '']: '狗',
  };
  const row = Object.fromEntries(Object.entries({ ...VALUES, ...own }).filter(([name]) => fieldSpec(name)?.scope !== 'batch'));
  const batch = Object.fromEntries(Object.entries(VALUES).filter(([name]) => fieldSpec(name)?.scope === 'batch'));
  const workbook = new File([new Uint8Array(await writeRosterWorkbook({ specs, rows: [row], batch }))], '名册.xlsx');
  const roster = await json<RosterJson>(school.form('/api/school/rosters', { roster: workbook, pack: 'by-program' }));
  expect(roster.acceptedCount).toBe(1);
  const opened = await json<BatchJson>(
    school.post('/api/school/batches', { rosterId: roster.rosterId, name: '批次', annex: null, acknowledged: ['error', 'confirm'] }),
  );
  await world.work();
  const board = await json<BatchJson>(school.send(`/api/school/batches/${opened.batchId}`));
  const pdf = await (await school.send(`/school/agreements/${board.rows[0]?.agreementNumber}/agreement.pdf`)).arrayBuffer();
  const report = await json<ReportJson>(new Browser(world.app).send('/api/verify', { method: 'POST', body: pdf }));
  expect(report.template).toEqual({ pack: 'by-program', status: 'sample' });
});

test.each([
  ['blanks', { blank: 'b6', label: '宠物', type: 'choice' }, 'TEMPLATE_BLANK_LABEL_WRONG'],
  ['blanks', { blank: 'b6', label: '宠物', text: '第一条' }, 'REQUEST_MALFORMED'],
  ['signers', { signer: 'bank', as: 'unit' }, 'REQUEST_MALFORMED'],
  ['confirmation', { ...NAMES, looked: false }, 'REQUEST_MALFORMED'],
  ['confirmation', { ...NAMES, pack: 'sample', version: '1.0.0' }, 'TEMPLATE_EXISTS'],
])('%s of %j is refused with its code', async (step, body, code) => {
  const { school, path } = await openDraft();
  expect(await codeIn(await school.post(`${path}/${step}`, body))).toBe(code);
});

test('nobody else sees a draft, and one that was given up is gone', async () => {
  const { app, school, path } = await openDraft();
  expect((await new Browser(app).send(path)).status).toBe(401);
  expect((await school.post(`${path}/discard`, {})).status).toBe(200);
  expect(await codeIn(await school.send(path))).toBe('TEMPLATE_DRAFT_UNKNOWN');
});
