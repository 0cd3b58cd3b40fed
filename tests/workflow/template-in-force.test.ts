import { expect, test } from 'vitest';
import { fromBase64 } from '../../src/bytes.ts';
import { loadTemplates } from '../../src/compose.ts';
import type { PreparedJson, RosterJson } from '../../src/http/contract.ts';
import type { InForce } from '../../src/template/in-force.ts';
import { readProgress } from '../../src/workflow/generate-batch.ts';
import { install } from '../cli/cli-root.ts';
import { day, packOf, refusal as refusalOf } from '../verify/released-pack.ts';
import { enterSchool, firstNumber, openTestBatch, rosterFile } from './test-batch.ts';
import { json, refusal } from './test-browser.ts';
import { openTestService, SCHOOL, TEMPLATES, type TestService } from './test-service.ts';

/** The service's template as though its authority had said this; the clock stands at 2026-03-01 in Beijing. */
function setInForce(service: Pick<TestService, 'ports'>, inForce: Partial<InForce>): void {
  const dated = TEMPLATES.map((template) => ({ ...template, inForce: { from: null, until: null, withdrawnOn: null, ...inForce } }));
  Object.assign(service.ports, { templates: dated });
}

test('the service does not start on an authority text that nobody signed', () => {
  const cli = install();
  expect(refusalOf(() => loadTemplates(cli.root))).toBe('accepted');
  cli.around.writePack('guojia', packOf('guojia', '2021', 'national'));
  expect(refusalOf(() => loadTemplates(cli.root))).toBe('TEMPLATE_AUTHORITY_MISSING');
});

test('no roster is read and no batch opened on a template that is not in force', async () => {
  const service = await openTestService();
  const school = await enterSchool(service);
  const upload = () => school.form('/api/school/rosters', { roster: rosterFile() });
  const { rosterId } = await json<RosterJson>(upload());
  setInForce(service, { withdrawnOn: day('2026-03-01') });
  expect(await refusal(upload())).toBe('TEMPLATE_NOT_IN_FORCE');
  expect(await refusal(school.post('/api/school/batches', { rosterId, name: '机电', annex: null }))).toBe('TEMPLATE_NOT_IN_FORCE');
  setInForce(service, { from: day('2026-03-02') });
  expect(await refusal(upload())).toBe('TEMPLATE_NOT_IN_FORCE');
});

test('a batch that was opened before the withdrawal generates nothing after it', async () => {
  const service = await openTestService();
  const school = await enterSchool(service);
  const { rosterId } = await json<RosterJson>(school.form('/api/school/rosters', { roster: rosterFile() }));
  const { batchId } = await json<{ batchId: string }>(school.post('/api/school/batches', { rosterId, name: '机电', annex: null }));
  setInForce(service, { withdrawnOn: day('2026-03-01') });
  await service.work();
  const progress = await readProgress(service.ports, SCHOOL, batchId);
  expect([progress.generated, progress.failed]).toEqual([0, progress.total]);
});

test('nobody is asked to sign after the withdrawal, and what was signed before stays', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'adult');
  const student = await world.visit(number, 'student');
  await student.signAgreement(number);
  const unit = await world.visit(number, 'unit');
  setInForce(world, { withdrawnOn: day('2026-03-01') });
  expect(await refusal(unit.prepare(number))).toBe('TEMPLATE_NOT_IN_FORCE');
  expect(await world.ports.agreements.find(number)).toMatchObject({ head: { number: 1 } });
});

test('a signature prepared in time and finished too late is not stored', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'adult');
  const student = await world.visit(number, 'student');
  const prepared = await json<PreparedJson>(student.prepare(number));
  const value = await student.signBytes(fromBase64(prepared.signedAttributes));
  setInForce(world, { until: day('2026-02-28') });
  expect(await refusal(student.finish(prepared.preparedId, value))).toBe('SIGNED_FILE_REFUSED');
  expect(await world.ports.agreements.find(number)).toMatchObject({ head: { number: 0 } });
});
