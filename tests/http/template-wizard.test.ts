import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { writeRosterWorkbook } from '../../src/adapters/roster-template.ts';
import { fieldSpec } from '../../src/agreement/fields.ts';
import { toLatin1 } from '../../src/bytes.ts';
import type { BatchJson, ReportJson, RosterJson } from '../../src/http/contract.ts';
import { renewSchoolKey } from '../../src/workflow/enter-school.ts';
import { VALUES } from '../agreement/sample-values.ts';
import { p, r, u } from '../template/docx-builder.ts';
import { enterSchool } from '../workflow/test-batch.ts';
import { Browser, codeOn, json } from '../workflow/test-browser.ts';
import { openTestService, type TestService } from '../workflow/test-service.ts';
import { wizardSource } from './wizard-source.ts';

const file = (bytes: Uint8Array): File => new File([new Uint8Array(bytes)], '协议.docx');
const BLANK = { type: 'text', maxLength: '', lines: '' };
const NAMES = { pack: 'wizard', version: '2026', title: '岗位实习协议', looked: 'yes' };

interface Wizard extends TestService {
  readonly school: Browser;
  /** Path of the draft. */
  readonly path: string;
}

async function openWizard(source: Uint8Array = wizardSource()): Promise<Wizard> {
  const service = await openTestService();
  const school = await enterSchool(service);
  const answer = await school.form('/school/template-drafts', { source: file(source) });
  expect(answer.status).toBe(303);
  return { ...service, school, path: answer.headers.get('Location') ?? '' };
}

const pageOf = async (browser: Browser, path: string): Promise<string> => (await browser.send(path)).text();

test('nobody sees the texts or a draft without the key of a school', async () => {
  const { app, path } = await openWizard();
  for (const place of ['/school/templates', path, `${path}/preview`, `${path}/preview.pdf`, '/school/templates/sample/1.0.0/preview.pdf'])
    expect((await new Browser(app).send(place)).status).toBe(401);
});

test('a source that is not understood whole is refused with its code and its paragraph, and nothing is kept', async () => {
  const { ports, app, schoolKey } = await openTestService();
  const school = await enterSchool({ app, schoolKey } as TestService);
  const source = wizardSource(p(r('看不见的字', '<w:vanish/>')));
  const answer = await school.form('/school/template-drafts', { source: file(source) });
  const page = await answer.text();
  expect(answer.status).toBe(422);
  expect(page).toContain('TEMPLATE_SOURCE_HIDDEN_TEXT');
  expect(page).toContain('第 11 段');
  expect(await ports.templateDrafts.listOpen('demo')).toEqual([]);
});

test('the draft shows every page with numbered blanks beside the words of the source, and accounts for every character', async () => {
  const { school, path } = await openWizard();
  const page = await pageOf(school, path);
  expect(page).toContain('逐字核对：一致');
  expect(page.match(/<svg class="page-picture"/g)).toHaveLength(1);
  expect(page).toContain('href="#row-b6"');
  expect(page).toContain('<span class="soft small">7</span> 丙方在乙方的实习岗位为_');
  expect(page).toContain('没认出');
  expect(page).not.toMatch(/<(?:input|textarea)[^>]*name="(?:body|text|content)"/);
});

test('a blank is given a field of the catalogue or one of its own, and the last decision can be taken back', async () => {
  const { school, path } = await openWizard();
  const own = await school.form(`${path}/blanks`, { ...BLANK, blank: 'b6', label: '宿舍楼栋', required: 'yes', maxLength: '12' });
  expect([own.status, own.headers.get('Location')]).toEqual([303, `${path}#row-b6`]);
  expect(await pageOf(school, path)).toContain('宿舍楼栋');
  expect((await school.form(`${path}/blanks`, { ...BLANK, blank: 'b15', label: '家庭住址' })).status).toBe(303);
  const preview = await pageOf(school, `${path}/preview`);
  expect(preview).toContain('〔宿舍楼栋〕');
  expect(preview).toContain('〔家庭住址〕');
  expect((await school.form(`${path}/undo`, {})).status).toBe(303);
  expect(await pageOf(school, `${path}/preview`)).not.toContain('〔家庭住址〕');
});

test.each([
  ['b99', '宿舍楼栋', 'TEMPLATE_BLANK_UNKNOWN'],
  ['b16', '宿舍楼栋', 'TEMPLATE_BLANK_FIXED'],
  ['b7', '实习岗位', 'TEMPLATE_BLANK_TYPE_WRONG'],
  ['b6', '{{body}}', 'TEMPLATE_BLANK_LABEL_WRONG'],
])('what cannot be decided of %s is refused: %s', async (blank, label, code) => {
  const { school, path } = await openWizard();
  expect(await codeOn(await school.form(`${path}/blanks`, { ...BLANK, blank, label }))).toBe(code);
});

