/** Consent forms, orders of signing, extensions and terminations: more documents, the same ceremonies. */
import { describe, expect, test } from 'vitest';
import { FIELDS } from '../../src/agreement/fields.ts';
import type { PartyRole, SigningOrder } from '../../src/agreement/parties.ts';
import type { BatchJson, CeremonyJson, InvitationsJson } from '../../src/http/contract.ts';
import { judgeReferences } from '../../src/verify/references.ts';
import { verifyFile } from '../../src/verify/verify-file.ts';
import { workOnce } from '../../src/workflow/generate-batch.ts';
import { importRoster } from '../../src/workflow/import-roster.ts';
import { openBatch } from '../../src/workflow/open-batch.ts';
import { displayReference } from '../../src/workflow/stored-data.ts';
import { idNumberOf, MINOR, sheetOf, VALUES } from '../agreement/sample-values.ts';
import { formWithout } from '../verify/other-forms.ts';
import { enterSchool } from './test-batch.ts';
import { Browser, codeOn, json, refusal, tokenOf, Visit } from './test-browser.ts';
import { openTestService, SCHOOL, TEMPLATES, type TestService } from './test-service.ts';

const ADULT = { ...VALUES, studentName: '张成年', guardianName: '张家长', guardianRelation: '母亲', guardianPhone: '13800007002' };

async function openWith(
  service: Pick<TestService, 'ports'>,
  people: readonly Readonly<Record<string, string>>[],
  request: { readonly order?: SigningOrder; readonly consent?: boolean; readonly pack?: string } = {},
): Promise<string> {
  const specs = FIELDS.filter(({ owner }) => owner !== 'system');
  const sheet = sheetOf([specs.map(({ zh }) => zh), ...people.map((person) => specs.map(({ key }) => person[key] ?? ''))]);
  const ports = { ...service.ports, spreadsheets: async () => ({ sheets: [sheet] }) };
  const file = { name: '名册.xlsx', bytes: new Uint8Array([1]), pack: request.pack };
  const { rosterId } = await importRoster(ports, SCHOOL, file);
  const { pack: _, ...choices } = request;
  const { batchId } = await openBatch(ports, SCHOOL, {
    rosterId,
    name: '批次',
    annex: null,
    acknowledged: ['confirm', 'error'],
    ...choices,
  });
  while (await workOnce(ports));
  return batchId;
}

async function joined(people: readonly Readonly<Record<string, string>>[], request: Parameters<typeof openWith>[2] = {}) {
  const service = await openTestService();
  const batchId = await openWith(service, people, request);
  const school = await enterSchool(service);
  const board = () => json<BatchJson>(school.send(`/api/school/batches/${batchId}`));
  const invite = async () => (await json<InvitationsJson>(school.post(`/api/school/batches/${batchId}/invitations`, {}))).invitations;
  const answers = (person: Readonly<Record<string, string>>) => {
    const four = (key: string): string => (person[key] ?? '').replace(/\D/g, '').slice(-4);
    return {
      student: { role: 'student', idLastSix: (person['studentIdNumber'] ?? '').slice(-6) },
      guardian: { role: 'guardian', studentName: person['studentName'] ?? '', phoneLastFour: four('guardianPhone') },
      unit: { role: 'unit', creditCode: person['unitCreditCode'] ?? '', phoneLastFour: four('unitPhone') },
      school: { role: 'school', creditCode: person['schoolCreditCode'] ?? '', phoneLastFour: four('schoolPhone') },
    } as const;
  };
  const visit = async (person: Readonly<Record<string, string>>, role: PartyRole, number?: string): Promise<Visit> => {
    const found = (await invite()).filter(
      (one) => one.role === role && (one.studentName ?? person['studentName']) === person['studentName'],
    );
    const own =
      number === undefined ? found[0] : found.find(({ agreementNumber }) => agreementNumber === number || agreementNumber === null);
    if (own === undefined) throw new Error(`no link for ${role}`);
    return Visit.begin(service.app, tokenOf(own), answers(person)[role]);
  };
  /** Signs everything that this party may sign now. */
  const signAll = async (visitor: Visit): Promise<number> => {
    const { items } = await json<CeremonyJson>(visitor.browser.send(`/api/s/${visitor.token}`));
    const ready = items.filter(({ state }) => state === 'ready');
    for (const { agreementNumber } of ready) await visitor.signAgreement(agreementNumber);
    return ready.length;
  };
  const file = async (number: string) => {
    const agreement = await service.ports.agreements.find(number);
    if (agreement === undefined || !('head' in agreement)) throw new Error('no file');
    return service.ports.blobs.get(agreement.head.sha256);
  };
  const judged = async (number: string) => {
    const { templates, trustAnchors, clock } = service.ports;
    return verifyFile(await file(number), { templates, trustAnchors, checkedAt: clock.now() });
  };
  return { ...service, school, batchId, board, invite, visit, signAll, file, judged };
}

