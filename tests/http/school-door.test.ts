/** A session of the school that ends costs its key once more, and nothing that was typed. */
import { expect, test } from 'vitest';
import { firstNumber, openTestBatch, type TestBatch } from '../workflow/test-batch.ts';
import { Browser } from '../workflow/test-browser.ts';
import { openTestService } from '../workflow/test-service.ts';

type Fields = Readonly<Record<string, string>>;

const post = (browser: Browser, path: string, fields: Fields): Promise<Response> =>
  browser.send(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  });

const plain = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');

/** What the form of a page would send, filled in no further. */
function formOn(text: string): { readonly action: string; readonly fields: Fields } {
  const [, action = '', inputs = ''] = /<form class="card stack" method="post" action="([^"]+)"[^>]*>(.*?)<\/form>/s.exec(text) ?? [];
  const all = [...inputs.matchAll(/name="([^"]*)"(?: type="text")? value="([^"]*)"/g)];
  return { action, fields: Object.fromEntries(all.map(([, name = '', value = '']) => [plain(name), plain(value)])) };
}

/** Posts a form after the session has ended, goes through the door, and sends on what it gives back. */
async function again(world: Pick<TestBatch, 'school' | 'schoolKey'>, path: string, fields: Fields): Promise<Response> {
  world.school.cookies.clear();
  const door = await post(world.school, path, fields);
  expect(door.status).toBe(401);
  const asked = formOn(await door.text());
  expect(asked.action).toBe('/school/session');
  const inside = await post(world.school, asked.action, { ...asked.fields, key: world.schoolKey });
  expect(inside.status).toBe(200);
  const page = await inside.text();
  expect(page).not.toContain(world.schoolKey);
  const goOn = formOn(page);
  expect(goOn).toEqual({ action: path, fields });
  return post(world.school, goOn.action, goOn.fields);
}

test('a form that is posted after the session has ended is kept through the door, to the letter, and does what it asked for', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'adult');
  const fields = { reason: 'value-wrong', message: '换岗 <二>\n"再" & 说 100%', 'v.post': '质量检验' };
  const answer = await again(world, `/school/agreements/${number}/reissue`, fields);
  expect(answer.status).toBe(303);
  const anew = await world.ports.agreements.find(answer.headers.get('Location')?.split('/').at(-1) ?? '');
  expect([anew?.replaces, anew?.dataText.includes('"post":"质量检验"')]).toEqual([number, true]);
  const old = await world.ports.agreements.find(number);
  expect(old).toMatchObject({ state: 'voided', voiding: { message: fields.message } });
});

test('a wrong key at the door loses nothing either', async () => {
  const world = await openTestBatch();
  const path = `/school/agreements/${firstNumber(world.batch, 'adult')}/voiding`;
  const fields = { reason: 'declined', message: '不签了' };
  const stranger = new Browser(world.app);
  const first = formOn(await (await post(stranger, path, fields)).text());
  const wrong = await post(stranger, first.action, { ...first.fields, key: 'wrong-key' });
  const text = await wrong.text();
  expect([wrong.status, text.includes('SCHOOL_KEY_WRONG'), text.includes('wrong-key')]).toEqual([403, true, false]);
  expect(formOn(text)).toMatchObject({ action: '/school/session', fields: { to: path, kept: first.fields['kept'] } });
});

test('whoever opens a page without a session comes to that page through the door', async () => {
  const world = await openTestBatch();
  const path = `/school/batches/${world.batchId}`;
  world.school.cookies.clear();
  const door = formOn(await (await world.school.send(path)).text());
  const inside = await post(world.school, door.action, { ...door.fields, key: world.schoolKey });
  expect([inside.status, inside.headers.get('Location')]).toEqual([303, path]);
});

test.each([
  ['/school/signing/keys/k/unlocking', '/school/signing'],
  ['/school/signing/keys/made', '/school/signing'],
])('passphrases typed into %s stand in no page; the way leads back to %s', async (path, to) => {
  const service = await openTestService();
  const text = await (await post(new Browser(service.app), path, { operator: '1', passphrase: 'a secret of ten' })).text();
  expect(text).not.toContain('secret');
  expect(text).toContain('都没有保存');
  expect(formOn(text).fields).toMatchObject({ to });
});

test.each([
  ['/school/rosters', 'roster', '/school'],
  ['/school/template-drafts', 'source', '/school/templates'],
])('a file sent to %s is not kept, which is said', async (path, input, to) => {
  const service = await openTestService();
  const text = await (await new Browser(service.app).form(path, { [input]: new File(['x'], 'x') })).text();
  expect(text).toContain('都没有保存');
  expect(formOn(text).fields).toEqual({ to, key: '' });
});

test('the door leads into the rooms of the school and nowhere else', async () => {
  const { app, schoolKey } = await openTestService();
  for (const to of [
    'https://example.com/school',
    '//example.com',
    '/s/token',
    '/school/../s',
    '/school/%2e%2e/s',
    '/school//x',
    '/school?x',
  ]) {
    const answer = await post(new Browser(app), '/school/session', { key: schoolKey, to, kept: 'a=1' });
    expect([to, answer.status]).toEqual([to, 400]);
  }
});

test('whoever leaves after the session has ended by itself is out, and is asked nothing', async () => {
  const service = await openTestService();
  const answer = await post(new Browser(service.app), '/school/session/end', {});
  expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/school']);
});
