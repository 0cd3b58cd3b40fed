/** A 知情同意书 of the school's own: imported in the browser, filled from the roster, signed with the agreement, verified. */
import { expect, test } from 'vitest';
import { writeRosterWorkbook } from '../../src/adapters/roster-template.ts';
import { fieldSpec } from '../../src/agreement/fields.ts';
import type { TemplateDraftJson } from '../../src/http/contract/template-drafts.ts';
import type { BatchJson, CeremonyJson, InvitationsJson, RosterJson } from '../../src/http/contract.ts';
import { judgeReferences } from '../../src/verify/references.ts';
import { verifyFile } from '../../src/verify/verify-file.ts';
import { reissueAgreement } from '../../src/workflow/end-agreement.ts';
import { blanksOf } from '../../src/workflow/list-templates.ts';
import { dataOf } from '../../src/workflow/stored-data.ts';
import { VALUES } from '../agreement/sample-values.ts';
import { docx, p, r, tbl, tc, u } from '../template/docx-builder.ts';
import { enterSchool } from '../workflow/test-batch.ts';
import { type Browser, codeOn, json, tokenOf, Visit } from '../workflow/test-browser.ts';
import { openTestService, SCHOOL, type TestService } from '../workflow/test-service.ts';
import { wizardSource } from './wizard-source.ts';

const PERSON: Readonly<Record<string, string>> = {
  ...VALUES,
  studentName: '张成年',
  guardianName: '张家长',
  guardianRelation: '母亲',
  guardianPhone: '13800007002',
};
const file = (bytes: Uint8Array): File => new File([new Uint8Array(bytes)], '知情同意书.docx');
const line = (label: string): string => p(r(`${label}：`) + u(' '.repeat(24)));
const sign = (who: string): string => tc(p(r(who)) + p('').repeat(3) + p(r('    年  月  日')));

const CONSENT = docx({
  body: [
    p(r('岗位实习知情同意书'), '<w:jc w:val="center"/>'),
    p(r('我们已经知道实习的单位、岗位和时间，自愿同意学校的安排。')),
    ...['学生姓名', '监护人（或家长）姓名', '实习单位名称', '家长微信'].map(line),
    tbl([4500, 4500], sign('学生（签字）：') + sign('监护人（签字）：')),
  ].join(''),
});

const NAMES = { pack: 'our-consent', version: '2026', title: '岗位实习知情同意书', looked: 'yes' };

async function withConsentPack(): Promise<TestService & { readonly school: Browser }> {
  const service = await openTestService();
  const school = await enterSchool(service);
  const handedIn = await school.form('/school/template-drafts', { source: file(CONSENT), kind: 'consent' });
  const path = handedIn.headers.get('Location') ?? '';
  const page = await (await school.send(path)).text();
  expect(page).toContain('（知情同意书）');
  expect(page).not.toContain('必须先解决');
  expect(page).not.toContain('请留意');
  expect((await school.send(`${path}/preview.pdf`)).headers.get('Content-Type')).toBe('application/pdf');
  const confirmed = await school.form(`${path}/confirmation`, NAMES);
  expect(confirmed.headers.get('Location')).toBe('/school/templates#our-consent-2026');
  return { ...service, school };
}

async function openBatch(world: Awaited<ReturnType<typeof withConsentPack>>, choice: object): Promise<BatchJson> {
  const { school, ports } = world;
  const specs = blanksOf(ports, undefined);
  const wechat = specs.find(({ zh }) => zh === '家长微信');
  if (wechat === undefined) throw new Error('no column');
  const scoped = (scope: string) =>
    Object.fromEntries(
      Object.entries({ ...PERSON, [wechat.key]: '张妈妈888' }).filter(([key]) => (fieldSpec(key)?.scope ?? 'row') === scope),
    );
  const workbook = new File(
    [new Uint8Array(await writeRosterWorkbook({ specs, rows: [scoped('row')], batch: scoped('batch') }))],
    '名册.xlsx',
  );
  const roster = await json<RosterJson>(school.form('/api/school/rosters', { roster: workbook }));
  expect(roster.acceptedCount).toBe(1);
  expect(await (await school.send(`/school/rosters/${roster.rosterId}`)).text()).toMatch(
    /name="consentPack"[\s\S]*our-consent[\s\S]*sample-consent/u,
  );
  const request = { rosterId: roster.rosterId, name: '批次', annex: null, acknowledged: ['error', 'confirm'], ...choice };
  return json<BatchJson>(school.post('/api/school/batches', request));
}