const only = <T>(list: readonly T[]): T => {
  const [first] = list;
  if (first === undefined || list.length !== 1) throw new Error(`${list.length} instead of one`);
  return first;
};

describe('a consent form', () => {
  test('is signed by an adult student and the guardian in the ceremonies of the agreement, and counts with it', async () => {
    const world = await joined([ADULT], { consent: true });
    const row = only((await world.board()).rows);
    const number = row.agreementNumber;
    const consent = row.consent?.agreementNumber ?? '';
    expect(row).toMatchObject({ state: 'signing', cells: { guardian: { state: 'waiting' }, student: { state: 'turn' } } });
    expect(await (await world.school.send(`/school/batches/${world.batchId}`)).text()).toContain('每份协议都同时签《知情同意书》');
    expect((await world.invite()).map(({ role, agreementNumber }) => [role, agreementNumber])).toEqual([
      ['student', number],
      ['unit', null],
      ['school', null],
      ['guardian', number],
    ]);
    const student = await world.visit(ADULT, 'student');
    const page = await (await student.browser.send(`/s/${student.token}/read`)).text();
    expect(page).toContain('我们自愿同意学校的这一实习安排');
    expect(await world.signAll(student)).toBe(2);
    const done = await (await student.browser.send(`/s/${student.token}/done`)).text();
    expect(done).toContain(`download="${number}.pdf"`);
    expect(done).toContain(`download="${consent}.pdf"`);
    expect(done).toMatch(/你还签了《[^》]+》，还差：监护人/);
    await world.signAll(await world.visit(ADULT, 'unit'));
    await world.signAll(await world.visit(ADULT, 'school'));
    expect(only((await world.board()).rows)).toMatchObject({
      state: 'signing',
      cells: { student: { state: 'signed' }, guardian: { state: 'turn' } },
    });
    expect((await world.board()).completed).toBe(0);
    const guardian = await world.visit(ADULT, 'guardian');
    expect(await (await guardian.browser.send(`/s/${guardian.token}/read`)).text()).toContain('知情同意书');
    expect(await world.signAll(guardian)).toBe(1);
    expect(await world.board()).toMatchObject({ completed: 1, rows: [{ state: 'completed', cells: { guardian: { state: 'signed' } } }] });
    await world.work();
    const reports = [
      { file: 'a', report: await world.judged(number) },
      { file: 'c', report: await world.judged(consent) },
    ];
    expect(reports.map(({ report }) => [report.verdict, report.level])).toEqual([
      ['passed', 'B-LTA'],
      ['passed', 'B-LTA'],
    ]);
    expect(judgeReferences(reports).map(({ finding }) => finding.code)).toEqual(['REFERENCE_MATCHED']);
    const zip = Buffer.from(await (await world.school.send(`/school/batches/${world.batchId}/agreements.zip`)).arrayBuffer()).toString(
      'latin1',
    );
    expect(zip).toContain(Buffer.from(`知情同意书_${consent}.pdf`).toString('latin1'));
    expect((await world.school.send(`/school/agreements/${consent}/evidence`)).status).toBe(200);
  });

  test('of a minor is signed by the guardian together with the agreement; another student’s ceremony cannot touch it', async () => {
    const other = {
      ...MINOR,
      studentName: '王小明',
      studentIdNumber: idNumberOf('2010-06-01', 3),
      guardianPhone: '13800007009',
      guardianName: '王大',
    };
    const world = await joined([MINOR, other], { consent: true });
    const [mine, theirs] = (await world.board()).rows;
    await world.signAll(await world.visit(MINOR, 'student'));
    const stranger = await world.visit(other, 'student');
    expect(await refusal(stranger.prepare(mine?.consent?.agreementNumber ?? ''))).toBe('AGREEMENT_UNKNOWN');
    expect(await world.signAll(await world.visit(MINOR, 'guardian'))).toBe(2);
    expect((await world.judged(mine?.consent?.agreementNumber ?? '')).verdict).toBe('passed');
    expect((await world.judged(theirs?.consent?.agreementNumber ?? '')).missing).toEqual(['student', 'guardian']);
  });

  test('needs a guardian for every row, and says which rows have none', async () => {
    const service = await openTestService();
    await expect(openWith(service, [MINOR, VALUES], { consent: true })).rejects.toMatchObject({
      code: 'ROSTER_ROWS_NEED_GUARDIAN',
      params: { rows: '3', otherwise: expect.stringContaining('不勾“同时签《知情同意书》”') },
    });
    const other = (number: number) => ({ ...VALUES, studentIdNumber: idNumberOf('2006-02-03', number) });
    const mixed = [other(1), MINOR, other(3), other(5)];
    await expect(openWith(service, mixed, { consent: true })).rejects.toMatchObject({ params: { rows: '2、4–5' } });
    const bare = { ports: { ...service.ports, templates: TEMPLATES.filter(({ kind }) => kind === 'agreement') } };
    await expect(openWith(bare, [MINOR], { consent: true })).rejects.toMatchObject({ code: 'CONSENT_FORM_MISSING' });
    const form = formWithout(['unit', 'school'], 'consent');
    const [first] = form.fields;
    if (first === undefined) throw new Error('no fields');
    const asking = { ...form, fields: [...form.fields, { ...first, key: 'unheardOf', zh: '没听说过' }] };
    const unfit = { ports: { ...bare.ports, templates: [...bare.ports.templates, asking] } };
    await expect(openWith(unfit, [MINOR], { consent: true })).rejects.toMatchObject({ code: 'CONSENT_FORM_UNFIT' });
  });

  test('goes with its agreement when that is issued anew or voided, and is not voided alone', async () => {
    const world = await joined([ADULT], { consent: true });
    const row = only((await world.board()).rows);
    const path = (number: string, what: string): string => `/school/agreements/${number}/${what}`;
    const consent = row.consent?.agreementNumber ?? '';
    expect(await codeOn(await world.school.form(path(consent, 'voiding'), { reason: 'value-wrong', message: '' }))).toBe(
      'CONSENT_GOES_WITH_AGREEMENT',
    );
    expect(await codeOn(await world.school.form(path(consent, 'reissue'), { reason: 'value-wrong', message: '', 'v.post': '钳工' }))).toBe(
      'CONSENT_GOES_WITH_AGREEMENT',
    );
    await world.school.form(path(row.agreementNumber, 'reissue'), { reason: 'value-wrong', message: '', 'v.post': '质量检验' });
    await world.work();
    const [old, anew] = (await world.board()).rows;
    expect(old).toMatchObject({ state: 'voided', consent: { state: 'voided' } });
    expect(anew).toMatchObject({ state: 'signing', replaces: row.agreementNumber });
    expect(anew?.consent?.agreementNumber).not.toBe(consent);
  });

  test('is made for a minor where the text has no place for the guardian, asked for or not', async () => {
    const service = await openTestService();
    const form = formWithout(['guardian']);
    const ports = { ...service.ports, templates: [...TEMPLATES, form] };
    const batchId = await openWith({ ports }, [MINOR, VALUES], { pack: form.pack });
    const all = await ports.agreements.listOfBatch(batchId);
    expect(all.map((one) => [displayReference(one)?.kind ?? 'agreement', one.parties.map(({ role }) => role)])).toEqual([
      ['agreement', ['student', 'unit', 'school']],
      ['consent', ['student', 'guardian']],
      ['agreement', ['student', 'unit', 'school']],
    ]);
    expect(await ports.batches.find(batchId)).toMatchObject({ total: 2, generated: 2, completed: 0 });
  });
});

