import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openChromium } from './chromium.ts';
import { type RunningService, runService } from './running-service.ts';
import { DESK, openWatched, PHONE, PRIVATE_KEY_TRACES, privateKeysStayInside, type Watch } from './watched-page.ts';

const ROSTER = fileURLToPath(new URL('../../templates/sample/demo-roster.xlsx', import.meta.url));

interface Link {
  readonly role: string;
  readonly agreementNumber: string;
  readonly url: string;
}

let service: RunningService;
let browser: Browser;
let school: Page;
let links: readonly Link[] = [];
const watch: Watch = { sent: [], complaints: [] };

beforeAll(async () => {
  [service, browser] = await Promise.all([runService(), openChromium()]);
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

/** The values embedded in an agreement: what its signatories know about themselves. */
function fieldsOf(pdf: Buffer): Readonly<Record<string, string>> {
  const text = pdf.toString('utf8');
  const start = text.indexOf('{"agreementNumber":');
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    if (text[at] === '{') depth++;
    if (text[at] === '}' && --depth === 0) return JSON.parse(text.slice(start, at + 1)).fields;
  }
  throw new Error('no data in the agreement');
}

const fetchAgreement = async (number: string): Promise<Buffer> =>
  (await school.request.get(`${service.origin}/school/agreements/${number}/agreement.pdf`)).body();

function linkOf(role: string, agreementNumber = ''): string {
  const found = links.find((link) => link.role === role && (agreementNumber === '' || link.agreementNumber === agreementNumber));
  if (!found) throw new Error(`no link for ${role}`);
  return found.url;
}

/** Arrives by link, proves identity, reads all and agrees; ends on the signing page. */
async function readAndAgree(page: Page, link: string, answers: Readonly<Record<string, string>>): Promise<void> {
  await page.goto(link);
  for (const [name, value] of Object.entries(answers)) await page.fill(`[name="${name}"]`, value);
  await page.click('main form button[type="submit"]');
  await page.click('#points a[href="#text"]');
  await page.waitForSelector('#annex', { state: 'visible' });
  await page.click('#text a[href="#consent"]');
  await page.check('[name="consent"][value="agree"]');
  await page.check('[name="terms"]');
  await page.check('[name="read"]');
  await page.click('.consent button[type="submit"]');
  await page.waitForSelector('[data-signing]');
  await page.waitForLoadState('load');
}

async function writeName(page: Page): Promise<void> {
  const box = await page.locator('[data-canvas]').boundingBox();
  if (!box) throw new Error('no canvas');
  const at = (x: number, y: number): [number, number] => [box.x + box.width * x, box.y + box.height * y];
  for (const stroke of [
    [0.1, 0.3, 0.3, 0.3, 0.2, 0.7],
    [0.2, 0.4, 0.35, 0.75],
    [0.5, 0.2, 0.8, 0.25, 0.55, 0.7, 0.85, 0.7],
  ]) {
    await page.mouse.move(...at(stroke[0] ?? 0, stroke[1] ?? 0));
    await page.mouse.down();
    for (let i = 2; i < stroke.length; i += 2) await page.mouse.move(...at(stroke[i] ?? 0, stroke[i + 1] ?? 0), { steps: 6 });
    await page.mouse.up();
  }
}

/** Arrives at a list, proves the organisation's identity and opens the confirmation sheet. */
async function openList(page: Page, link: string, answers: Readonly<Record<string, string>>): Promise<void> {
  await page.goto(link);
  for (const [name, value] of Object.entries(answers)) await page.fill(`[name="${name}"]`, value);
  await page.click('main form button[type="submit"]');
  await page.waitForSelector('[data-batch-signing]');
  await page.waitForLoadState('load');
}

const signedCount = (page: Page): Promise<number> => page.locator('[data-item-state="signed"]').count();

async function signByName(role: 'student' | 'guardian', number: string, answers: Readonly<Record<string, string>>): Promise<void> {
  const { context, page } = await openWatched(browser, watch, PHONE);
  await readAndAgree(page, linkOf(role, number), answers);
  await page.check('[name="way"][value="name"]');
  await page.click('[data-finish-writing]');
  await page.click('[data-confirm]:not([disabled])');
  await page.waitForURL('**/done');
  await context.close();
}

describe('the main job in a real browser', () => {
  let minor = '';
  let signedPdf: Buffer;

  it('lets the school turn its roster into agreements and links', async () => {
    school = (await openWatched(browser, watch, DESK)).page;
    await school.goto(service.schoolDoor);
    await school.click('main form button[type="submit"]');
    await school.setInputFiles('#roster', ROSTER);
    await school.waitForSelector('text=核对名册');
    await school.click('main form button[type="submit"]');
    await school.waitForSelector('[data-state="ready"]', { timeout: 60_000 });
    expect(await school.locator('[data-people] > tr').count()).toBeGreaterThanOrEqual(30);
    await school.click('text=发起签署，生成链接');
    await school.waitForSelector('[data-link]');
    links = await school.$$eval('[data-link]', (items) =>
      items.map((item) => ({
        role: item.getAttribute('data-role') ?? '',
        agreementNumber: item.getAttribute('data-agreement') ?? '',
        url: item.getAttribute('data-link') ?? '',
      })),
    );
    minor = links.find((link) => link.role === 'guardian')?.agreementNumber ?? '';
    expect(minor).not.toBe('');
    await school.locator('[data-qr]').first().click();
    expect(await school.isVisible('svg.qr')).toBe(true);
  });

  const LIES = [
    'another file',
    'attributes of another file',
    'another range',
    'a file with other handwriting',
    'another text to prove the key with',
  ];
  it.each(LIES)('refuses to sign when the server sends %s', async (lie) => {
    const number = links.find((link) => link.role === 'student' && link.agreementNumber !== minor)?.agreementNumber ?? '';
    const { context, page } = await openWatched(browser, watch, PHONE);
    const lieAt = { 'another file': '**/prepared/*/document', 'another text to prove the key with': '**/api/s/*' }[lie] ?? '**/prepare';
    await page.route(lieAt, async (route) => {
      if (lie === 'a file with other handwriting') {
        await route.continue({ postData: { ...route.request().postDataJSON(), ink: [[100, 100, 900, 300]] } });
        return;
      }
      const response = await route.fetch();
      if (lie === 'another text to prove the key with') {
        await route.fulfill({ response, json: { ...(await response.json()), possessionText: '同意把全部财产赠与他人' } });
        return;
      }
      if (lie === 'another file') {
        const body = await response.body();
        body[5000] = (body[5000] ?? 0) ^ 1;
        await route.fulfill({ response, body });
        return;
      }
      const json = await response.json();
      if (lie === 'another range')
        await route.fulfill({ response, json: { ...json, byteRange: [0, 10, 20, json.byteRange[2] + json.byteRange[3] - 20] } });
      else {
        const attributes = Buffer.from(json.signedAttributes, 'base64');
        const at = attributes.indexOf(Buffer.from(json.digestSha256, 'hex'));
        attributes[at] = (attributes[at] ?? 0) ^ 1;
        await route.fulfill({
          response,
          json: {
            ...json,
            signedAttributes: attributes.toString('base64'),
            digestSha256: attributes.subarray(at, at + 32).toString('hex'),
          },
        });
      }
    });
    const finishes: string[] = [];
    page.on('request', (request) => request.url().endsWith('/finish') && finishes.push(request.url()));
    const { studentIdNumber = '' } = fieldsOf(await fetchAgreement(number));
    await readAndAgree(page, linkOf('student', number), { idLastSix: studentIdNumber.slice(-6) });
    await page.check('[name="way"][value="name"]');
    await page.click('[data-finish-writing]');
    await page.waitForSelector('[data-confirm-error]:not([hidden])');
    expect(await page.isDisabled('[data-confirm]')).toBe(true);
    expect(finishes).toEqual([]);
    await context.close();
  });

  it('refuses to sign when the page that was read said another wage than the file', async () => {
    const number = links.find((link) => link.role === 'student' && link.agreementNumber !== minor)?.agreementNumber ?? '';
    const { context, page } = await openWatched(browser, watch, PHONE);
    await page.route('**/read', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: (await response.text()).replace(/(?<head>data-says="stipendYuan">)[^<]*/g, '$<head>9876') });
    });
    const { studentIdNumber = '' } = fieldsOf(await fetchAgreement(number));
    await readAndAgree(page, linkOf('student', number), { idLastSix: studentIdNumber.slice(-6) });
    const signing = page.url();
    await page.goto(`${linkOf('student', number)}/read`);
    expect(await page.innerText('#points')).toContain('9876');
    await page.goto(signing);
    await page.check('[name="way"][value="name"]');
    await page.click('[data-finish-writing]');
    await page.waitForSelector('[data-confirm-error]:not([hidden])');
    expect(await page.textContent('[data-confirm-error]')).toContain('和页面给您看的不一样');
    expect(await page.isDisabled('[data-confirm]')).toBe(true);
    await context.close();
  });

  it('refuses to sign in a tab that has shown nothing, and leads back to the text', async () => {
    const number = links.find((link) => link.role === 'student' && link.agreementNumber !== minor)?.agreementNumber ?? '';
    const { context, page } = await openWatched(browser, watch, PHONE);
    const { studentIdNumber = '' } = fieldsOf(await fetchAgreement(number));
    await readAndAgree(page, linkOf('student', number), { idLastSix: studentIdNumber.slice(-6) });
    await page.evaluate(() => sessionStorage.clear());
    await page.check('[name="way"][value="name"]');
    await page.click('[data-finish-writing]');
    await page.waitForSelector('[data-write-error]:not([hidden])');
    expect(await page.textContent('[data-write-error]')).toContain('再读一遍协议');
    await page.click('a[href$="/read"]');
    await page.waitForSelector('[data-reading]');
    await context.close();
  });

  it('lets a student sign by hand on a phone, with a key that cannot leave the page', async () => {
    const { studentIdNumber = '' } = fieldsOf(await fetchAgreement(minor));
    const { context, page } = await openWatched(browser, watch, PHONE);
    await readAndAgree(page, linkOf('student', minor), { idLastSix: studentIdNumber.slice(-6) });
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    await page.click('[data-finish-writing]');
    expect(await page.textContent('[data-write-error]')).toContain('看不到笔迹');
    await writeName(page);
    await page.click('[data-finish-writing]');
    await page.waitForSelector('[data-confirm]:not([disabled])');
    expect(await page.textContent('[data-digest]')).toMatch(/^[0-9a-f]{8}$/);
    expect(await page.innerText('[data-facts]')).toContain(fieldsOf(await fetchAgreement(minor))['unitName']);
    expect(await privateKeysStayInside(page)).toBe(true);
    await page.click('[data-confirm]');
    await page.waitForURL('**/done');
    expect(await page.textContent('h1')).toContain('已签好');
    await context.close();
  });

  it('lets the guardian and another student sign by name, equally', async () => {
    const { studentName = '', guardianPhone = '', unitName } = fieldsOf(await fetchAgreement(minor));
    await signByName('guardian', minor, { studentName, phoneLastFour: guardianPhone.slice(-4) });
    const guarded = new Set(links.filter(({ role }) => role === 'guardian').map(({ agreementNumber }) => agreementNumber));
    for (const { agreementNumber } of links.filter(({ role, agreementNumber: number }) => role === 'student' && !guarded.has(number))) {
      const fields = fieldsOf(await fetchAgreement(agreementNumber));
      if (fields['unitName'] !== unitName) continue;
      await signByName('student', agreementNumber, { idLastSix: (fields['studentIdNumber'] ?? '').slice(-6) });
      return;
    }
    throw new Error('no other student of that unit');
  });

  it('lets the unit sign its list with one confirmation, and go on after a failure without signing twice', async () => {
    const fields = fieldsOf(await fetchAgreement(minor));
    const units = await Promise.all(
      links.filter(({ role }) => role === 'unit').map(async ({ url }) => ({ url, arrival: await (await school.request.get(url)).text() })),
    );
    const link = units.find(({ arrival }) => arrival.includes(fields['unitName'] ?? 'no unit'))?.url ?? '';
    const { context, page } = await openWatched(browser, { sent: watch.sent, complaints: [] }, DESK);
    let cut = '';
    await page.route('**/finish', async (route) => {
      const { preparedId } = route.request().postDataJSON();
      if (cut === '') cut = preparedId;
      const refused = { status: 503, json: { code: 'TIMESTAMP_UNAVAILABLE', zh: '时间戳服务没有回应，请稍后再试。' } };
      await (preparedId === cut ? route.fulfill(refused) : route.continue());
    });
    await openList(page, link, { creditCode: fields['unitCreditCode'] ?? '', phoneLastFour: (fields['unitPhone'] ?? '').slice(-4) });
    await page.check('[name="terms"]');
    await page.check('[name="consent"]');
    await page.click('[data-batch-sign]');
    await page.waitForSelector('[data-batch-error]:not([hidden])');
    await page.unroute('**/finish');
    await page.reload();
    expect(await signedCount(page)).toBe(1);
    await page.check('[name="terms"]');
    await page.check('[name="consent"]');
    await page.click('[data-batch-sign]');
    await page.waitForSelector('[data-batch-done]');
    expect(await signedCount(page)).toBe(2);
    await context.close();
  });

  it('lets the school sign last', async () => {
    const fields = fieldsOf(await fetchAgreement(minor));
    const { context, page } = await openWatched(browser, watch, DESK);
    await openList(page, linkOf('school'), {
      creditCode: fields['schoolCreditCode'] ?? '',
      phoneLastFour: (fields['schoolPhone'] ?? '').slice(-4),
    });
    await page.check('[name="terms"]');
    await page.check('[name="consent"]');
    await page.click('[data-batch-sign]');
    await page.waitForSelector('[data-batch-done]');
    expect(await signedCount(page)).toBe(2);
    await context.close();
  });

  it('gives everybody the same file, which passes verification', async () => {
    signedPdf = await fetchAgreement(minor);
    const { context, page } = await openWatched(browser, watch, PHONE);
    await page.goto(`${service.origin}/verify`);
    await page.setInputFiles('#files', { name: `${minor}.pdf`, mimeType: 'application/pdf', buffer: signedPdf });
    await page.locator('[data-across]').waitFor({ state: 'visible' });
    expect(await page.innerText('.results tbody tr')).toContain('通过');
    await page.click('.results .link-button');
    expect(await page.locator('[data-detail] table tbody tr').count()).toBe(4);
    await page.locator('[data-drawing] svg').first().waitFor();
    expect(await page.innerText('[data-drawing-account]')).toContain('没有发现看得见的不同');
    await context.close();
  });

  it('does not pass the same file with one byte changed, or a file that is no PDF', async () => {
    const changed = Buffer.from(signedPdf);
    changed[Math.floor(changed.length / 2)] = (changed[Math.floor(changed.length / 2)] ?? 0) ^ 1;
    const { context, page } = await openWatched(browser, watch, DESK);
    await page.goto(`${service.origin}/verify`);
    await page.setInputFiles('#files', [
      { name: 'changed.pdf', mimeType: 'application/pdf', buffer: changed },
      { name: 'roster.pdf', mimeType: 'application/pdf', buffer: readFileSync(ROSTER) },
    ]);
    await page.locator('[data-across]').waitFor({ state: 'visible' });
    expect(await page.innerText('.tally.verdict--passed')).toContain('0');
    expect(await page.locator('.results tbody tr').count()).toBe(2);
    await context.close();
  });

  it('never sent a private key, and gave the browser nothing to complain about', () => {
    for (const trace of PRIVATE_KEY_TRACES) expect(watch.sent.filter((body) => trace.test(body))).toEqual([]);
    expect(watch.sent.filter((body) => body.includes('publicKeySpki')).length).toBeGreaterThanOrEqual(4);
    expect(watch.complaints).toEqual([]);
  });
});