test('a consent form imported in the browser is filled from the roster, signed by both and verified', async () => {
  const world = await withConsentPack();
  const { school, ports } = world;
  const { batchId } = await openBatch(world, { consent: true, consentPack: 'our-consent' });
  await world.work();
  const board = async () => json<BatchJson>(school.send(`/api/school/batches/${batchId}`));
  const [row] = (await board()).rows;
  const numbers = [row?.agreementNumber ?? '', row?.consent?.agreementNumber ?? ''];
  const record = await ports.agreements.find(numbers[1] ?? '');
  if (record === undefined) throw new Error('no consent form');
  const data = dataOf(record, ports.templates);
  expect(data.template.pack).toBe('our-consent');
  expect(data.fields).toMatchObject({ guardianName: '张家长', studentName: '张成年', unitName: PERSON['unitName'], extra1: '张妈妈888' });
  const { invitations } = await json<InvitationsJson>(school.post(`/api/school/batches/${batchId}/invitations`, {}));
  const sign = async (role: 'student' | 'guardian', answer: Parameters<typeof Visit.begin>[2]): Promise<void> => {
    const invited = invitations.find((one) => one.role === role);
    if (invited === undefined) throw new Error('no link');
    const visit = await Visit.begin(world.app, tokenOf(invited), answer);
    const { items } = await json<CeremonyJson>(visit.browser.send(`/api/s/${visit.token}`));
    for (const { agreementNumber } of items.filter(({ state }) => state === 'ready')) await visit.signAgreement(agreementNumber);
  };
  await sign('student', { role: 'student', idLastSix: (PERSON['studentIdNumber'] ?? '').slice(-6) });
  await sign('guardian', { role: 'guardian', studentName: PERSON['studentName'] ?? '', phoneLastFour: '7002' });
  const { templates, trustAnchors, clock } = ports;
  const reports = await Promise.all(
    numbers.map(async (number) => {
      const found = await ports.agreements.find(number);
      if (found === undefined || !('head' in found)) throw new Error('no file');
      const bytes = await ports.blobs.get(found.head.sha256);
      return { file: number, report: await verifyFile(bytes, { templates, trustAnchors, checkedAt: clock.now() }) };
    }),
  );
  expect(reports[1]?.report.verdict).toBe('passed');
  expect(reports[1]?.report.signatures.map(({ party }) => party)).toEqual(['student', 'guardian']);
  expect(judgeReferences(reports).map(({ finding }) => finding.code)).toEqual(['REFERENCE_MATCHED']);
});

test('an agreement issued again takes its consent form along, with what only the form asks for', async () => {
  const world = await withConsentPack();
  const { batchId } = await openBatch(world, { consent: true, consentPack: 'our-consent' });
  await world.work();
  const [row] = (await json<BatchJson>(world.school.send(`/api/school/batches/${batchId}`))).rows;
  const again = { reason: 'value-wrong', message: '', values: { post: '检验员' } } as const;
  const { agreementNumber } = await reissueAgreement(world.ports, SCHOOL, row?.agreementNumber ?? '', again);
  await world.work();
  const consent = (await world.ports.agreements.find(agreementNumber))?.consent ?? '';
  const record = await world.ports.agreements.find(consent);
  if (record === undefined) throw new Error('no consent form');
  const data = dataOf(record, world.ports.templates);
  expect([data.template.pack, Object.values(data.fields).includes('张妈妈888')]).toEqual(['our-consent', true]);
});

test('a pack that is no consent form is not taken for one, and nothing but the two kinds is imported', async () => {
  const world = await withConsentPack();
  await expect(openBatch(world, { consent: true, consentPack: 'sample' })).rejects.toThrow('TEMPLATE_NOT_FOUND');
  const odd = await world.school.form('/school/template-drafts', { source: file(CONSENT), kind: 'letter' });
  expect(await codeOn(odd)).toBe('REQUEST_MALFORMED');
});

test('over JSON the kind is an input too; a consent form taken for an agreement is told what it is', async () => {
  const { school } = await withConsentPack();
  const draft = await json<TemplateDraftJson>(school.form('/api/school/template-drafts', { source: file(CONSENT), kind: 'consent' }));
  expect([draft.kind, draft.signers, draft.suggested.pack.startsWith('consent-')]).toEqual(['consent', ['student', 'guardian'], true]);
  const mistaken = await json<TemplateDraftJson>(school.form('/api/school/template-drafts', { source: file(CONSENT) }));
  expect(mistaken.problems.map(({ code }) => code)).toContain('FORM_IS_CONSENT');
  const agreement = await json<TemplateDraftJson>(school.form('/api/school/template-drafts', { source: file(wizardSource()) }));
  expect(agreement.problems.map(({ code }) => code)).not.toContain('FORM_IS_CONSENT');
});