test('a refusal names the blank by its words and leads back to it', async () => {
  const { school, path } = await openWizard();
  const page = await (await school.form(`${path}/blanks`, { ...BLANK, blank: 'b15', label: '家庭住址', lines: '9' })).text();
  expect(page).toMatch(/空白“[^”]*宠物名”[\s\S]*<a href="#row-b15">/u);
});

test.each(['body', 'text', 'title', 'align'])('a form with an input that nobody asked for is refused: %s', async (name) => {
  const { school, path } = await openWizard();
  const answer = await school.form(`${path}/blanks`, { ...BLANK, blank: 'b6', label: '宿舍楼栋', [name]: '第一条 甲方可以随时解除' });
  expect(await codeOn(answer)).toBe('REQUEST_MALFORMED');
});

test('the preview is a whole PDF with made-up values', async () => {
  const { school, path } = await openWizard();
  const answer = await school.send(`${path}/preview.pdf`);
  expect(answer.headers.get('Content-Type')).toBe('application/pdf');
  expect(toLatin1(new Uint8Array(await answer.arrayBuffer())).startsWith('%PDF-1.7')).toBe(true);
});

test('a text without a place for a party to sign can be looked at and not confirmed', async () => {
  const { school, path } = await openWizard(wizardSource('', 'absent'));
  expect(await pageOf(school, path)).toContain('没有找到丙方（学生）');
  expect(await codeOn(await school.form(`${path}/confirmation`, NAMES))).toBe('TEMPLATE_DRAFT_HAS_PROBLEMS');
});

test('of two decisions made at once one is kept, and the other is told to look again', async () => {
  const { school, path } = await openWizard();
  const decide = (blank: string, label: string) => school.form(`${path}/blanks`, { ...BLANK, blank, label });
  const answers = await Promise.all([decide('b6', '宿舍楼栋'), decide('b15', '家庭住址')]);
  const refused = answers.filter(({ status }) => status !== 303);
  expect(await Promise.all(refused.map(codeOn))).toEqual(['TEMPLATE_DRAFT_MOVED']);
});

test('another school cannot open a draft', async () => {
  const { ports, app, path } = await openWizard();
  const other = new Browser(app);
  await other.form('/school/session', { key: await renewSchoolKey(ports, { id: 'other', name: '另一所学校', creditCode: null }) });
  expect(await codeOn(await other.send(path))).toBe('TEMPLATE_DRAFT_UNKNOWN');
});

test('a confirmed text is a sample, is used at once, is there after a restart, and cannot be changed or taken again', async () => {
  const world = await openWizard();
  const { school, path, ports } = world;
  expect(await codeOn(await school.form(`${path}/confirmation`, { ...NAMES, status: 'national' }))).toBe('REQUEST_MALFORMED');
  expect(await codeOn(await school.form(`${path}/confirmation`, { ...NAMES, pack: 'sample', version: '1.0.0' }))).toBe('TEMPLATE_EXISTS');
  await school.form(`${path}/blanks`, { ...BLANK, blank: 'b6', label: '宿舍楼栋' });
  expect((await school.form(`${path}/confirmation`, NAMES)).headers.get('Location')).toBe('/school/templates#wizard-2026');
  expect(ports.templates.find(({ pack }) => pack === 'wizard')).toMatchObject({ status: 'sample', version: '2026', title: '岗位实习协议' });
  expect(await codeOn(await school.form(`${path}/blanks`, { ...BLANK, blank: 'b6', label: '别的' }))).toBe('TEMPLATE_DRAFT_CONFIRMED');
  expect((await ports.audit.list('demo')).map(({ kind }) => kind)).toContain('TEMPLATE_CONFIRMED');
  const again = await world.restart();
  expect(again.ports.templates.map(({ pack }) => pack)).toContain('wizard');
});

