/** A unit with a long list to sign: a running service, a roster of its students, and every student's signature given over HTTP. */

import { openScene } from '../../bench/scene.ts';
import { writeRosterWorkbook } from '../../src/adapters/roster-template.ts';
import { FIELDS } from '../../src/agreement/fields.ts';
import type { BatchJson, InvitationJson, InvitationsJson, RosterJson } from '../../src/http/contract.ts';
import { Browser, json, type Reachable, tokenOf, Visit } from '../workflow/test-browser.ts';
import type { RunningService } from './running-service.ts';

export interface UnitList {
  readonly school: Browser;
  readonly numbers: readonly string[];
  /** Address of the unit's list, and what it answers at the door. */
  readonly link: string;
  readonly answers: { readonly creditCode: string; readonly phoneLastFour: string };
  fetchAgreement(number: string): Promise<Uint8Array>;
  /** One of the students that had not signed, over HTTP. */
  signForStudent(number: string): Promise<void>;
  /** The school signs, over HTTP. */
  signForSchool(number: string): Promise<void>;
}

const AT_ONCE = 4;

/** A service under an address of its own. @param origin as `RunningService` gives it */
export const behindSocket = (origin: string): Reachable => ({
  request: (url, init) => fetch(url.replace('http://localhost', origin), { ...init, redirect: 'manual' }),
});

/**
 * @param count of adults, all of one unit
 * @param signing how many of them have signed, so that the unit is next
 */
export async function openUnitList(service: RunningService, count: number, signing = count): Promise<UnitList> {
  const app = behindSocket(service.origin);
  const school = new Browser(app);
  const entered = await school.form('/school/session', { key: new URL(service.schoolDoor).searchParams.get('key') ?? '' });
  if (entered.status !== 303) throw new Error(`not let in: ${entered.status}`);

  const { agreements } = await openScene(count * 2 + 40);
  const unitName = agreements[0]?.fields['unitName'];
  const people = agreements.filter(({ fields }) => fields['unitName'] === unitName && fields['guardianName'] === undefined).slice(0, count);
  if (people.length < count) throw new Error(`only ${people.length} adults of one unit`);
  const [first] = people;
  const batchKeys = new Set(FIELDS.filter(({ scope }) => scope === 'batch').map(({ key }) => key));
  const inBatch = Object.fromEntries(Object.entries(first?.fields ?? {}).filter(([key]) => batchKeys.has(key)));
  const workbook = await writeRosterWorkbook({ rows: people.map(({ fields }) => fields), batch: inBatch });
  const roster = await json<RosterJson>(school.form('/api/school/rosters', { roster: new File([new Uint8Array(workbook)], '名册.xlsx') }));
  const { batchId } = await json<BatchJson>(
    school.post('/api/school/batches', { rosterId: roster.rosterId, name: '长名单', annex: null, acknowledged: ['error', 'confirm'] }),
  );
  const batch = await untilGenerated(school, batchId);
  const { invitations } = await json<InvitationsJson>(school.post(`/api/school/batches/${batchId}/invitations`, {}));

  const students = invitations.filter(({ role }) => role === 'student');
  if (students.length !== count || batch.rows.length !== count) throw new Error(`${students.length} students invited`);
  const byNumber = await Promise.all(students.map(async (one) => ({ one, fields: await fieldsOf(school, one) })));
  const signFor = async ({ one, fields }: (typeof byNumber)[number]): Promise<void> => {
    const visit = await Visit.begin(app, tokenOf(one), { role: 'student', idLastSix: (fields['studentIdNumber'] ?? '').slice(-6) });
    await visit.signAgreement(one.agreementNumber ?? '');
  };
  await inTurns(byNumber.slice(0, signing), signFor);
  const unit = invitations.find(({ role }) => role === 'unit');
  const values = byNumber[0]?.fields ?? {};
  return {
    school,
    numbers: students.map(({ agreementNumber }) => agreementNumber ?? ''),
    link: unit?.link ?? '',
    answers: { creditCode: values['unitCreditCode'] ?? '', phoneLastFour: (values['unitPhone'] ?? '').replace(/\D/g, '').slice(-4) },
    fetchAgreement: (number) => fetchAgreement(school, number),
    signForStudent: async (number) => {
      const student = byNumber.find(({ one }) => one.agreementNumber === number);
      if (student === undefined) throw new Error(`nobody of ${number}`);
      await signFor(student);
    },
    signForSchool: async (number) => {
      const link = invitations.find(({ role }) => role === 'school');
      if (link === undefined) throw new Error('no link for the school');
      const phoneLastFour = (values['schoolPhone'] ?? '').replace(/\D/g, '').slice(-4);
      const creditCode = values['schoolCreditCode'] ?? '';
      await (await Visit.begin(app, tokenOf(link), { role: 'school', creditCode, phoneLastFour })).signAgreement(number);
    },
  };
}

async function fetchAgreement(school: Browser, number: string): Promise<Uint8Array> {
  const answer = await school.send(`/school/agreements/${number}/agreement.pdf`);
  if (!answer.ok) throw new Error(`${number}: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

/** The values embedded in an agreement, which its signatories know. */
async function fieldsOf(school: Browser, { agreementNumber }: InvitationJson): Promise<Readonly<Record<string, string>>> {
  const text = Buffer.from(await fetchAgreement(school, agreementNumber ?? '')).toString('utf8');
  const start = text.indexOf('{"agreementNumber":');
  return JSON.parse(text.slice(start, text.indexOf('\nendstream', start))).fields;
}

/** Asks again each time an answer came, as the page does. */
async function untilGenerated(school: Browser, batchId: string): Promise<BatchJson> {
  for (;;) {
    const batch = await json<BatchJson>(school.send(`/api/school/batches/${batchId}`));
    if (batch.progress.generated + batch.progress.failed === batch.progress.total) return batch;
  }
}

async function inTurns<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await act(next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}