describe('a minor whose text has no place for the guardian', () => {
  const alone = { ...VALUES, studentName: '王小明', studentIdNumber: idNumberOf('2010-06-01', 3) };
  /** A text that does not even ask for the guardian: what the roster has of one stands beside the agreement. */
  const bareText = () => {
    const form = formWithout(['guardian']);
    return { ...form, fields: form.fields.filter(({ owner }) => owner !== 'guardian') };
  };

  test('needs one in the roster, ticked or not, and nobody is told that leaving the box unticked would do', async () => {
    const service = await openTestService();
    const ports = { ...service.ports, templates: [...TEMPLATES, bareText()] };
    for (const consent of [true, false]) {
      const opening = openWith({ ports }, [VALUES, alone, MINOR], { pack: bareText().pack, consent });
      await expect(opening).rejects.toMatchObject({
        code: 'ROSTER_ROWS_NEED_GUARDIAN',
        params: { rows: consent ? '2–3' : '3', otherwise: expect.stringMatching(/^；其中第 3 行的学生未满 18 周岁，不勾也要/) },
      });
    }
  });

  test('is opened once the roster names the guardian, who signs the consent form', async () => {
    const service = await openTestService();
    const ports = { ...service.ports, templates: [...TEMPLATES, bareText()] };
    const batchId = await openWith({ ports }, [MINOR], { pack: bareText().pack });
    const all = await ports.agreements.listOfBatch(batchId);
    expect(all.map(({ state, parties }) => [state, parties.map(({ role }) => role)])).toEqual([
      ['signing', ['student', 'unit', 'school']],
      ['signing', ['student', 'guardian']],
    ]);
  });
});