test('a batch on an imported text takes the columns of its own blanks from the roster and its agreements verify', async () => {
  const world = await openWizard();
  const { school, path, ports } = world;
  await school.form(`${path}/blanks`, { ...BLANK, blank: 'b6', label: '宿舍楼栋' });
  await school.form(`${path}/confirmation`, NAMES);
  const specs = ports.templates.find(({ pack }) => pack === 'wizard')?.fields ?? [];
  const key = specs.find(({ zh }) => zh === '宿舍楼栋')?.key ?? '';
  const row = Object.fromEntries(Object.entries({ ...VALUES, [key]: '3号楼' }).filter(([name]) => fieldSpec(name)?.scope !== 'batch'));
  const batch = Object.fromEntries(Object.entries(VALUES).filter(([name]) => fieldSpec(name)?.scope === 'batch'));
  const workbook = new File([new Uint8Array(await writeRosterWorkbook({ specs, rows: [row], batch }))], '名册.xlsx');
  const roster = await json<RosterJson>(school.form('/api/school/rosters', { roster: workbook, pack: 'wizard' }));
  expect(roster.acceptedCount).toBe(1);
  const opened = await json<BatchJson>(
    school.post('/api/school/batches', { rosterId: roster.rosterId, name: '批次', annex: null, acknowledged: ['error', 'confirm'] }),
  );
  expect(opened.template.pack).toBe('wizard');
  await world.work();
  const board = await json<BatchJson>(school.send(`/api/school/batches/${opened.batchId}`));
  expect(board.progress).toMatchObject({ generated: 1, failed: 0 });
  const pdf = await (await school.send(`/school/agreements/${board.rows[0]?.agreementNumber}/agreement.pdf`)).arrayBuffer();
  const report = await json<ReportJson>(new Browser(world.app).send('/api/verify', { method: 'POST', body: pdf }));
  expect(report.template).toEqual({ pack: 'wizard', status: 'sample' });
  expect(report.findings.map(({ code }) => code)).not.toContain('TEMPLATE_UNKNOWN');
});

test('a draft that was given up is gone with its source', async () => {
  const { school, path, ports } = await openWizard();
  const source = (await ports.templateDrafts.find(path.split('/').at(-1) ?? ''))?.source;
  if (source === undefined) throw new Error('no draft');
  expect((await ports.blobs.get(source)).length).toBeGreaterThan(0);
  expect((await school.form(`${path}/discard`, {})).headers.get('Location')).toBe('/school/templates');
  expect((await school.send(path)).status).toBe(404);
  await expect(ports.blobs.get(source)).rejects.toThrow();
  expect(await ports.templateDrafts.listOpen('demo')).toEqual([]);
});

test('two windows on one draft do not write over each other', async () => {
  const { ports, path } = await openWizard();
  const id = path.split('/').at(-1) ?? '';
  const draft = await ports.templateDrafts.find(id);
  expect(await ports.templateDrafts.decide(id, draft?.decisions ?? [], [{ blank: 'b6', field: 'place' }])).toBe('stored');
  expect(await ports.templateDrafts.decide(id, draft?.decisions ?? [], [{ blank: 'b6', field: 'post' }])).toBe('moved');
});

test('the files of an imported text are handed out as they were locked, those of the installation are not', async () => {
  const { school, path } = await openWizard();
  await school.form(`${path}/confirmation`, NAMES);
  const answer = await school.send('/school/templates/wizard/2026/pack.zip');
  const files = unzipSync(new Uint8Array(await answer.arrayBuffer()));
  expect(Object.keys(files).sort()).toEqual(['wizard/body.hbs', 'wizard/manifest.json', 'wizard/source.docx']);
  expect(toLatin1(files['wizard/manifest.json'] ?? new Uint8Array())).toContain('"status": "sample"');
  expect((await school.send('/school/templates/sample/1.0.0/pack.zip')).status).toBe(404);
});

test('a blank too narrow for what usually goes into it is told beforehand', async () => {
  const narrow = p(r('乙方统一社会信用代码：') + u('  ') + r('。'));
  const { school, path } = await openWizard(wizardSource(narrow));
  expect(await pageOf(school, path)).toContain('“乙方统一社会信用代码”的空白太窄');
});

test('a source with a character that no font of ours draws is refused when it is handed in', async () => {
  const service = await openTestService();
  const school = await enterSchool(service);
  const answer = await school.form('/school/template-drafts', { source: file(wizardSource(p(r('\u{1F600}')))) });
  expect(await codeOn(answer)).toBe('GLYPH_MISSING');
  expect(await service.ports.templateDrafts.listOpen('demo')).toEqual([]);
});

test('forms change the kind of a blank, offer words to choose from, and give a place to sign to another party', async () => {
  const { school, path } = await openWizard();
  const dated = await school.form(`${path}/blanks`, { ...BLANK, blank: 'b6', label: '入住日', type: 'date', options: '' });
  const asked = await school.form(`${path}/blanks`, { ...BLANK, blank: 'b15', label: '宠物', type: 'choice', options: '猫、狗' });
  const turned = await school.form(`${path}/signers`, { signer: 'school', as: 'unit' });
  expect([dated.status, asked.status, turned.status]).toEqual([303, 303, 303]);
  const page = await pageOf(school, path);
  expect(page).toMatch(/入住日[\s\S]*日期/u);
  expect(page).toContain('猫、狗');
  expect(page.indexOf('实习单位<details>')).toBeLessThan(page.indexOf('学校<details>'));
  expect(await pageOf(school, `${path}/preview`)).toContain('2026年9月1日');
});
