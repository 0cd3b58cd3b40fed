/** A generated batch of the demo roster, its links, and the answers that its people give at the door. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fieldSpec } from '../../src/agreement/fields.ts';
import type { PartyRole } from '../../src/agreement/parties.ts';
import type { BatchJson, InvitationJson, InvitationsJson, RosterJson, StartRequest } from '../../src/http/contract.ts';
import { dataOf } from '../../src/workflow/stored-data.ts';
import type { Ports } from '../../src/workflow/workflow.ts';
import { Browser, json, tokenOf, Visit } from './test-browser.ts';
import { demoRoster, openTestService, type TestService } from './test-service.ts';

export interface TestBatch extends TestService {
  readonly school: Browser;
  readonly batchId: string;
  readonly batch: BatchJson;
  readonly invitations: readonly InvitationJson[];
  /** The link of a party of an agreement. */
  tokenFor(agreementNumber: string, role: PartyRole): Promise<string>;
  answerFor(agreementNumber: string, role: PartyRole): Promise<StartRequest>;
  visit(agreementNumber: string, role: PartyRole): Promise<Visit>;
}

export const rosterFile = (name = '名册.xlsx'): File => new File([demoRoster()], name);

export async function enterSchool(service: TestService): Promise<Browser> {
  const school = new Browser(service.app);
  const answer = await school.form('/school/session', { key: service.schoolKey });
  if (answer.status !== 303) throw new Error(`not let in: ${answer.status}`);
  return school;
}

async function valuesOf(ports: Ports, agreementNumber: string): Promise<Readonly<Record<string, string>>> {
  const agreement = await ports.agreements.find(agreementNumber);
  if (agreement === undefined) throw new Error('no such agreement');
  return dataOf(agreement, ports.templates).fields;
}

interface Made {
  readonly dataFolder: string;
  readonly schoolKey: string;
  readonly batchId: string;
  readonly invitations: readonly InvitationJson[];
}

/** Made once in this process, then copied for each test. */
let made: Promise<Made> | undefined;

async function makeBatch(): Promise<Made> {
  const service = await openTestService();
  const school = await enterSchool(service);
  const roster = await json<RosterJson>(school.form('/api/school/rosters', { roster: rosterFile() }));
  const annex = { title: '附件：补充条款', clauses: ['乙方免费提供工作服两套和劳动防护用品，丙方按要求穿戴。'] };
  const { batchId } = await json<BatchJson>(school.post('/api/school/batches', { rosterId: roster.rosterId, name: '机电 2024 级', annex }));
  await service.work();
  const { invitations } = await json<InvitationsJson>(school.post(`/api/school/batches/${batchId}/invitations`, {}));
  const dataFolder = mkdtempSync(join(tmpdir(), 'sanfang-batch-'));
  process.once('exit', () => rmSync(dataFolder, { recursive: true, force: true }));
  await service.close();
  cpSync(service.dataFolder, dataFolder, { recursive: true });
  return { dataFolder, schoolKey: service.schoolKey, batchId, invitations };
}

export async function openTestBatch(): Promise<TestBatch> {
  made ??= makeBatch();
  const { batchId, invitations, ...from } = await made;
  const service = await openTestService(from);
  return withPeople(service, await enterSchool(service), batchId, invitations);
}

/** Invites everybody of a generated batch. */
export async function joinBatch(service: TestService, school: Browser, batchId: string): Promise<TestBatch> {
  const { invitations } = await json<InvitationsJson>(school.post(`/api/school/batches/${batchId}/invitations`, {}));
  return withPeople(service, school, batchId, invitations);
}

async function withPeople(
  service: TestService,
  school: Browser,
  batchId: string,
  invitations: readonly InvitationJson[],
): Promise<TestBatch> {
  const batch = await json<BatchJson>(school.send(`/api/school/batches/${batchId}`));
  const lastFour = (text: string | undefined): string => (text ?? '').replace(/\D/g, '').slice(-4);
  const answerFor = async (number: string, role: PartyRole): Promise<StartRequest> => {
    const values = await valuesOf(service.ports, number);
    const value = (key: string): string => (fieldSpec(key) === undefined ? '' : (values[key] ?? ''));
    if (role === 'student') return { role, idLastSix: value('studentIdNumber').slice(-6) };
    if (role === 'guardian') return { role, studentName: value('studentName'), phoneLastFour: lastFour(value('guardianPhone')) };
    return { role, creditCode: value(`${role}CreditCode`), phoneLastFour: lastFour(value(`${role}Phone`)) };
  };
  const tokenFor = async (number: string, role: PartyRole): Promise<string> => {
    const values = await valuesOf(service.ports, number);
    const found = invitations.find(
      (one) =>
        one.role === role && (one.agreementNumber === number || one.recipient === values[role === 'unit' ? 'unitName' : 'schoolName']),
    );
    if (found === undefined) throw new Error(`no link for ${role}`);
    return tokenOf(found);
  };
  return {
    ...service,
    school,
    batchId,
    batch,
    invitations,
    tokenFor,
    answerFor,
    visit: async (number, role) => Visit.begin(service.app, await tokenFor(number, role), await answerFor(number, role)),
  };
}

/** Number of the first agreement with (or without) a guardian. */
export function firstNumber(batch: BatchJson, kind: 'minor' | 'adult'): string {
  const row = batch.rows.find(({ cells }) => (cells.guardian.state === 'none') === (kind === 'adult'));
  if (row === undefined) throw new Error(`no ${kind}`);
  return row.agreementNumber;
}