describe('the order of signing', () => {
  test('of the batch is the order in the file: the school may sign before the unit', async () => {
    const world = await joined([VALUES], { order: [['student'], ['guardian'], ['school'], ['unit']] });
    const { agreementNumber } = only((await world.board()).rows);
    await world.signAll(await world.visit(VALUES, 'student'));
    const unit = await world.visit(VALUES, 'unit');
    expect(await refusal(unit.prepare(agreementNumber))).toBe('SIGNATORY_OUT_OF_TURN');
    await world.signAll(await world.visit(VALUES, 'school'));
    expect(await world.signAll(await world.visit(VALUES, 'unit'))).toBe(1);
    expect(await world.judged(agreementNumber)).toMatchObject({ verdict: 'passed', missing: [] });
  });

  test('may put everybody in one group: whoever signs at the same moment, no signature is lost', async () => {
    const world = await joined([MINOR], { order: [['school', 'unit', 'guardian', 'student']] });
    const { agreementNumber } = only((await world.board()).rows);
    const visits: Visit[] = [];
    const roles: readonly PartyRole[] = ['unit', 'school', 'guardian', 'student'];
    const links = await world.invite();
    for (const role of roles) {
      const token = tokenOf(links.find((one) => one.role === role) ?? only([]));
      const last = (key: string, n: number): string => (MINOR[key] ?? '').replace(/[^\dX]/g, '').slice(-n);
      const answer = {
        student: { role: 'student', idLastSix: last('studentIdNumber', 6) },
        guardian: { role: 'guardian', studentName: MINOR['studentName'] ?? '', phoneLastFour: last('guardianPhone', 4) },
        unit: { role: 'unit', creditCode: MINOR['unitCreditCode'] ?? '', phoneLastFour: last('unitPhone', 4) },
        school: { role: 'school', creditCode: MINOR['schoolCreditCode'] ?? '', phoneLastFour: last('schoolPhone', 4) },
      } as const;
      visits.push(await Visit.begin(world.app, token, answer[role]));
    }
    await Promise.all(visits.map((visit) => visit.signAgreement(agreementNumber)));
    const report = await world.judged(agreementNumber);
    expect(report.signatures).toHaveLength(4);
    expect(report).toMatchObject({ verdict: 'passed', missing: [] });
  });

  test('that leaves somebody out opens nothing', async () => {
    const service = await openTestService();
    await expect(openWith(service, [VALUES], { order: [['student'], ['unit'], ['school']] })).rejects.toMatchObject({
      code: 'SIGNING_ORDER_MALFORMED',
    });
  });
});

