/** Two signatories who sign the same agreements at the same moment, behind one service or two. */
import { writeRosterWorkbook } from '../../src/adapters/roster-template.ts';
import { FIELDS } from '../../src/agreement/fields.ts';
import type { BatchJson, ErrorJson, InvitationsJson, PreparedJson, ProgressJson, RosterJson } from '../../src/http/contract.ts';
import { type VerifyContext, verifyFile } from '../../src/verify/verify-file.ts';
import { idNumberOf, VALUES } from '../agreement/sample-values.ts';
import { Browser, json, type Reachable, tokenOf, Visit } from './test-browser.ts';

export interface RaceResult {
  readonly number: string;
  /** How often one of the two was told that the other had been quicker. */
  readonly moved: number;
  /** What the verifier found wrong with the file as it was downloaded; null where it has both signatures and only the student's is missing. */
  readonly wrong: string | null;
}

/** Agreements in flight at once: enough to keep two services busy. */
const AT_ONCE = 4;

/** Different people of one unit and one school. @param count at most 20,000 */
async function rosterOf(count: number): Promise<File> {
  const rows = Array.from({ length: count }, (_, i) => ({
    ...VALUES,
    studentIdNumber: idNumberOf(`2008-02-${String(1 + (i % 20)).padStart(2, '0')}`, 1 + Math.floor(i / 20)),
  }));
  const inBatch = FIELDS.flatMap(({ key, scope }) => (scope === 'batch' ? [[key, VALUES[key]] as const] : []));
  const batch = Object.fromEntries(inBatch.filter((entry): entry is readonly [string, string] => entry[1] !== undefined));
  return new File([new Uint8Array(await writeRosterWorkbook({ rows, batch }))], '名册.xlsx');
}

/**
 * Unit and school prepare upon the same revision and hand their values in together; the slower one prepares again, as a page does.
 * @param doors where the unit and where the school signs
 * @param generated makes the files that are queued
 * @param context judges every file at the end
 */
export async function race(
  doors: { readonly unit: Reachable; readonly school: Reachable },
  schoolKey: string,
  count: number,
  generated: () => Promise<unknown>,
  context: () => VerifyContext,
): Promise<readonly RaceResult[]> {
  const desk = new Browser(doors.school);
  const entered = await desk.form('/school/session', { key: schoolKey });
  if (entered.status !== 303) throw new Error(`not let in: ${entered.status}`);
  const { rosterId } = await json<RosterJson>(desk.form('/api/school/rosters', { roster: await rosterOf(count) }));
  const order = [['unit', 'school'], ['student'], ['guardian']];
  const request = { rosterId, name: '同时签署', annex: null, acknowledged: ['error', 'confirm'], order };
  const { batchId } = await json<BatchJson>(desk.post('/api/school/batches', request));
  await generated();
  const batch = await untilGenerated(desk, batchId);
  const { invitations } = await json<InvitationsJson>(desk.post(`/api/school/batches/${batchId}/invitations`, {}));
  const visit = (role: 'unit' | 'school'): Promise<Visit> => {
    const own = invitations.find((one) => one.role === role);
    if (own === undefined) throw new Error(`no link for ${role}`);
    const phoneLastFour = (VALUES[`${role}Phone`] ?? '').slice(-4);
    return Visit.begin(doors[role], tokenOf(own), { role, creditCode: VALUES[`${role}CreditCode`] ?? '', phoneLastFour });
  };
  const pair = [await visit('unit'), await visit('school')];
  const results: Pick<RaceResult, 'number' | 'moved'>[] = [];
  const queue = batch.rows.map(({ agreementNumber }) => agreementNumber);
  const work = async (): Promise<void> => {
    for (let number = queue.shift(); number !== undefined; number = queue.shift())
      results.push({ number, moved: await raceFor(pair, number) });
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const judged: RaceResult[] = [];
  for (const one of results) judged.push({ ...one, wrong: judge(await download(desk, one.number), context()) });
  return judged;
}

async function download(desk: Browser, number: string): Promise<Uint8Array> {
  const answer = await desk.send(`/school/agreements/${number}/agreement.pdf`);
  if (!answer.ok) throw new Error(`${number}: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

/** What a file may have whose student has yet to sign and that is made from a sample. */
const EXPECTED = ['REVOCATION_UNKNOWN', 'SIGNATURES_INCOMPLETE', 'TEMPLATE_IS_SAMPLE'];

function judge(file: Uint8Array, context: VerifyContext): string | null {
  const { signatures, missing, findings } = verifyFile(file, context);
  const parties = signatures.map(({ party }) => party).sort();
  const codes = findings.map(({ code }) => code).filter((code) => !EXPECTED.includes(code));
  const right = parties.join() === 'school,unit' && missing?.join() === 'student' && codes.length === 0;
  return right ? null : `${parties.join()} ${codes.join()}`;
}

async function raceFor(pair: readonly Visit[], number: string): Promise<number> {
  const ready = await Promise.all(
    pair.map(async (visit) => {
      const prepared = await json<PreparedJson>(visit.prepare(number));
      return { visit, preparedId: prepared.preparedId, value: await visit.sign(prepared) };
    }),
  );
  const answers = await Promise.all(ready.map(({ visit, preparedId, value }) => visit.finish(preparedId, value)));
  let moved = 0;
  for (const [i, answer] of answers.entries()) {
    if (answer.ok) continue;
    const { code, zh } = (await answer.json()) as ErrorJson;
    if (code !== 'REVISION_MOVED') throw new Error(`${code}: ${zh}`);
    moved += 1;
    await pair[i]?.signAgreement(number);
  }
  return moved;
}

/** Asks again each time an answer came, as the page does. */
async function untilGenerated(desk: Browser, batchId: string): Promise<BatchJson> {
  for (;;) {
    const { state, failed } = await json<ProgressJson>(desk.send(`/api/school/batches/${batchId}/progress`));
    if (failed > 0) throw new Error('not generated');
    if (state === 'ready') return json<BatchJson>(desk.send(`/api/school/batches/${batchId}`));
  }
}
