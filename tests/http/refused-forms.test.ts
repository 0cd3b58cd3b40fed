/** After a refusal the form is open again, says why in its place, and holds what was typed. */
import { expect, test } from 'vitest';
import { firstNumber, openTestBatch, type TestBatch } from '../workflow/test-batch.ts';
import { Browser } from '../workflow/test-browser.ts';

interface Refused {
  readonly status: number;
  readonly code: string;
  /** The page from the refusal on, to the end of its form. */
  readonly form: string;
  readonly text: string;
}

async function refused(browser: Browser, path: string, fields: Readonly<Record<string, string>>): Promise<Refused> {
  const answer = await browser.form(path, fields);
  const text = (await answer.text()).replaceAll('\r\n', '\n');
  const form = text.slice(text.indexOf('id="refusal"')).split('</form>')[0] ?? '';
  return { status: answer.status, code: /代码 <span class="code">([A-Z_]+)/.exec(form)?.[1] ?? '', form, text };
}

/** The folded forms that stand open, by what they post to. */
const openForms = (text: string): readonly string[] =>
  [...text.matchAll(/<details open>.*?action="[^"]*\/([a-z]+)"/gs)].map(([, name]) => name ?? '');

async function signedByAll(world: TestBatch): Promise<string> {
  const number = firstNumber(world.batch, 'adult');
  for (const role of ['student', 'unit', 'school'] as const) await (await world.visit(number, role)).signAgreement(number);
  return number;
}

test('an amendment that is refused keeps its kind, the date that was asked for and the reason', async () => {
  const world = await openTestBatch();
  const path = `/school/agreements/${await signedByAll(world)}`;
  const typed = { kind: 'termination', endsOn: '2031-01-02', reason: '项目 <提前> 结束' };
  const { status, code, form, text } = await refused(world.school, `${path}/amendment`, typed);
  expect([status, code, openForms(text)]).toEqual([422, 'AMENDMENT_REFUSED', ['amendment']]);
  expect(form).toContain('value="termination" required checked');
  expect(form).toContain('type="date" value="2031-01-02"');
  expect(form).toContain('>\n项目 &lt;提前&gt; 结束</textarea>');
  expect(text).toContain('没有生成延期或解除协议。');
});

test('a voiding that is refused keeps reason and words, and opens no other form', async () => {
  const world = await openTestBatch();
  const path = `/school/agreements/${await signedByAll(world)}`;
  const { status, code, form, text } = await refused(world.school, `${path}/voiding`, { reason: 'value-wrong', message: '一\n二' });
  expect([status, code, openForms(text)]).toEqual([409, 'AGREEMENT_CONCLUDED', ['voiding']]);
  expect(form).toContain('>\n一\n二</textarea>');
  expect(text.match(/一\n二/g)).toHaveLength(1);
});

test('issuing anew when it is refused keeps every value, those that are masked too', async () => {
  const world = await openTestBatch();
  const path = `/school/agreements/${firstNumber(world.batch, 'adult')}`;
  const typed = { reason: 'arrangement-changed', message: '换岗', 'v.stipendYuan': '三千', 'v.studentIdNumber': '11010519491231002X' };
  const { status, code, form, text } = await refused(world.school, `${path}/reissue`, typed);
  expect([status, code, openForms(text)]).toEqual([422, 'REISSUE_VALUES_REFUSED', ['reissue']]);
  for (const words of ['value="arrangement-changed" selected', '>\n换岗</textarea>', 'value="三千"', 'value="11010519491231002X"'])
    expect(form).toContain(words);
  expect(await (await world.school.send(path)).text()).not.toContain('11010519491231002X');
});

test('what was voided says how it can be signed after all, and is not issued anew', async () => {
  const world = await openTestBatch();
  const path = `/school/agreements/${firstNumber(world.batch, 'adult')}`;
  expect(await (await world.school.send(path)).text()).toContain('作废后不能再从这里重发');
  expect((await world.school.form(`${path}/voiding`, { reason: 'declined', message: '' })).status).toBe(303);
  const page = await (await world.school.send(path)).text();
  expect(page).toContain('请把这名学生单独做成一份名册，到<a href="/school">学校首页</a>上传，另开一个批次。');
  expect(page).not.toContain('/reissue"');
  const { status, code, text } = await refused(world.school, `${path}/reissue`, { reason: 'value-wrong', message: '', 'v.post': '钳工' });
  expect([status, code, text.includes('填好的内容都还在')]).toEqual([410, 'AGREEMENT_VOIDED', false]);
});

test('an objection that is refused keeps its reason and words; one of 500 characters in lines is not too long', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'adult');
  const token = await world.tokenFor(number, 'student');
  const declining = { kind: 'decline', reason: 'safety', message: '听说要上 <夜班>\n请核实' };
  const stranger = await refused(new Browser(world.app), `/s/${token}/objection`, declining);
  expect([stranger.status, stranger.code]).toEqual([401, 'IDENTITY_NOT_PROVED']);
  expect(stranger.form).toContain('value="safety" required checked');
  expect(stranger.form).toContain('>\n听说要上 &lt;夜班&gt;\n请核实</textarea>');
  const { browser } = await world.visit(number, 'student');
  const lines = '夜\n'.repeat(250);
  expect((await browser.form(`/s/${token}/objection`, { ...declining, message: lines })).status).toBe(303);
  for (let time = 2; time <= 3; time++) await browser.form(`/s/${token}/objection`, declining);
  const again = await refused(browser, `/s/${token}/objection`, declining);
  expect([again.status, again.code]).toEqual([429, 'OBJECTION_TOO_MANY']);
  expect(again.text).toContain('value="decline" required checked');
  expect(again.text).toContain('请核实</textarea>');
});