describe('a student of 17 who will be 18 on the first day', () => {
  const SOON = { ...VALUES, studentIdNumber: idNumberOf('2008-03-02') };

  test('signs with the guardian that the roster names', async () => {
    const world = await joined([{ ...ADULT, ...SOON, studentName: '李将满' }]);
    expect(only((await world.board()).rows).cells.guardian.state).toBe('waiting');
  });

  test('without one waits for the birthday', async () => {
    const world = await joined([SOON]);
    const { agreementNumber } = only((await world.board()).rows);
    const today = await world.visit(SOON, 'student');
    expect(await refusal(today.prepare(agreementNumber))).toBe('STUDENT_STILL_MINOR');
    world.wait(86_400_000);
    const birthday = await Visit.begin(world.app, today.token, { role: 'student', idLastSix: SOON.studentIdNumber.slice(-6) });
    expect((await birthday.signAgreement(agreementNumber)).next).toBe('unit');
    expect((await world.judged(agreementNumber)).findings.map(({ code }) => code)).not.toContain('SIGNED_AS_MINOR');
  });
});

describe('an agreement that all have signed', () => {
  const PATH = (number: string): string => `/school/agreements/${number}/amendment`;
  async function concluded() {
    const world = await joined([VALUES]);
    const { agreementNumber } = only((await world.board()).rows);
    for (const role of ['student', 'unit', 'school'] as const) await world.signAll(await world.visit(VALUES, role));
    await world.work();
    return { world, agreementNumber };
  }

  test('is extended by another that names its digest and is signed by all, and the board says so', async () => {
    const { world, agreementNumber } = await concluded();
    const asked = { kind: 'extension', endsOn: '2027-11-30', reason: '没有签解除协议，项目延后，各方协商一致' };
    expect(await codeOn(await world.school.form(PATH(agreementNumber), { ...asked, endsOn: '2027-08-31' }))).toBe('AMENDMENT_REFUSED');
    expect(await codeOn(await world.school.form(PATH(agreementNumber), { ...asked, reason: ' ' }))).toBe('AMENDMENT_REFUSED');
    expect(await codeOn(await world.school.form(PATH(agreementNumber), { ...asked, reason: '本协议正文第六条作废' }))).toBe(
      'AMENDMENT_REFUSED',
    );
    expect((await world.school.form(PATH(agreementNumber), asked)).status).toBe(303);
    await world.work();
    const [first, extension] = (await world.board()).rows;
    expect(first?.amendedBy).toEqual([{ kind: 'extension', agreementNumber: extension?.agreementNumber, state: 'signing' }]);
    expect(extension?.amends).toEqual({ kind: 'extension', agreementNumber });
    expect(await codeOn(await world.school.form(PATH(agreementNumber), asked))).toBe('AMENDMENT_NOT_POSSIBLE');
    const number = extension?.agreementNumber ?? '';
    expect(await codeOn(await world.school.form(PATH(number), asked))).toBe('AMENDMENT_NOT_POSSIBLE');
    const student = await world.visit(VALUES, 'student', number);
    const read = await (await student.browser.send(`/s/${student.token}/read`)).text();
    expect(read).toContain('延长该协议的实习期限');
    // Whatever words its reason has, it asks about an internship.
    expect(read).toContain('按这份协议实习吗？');
    for (const role of ['student', 'unit', 'school'] as const) await world.signAll(await world.visit(VALUES, role, number));
    const reports = [
      { file: 'first', report: await world.judged(agreementNumber) },
      { file: 'extension', report: await world.judged(number) },
    ];
    expect(reports.map(({ report }) => report.verdict)).toEqual(['passed', 'passed']);
    expect(reports[1]?.report.agreement?.fields).toMatchObject({ startsOn: '2027-09-01', endsOn: '2027-11-30' });
    expect(judgeReferences(reports).map(({ finding }) => finding.code)).toEqual(['REFERENCE_MATCHED']);
    const page = await (await world.school.send(`/school/batches/${world.batchId}`)).text();
    expect(page).toContain('延期协议已签');
  });

  test('is terminated within its term only, and a termination is not amended', async () => {
    const { world, agreementNumber } = await concluded();
    const asked = { kind: 'termination', endsOn: '2027-05-31', reason: '丙方升学' };
    expect(await codeOn(await world.school.form(PATH(agreementNumber), { ...asked, endsOn: '2027-09-30' }))).toBe('AMENDMENT_REFUSED');
    expect((await world.school.form(PATH(agreementNumber), asked)).status).toBe(303);
    await world.work();
    const number = (await world.board()).rows[1]?.agreementNumber ?? '';
    const student = await world.visit(VALUES, 'student', number);
    expect(await (await student.browser.send(`/s/${student.token}/read`)).text()).toContain('同意按这份协议解除吗？');
    for (const role of ['student', 'unit', 'school'] as const) await world.signAll(await world.visit(VALUES, role, number));
    expect((await world.judged(number)).verdict).toBe('passed');
    expect(await codeOn(await world.school.form(PATH(number), { ...asked, kind: 'extension', endsOn: '2027-12-31' }))).toBe(
      'AMENDMENT_NOT_POSSIBLE',
    );
  });

  test('is not amended before all have signed, nor by another school', async () => {
    const world = await joined([VALUES]);
    const { agreementNumber } = only((await world.board()).rows);
    const asked = { kind: 'extension', endsOn: '2027-11-30', reason: '协商' };
    expect(await codeOn(await world.school.form(PATH(agreementNumber), asked))).toBe('AMENDMENT_NOT_POSSIBLE');
    expect(await codeOn(await new Browser(world.app).form(PATH(agreementNumber), asked))).toBe('SCHOOL_SESSION_MISSING');
  });
});

test('an agreement that could not be made is issued anew with a value that fits', async () => {
  const world = await joined([
    { ...VALUES, post: '𰻞面师' },
    { ...ADULT, studentIdNumber: idNumberOf('2008-02-02', 5) },
  ]);
  const failed = (await world.board()).rows.find(({ state }) => state === 'failed');
  expect(failed?.failure?.code).toBe('GLYPH_MISSING');
  const answer = await world.school.form(`/school/agreements/${failed?.agreementNumber}/reissue`, {
    reason: 'value-wrong',
    message: '',
    'v.post': '面点师',
  });
  expect(answer.status).toBe(303);
  await world.work();
  const board = await world.board();
  expect(board.progress).toMatchObject({ total: 2, generated: 2, failed: 0, state: 'ready' });
  expect(board.rows.map(({ state }) => state)).toEqual(['failed', 'signing', 'signing']);
  expect(board.rows[0]?.replacedBy).toBe(board.rows[2]?.agreementNumber);
});
