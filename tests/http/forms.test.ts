import { expect, test } from 'vitest';
import { E_SIGNING_TERMS_SHA256 } from '../../src/agreement/e-signing-terms.ts';
import { enterSchool, firstNumber, openTestBatch, rosterFile } from '../workflow/test-batch.ts';
import { Browser } from '../workflow/test-browser.ts';
import { openTestService } from '../workflow/test-service.ts';

/** Where a redirect after a form leads; fails when the answer is none. */
function leadsTo(answer: Response): string {
  const location = answer.headers.get('Location');
  if (answer.status !== 303 || location === null) throw new Error(`no redirect: ${answer.status}`);
  return location;
}

const escaped = (text: string): string => text.replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

async function page(browser: Browser, path: string): Promise<string> {
  const answer = await browser.send(path);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('Content-Type')).toContain('text/html');
  return answer.text();
}

test('a school goes from the key to the links with forms alone', async () => {
  const service = await openTestService();
  const door = await page(new Browser(service.app), `/school?key=${service.schoolKey}`);
  expect(door).toContain(service.schoolKey);
  const school = await enterSchool(service);
  expect(await page(school, '/school')).toContain('示例职业技术学校');
  const roster = leadsTo(await school.form('/school/rosters', { roster: rosterFile('机电 2024 级.xlsx') }));
  expect(await page(school, roster)).toContain('机电 2024 级');
  const rosterId = roster.split('/').at(-1) ?? '';
  const opened = await school.form('/school/batches', {
    rosterId,
    name: '第一批',
    annexTitle: '附件：补充条款',
    clauses: '乙方免费提供工作服两套。\r\n\r\n',
  });
  const board = leadsTo(opened);
  await service.work();
  expect(await page(school, board)).toContain('第一批');
  expect(leadsTo(await school.send(roster))).toBe(board);
  const links = await school.form(`${board}/invitations`, {});
  expect(links.status).toBe(200);
  expect((await links.text()).match(/http:\/\/localhost\/[sb]\/[\w-]{43}/g)?.length).toBeGreaterThan(30);
  expect(await page(school, board)).not.toMatch(/\/[sb]\/[\w-]{43}/);
});

test('an annex form left empty makes agreements without annex', async () => {
  const service = await openTestService();
  const school = await enterSchool(service);
  const roster = leadsTo(await school.form('/school/rosters', { roster: rosterFile() }));
  const fields = { rosterId: roster.split('/').at(-1) ?? '', name: '无附件', annexTitle: '', clauses: ' \n' };
  leadsTo(await school.form('/school/batches', fields));
  expect(await service.ports.batches.list('demo')).toMatchObject([{ annexTitle: null }]);
});

test('a refused batch shows the roster again: the refusal where it belongs, and all that was typed', async () => {
  const service = await openTestService();
  const school = await enterSchool(service);
  const roster = leadsTo(await school.form('/school/rosters', { roster: rosterFile() }));
  expect(await page(school, roster)).toMatch(/现在有 \d+ 行没有填全监护人（或家长）的姓名、关系和电话：第 [\d–、]+ 行/);
  const typed = {
    rosterId: roster.split('/').at(-1) ?? '',
    name: '机电<一>班',
    annexTitle: '附件：补充条款',
    clauses: '乙方免费提供工作服两套。\n乙方每周安排一次 "安全" 教育。',
    order: 'organisations-together',
    consent: 'yes',
  };
  const refusedWith = async (change: Partial<typeof typed>): Promise<{ readonly code: string; readonly inPlace: string }> => {
    const answer = await school.form('/school/batches', { ...typed, ...change });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    const text = (await answer.text()).replaceAll('\r\n', '\n');
    const shown = Object.entries({ ...typed, ...change }).filter(([name]) => name !== 'consent');
    for (const [, value] of shown) expect(text).toContain(escaped(value));
    expect(text).toContain('value="organisations-together" selected');
    expect(text).toMatch(/name="consent" value="yes"[^>]* checked/);
    expect(text).toContain('没有生成协议。');
    const [, inPlace = ''] = />([^<]+)<\/(?:legend|h2)>\s*<div [^>]*id="refusal"/.exec(text) ?? [];
    return { code: /代码 <span class="code">([A-Z_]+)/.exec(text)?.[1] ?? '', inPlace };
  };
  expect(await refusedWith({})).toEqual({ code: 'ROSTER_ROWS_NEED_GUARDIAN', inPlace: '签署' });
  expect(await refusedWith({ clauses: '与示范文本不一致的，以本附件为准。' })).toEqual({
    code: 'ANNEX_OVERRIDES_BODY',
    inPlace: '学校补充条款（附件，可以不填）',
  });
  expect((await refusedWith({ clauses: '乙方提供工作服。\n'.repeat(41) })).code).toBe('ANNEX_REFUSED');
  const elsewhere = await school.form('/school/batches', { ...typed, consentPack: 'gone' });
  const kept = await elsewhere.text();
  expect([elsewhere.status, kept.includes('TEMPLATE_NOT_FOUND'), kept.includes('机电&lt;一&gt;班')]).toEqual([404, true, true]);
  expect(await refusedWith({ name: '  ' })).toMatchObject({
    code: 'REQUEST_MALFORMED',
    inPlace: expect.stringMatching(/^生成 \d+ 份协议$/),
  });
  expect(await service.ports.batches.list('demo')).toEqual([]);
  const { consent: _, ...without } = typed;
  const board = await page(school, leadsTo(await school.form('/school/batches', without)));
  expect(board).toContain('签署顺序：学生 → 监护人 → 实习单位和学校不分先后。不在这里签《知情同意书》，请另行取得纸质同意书。');
});

test('a student proves identity by form, reads the agreement with its values, and comes to the signing page', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'adult');
  const token = await world.tokenFor(number, 'student');
  const answer = await world.answerFor(number, 'student');
  if (answer.role !== 'student') throw new Error('not a student');
  const browser = new Browser(world.app);
  expect(await page(browser, `/s/${token}`)).toContain(`action="/s/${token}/start"`);
  const wrong = await browser.form(`/s/${token}/start`, { role: 'student', idLastSix: '000000' });
  expect(wrong.status).toBe(403);
  expect(await wrong.text()).toContain('还可以试 4 次');
  expect(leadsTo(await browser.form(`/s/${token}/start`, { role: 'student', idLastSix: answer.idLastSix }))).toBe(`/s/${token}/read`);
  const reading = await page(browser, `/s/${token}/read`);
  expect(reading).toContain(number);
  expect(reading).toContain('示范文本与附件不一致的，以示范文本为准。');
  expect(leadsTo(await browser.send(`/s/${token}/sign`))).toBe(`/s/${token}/read`);
  expect((await browser.send(`/s/${token}/sign?consent=disagree`)).status).toBe(409);
  expect(await page(browser, `/s/${token}/sign?consent=agree&read=yes&terms=${E_SIGNING_TERMS_SHA256}`)).toContain(token);
  expect(await page(browser, `/s/${token}/done`)).toContain(number);
});

test('a unit comes to its list, with what differs in groups', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'adult');
  const token = await world.tokenFor(number, 'unit');
  const answer = await world.answerFor(number, 'unit');
  if (answer.role !== 'unit') throw new Error('not a unit');
  const browser = new Browser(world.app);
  expect(leadsTo(await browser.form(`/b/${token}/start`, { ...answer }))).toBe(`/b/${token}/list`);
  expect(await page(browser, `/b/${token}/list`)).toContain(number);
});

test('who opens an inner page without proof is led back to the door', async () => {
  const world = await openTestBatch();
  const token = await world.tokenFor(firstNumber(world.batch, 'adult'), 'student');
  const answer = await new Browser(world.app).send(`/s/${token}/read`);
  expect(answer.status).toBe(401);
  expect(await answer.text()).toContain(`href="/s/${token}"`);
});

test('a visitor verifies a file by form and looks up a number', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'adult');
  const pdf = await (await world.school.send(`/school/agreements/${number}/agreement.pdf`)).arrayBuffer();
  const visitor = new Browser(world.app);
  const answer = await visitor.form('/verify', { file: new File([pdf], '协议.pdf') });
  expect(await answer.text()).toContain('未签完');
  expect(await page(visitor, `/v/${number}`)).toContain(number);
  expect((await visitor.send('/v/SF-0000000000-0000000000')).status).toBe(404);
});

test('the blank roster workbook is handed out to anybody', async () => {
  const { app } = await openTestService();
  const answer = await new Browser(app).send('/school/roster-template.xlsx');
  expect(answer.status).toBe(200);
  expect(new TextDecoder('latin1').decode((await answer.arrayBuffer()).slice(0, 2))).toBe('PK');
});
