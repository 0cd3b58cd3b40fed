import { expect, test } from 'vitest';
import { checkChain } from '../../src/agreement/audit-chain.ts';
import type { BatchJson, FinishedJson, PreparedJson, ReportJson, RosterJson } from '../../src/http/contract.ts';
import { openBatch } from '../../src/workflow/open-batch.ts';
import { enterSchool, firstNumber, joinBatch, openTestBatch, rosterFile } from './test-batch.ts';
import { json, refusal } from './test-browser.ts';
import { openTestService, SCHOOL } from './test-service.ts';

test('a roster becomes agreements, four parties sign one, and anybody verifies it', async () => {
  const world = await openTestBatch();
  const { app, school, batch, batchId } = world;
  expect(batch.progress).toMatchObject({ state: 'ready', failed: 0, generated: batch.progress.total });
  expect(batch.progress.total).toBeGreaterThanOrEqual(30);
  const number = firstNumber(batch, 'minor');

  for (const [index, role] of (['student', 'guardian', 'unit', 'school'] as const).entries()) {
    const board = await json<BatchJson>(school.send(`/api/school/batches/${batchId}`));
    expect(board.rows.find((row) => row.agreementNumber === number)?.next).toBe(role);
    const visit = await world.visit(number, role);
    const finished = await visit.signAgreement(number);
    expect(finished.signed).toHaveLength(index + 1);
  }

  await world.work();
  const board = await json<BatchJson>(school.send(`/api/school/batches/${batchId}`));
  expect(board.rows.find((row) => row.agreementNumber === number)).toMatchObject({ state: 'completed', next: null });
  const pdf = await (await school.send(`/school/agreements/${number}/agreement.pdf`)).arrayBuffer();
  const request = { method: 'POST', headers: { 'Content-Type': 'application/pdf' }, body: pdf };
  const report = await json<ReportJson>(app.request('/api/verify', request));
  expect(report.findings.filter((finding) => finding.code !== 'TEMPLATE_IS_SAMPLE')).toEqual([]);
  expect(report.verdict).toBe('passed');
  expect(report.signatures.map((signature) => signature.party)).toEqual(['student', 'guardian', 'unit', 'school']);
  expect(report.signatures.every((signature) => signature.timestamp !== undefined)).toBe(true);
  expect(report.missing).toEqual([]);
  expect(JSON.stringify(report.agreement)).not.toMatch(/\d{17}[\dX]/);
  expect(checkChain(await world.ports.audit.list('demo')).brokenAt).toBeNull();
});

test('a unit signs its list with one certificate, and going on after a break signs nothing twice', async () => {
  const world = await openTestBatch();
  const adult = firstNumber(world.batch, 'adult');
  await (await world.visit(adult, 'student')).signAgreement(adult);
  const unit = await world.visit(adult, 'unit');
  expect(unit.ceremony.items.length).toBeGreaterThan(1);
  expect(unit.ceremony.items.filter((item) => item.state === 'ready').map((item) => item.agreementNumber)).toEqual([adult]);
  const others = unit.ceremony.items.filter((item) => item.agreementNumber !== adult).slice(0, 1);
  for (const { agreementNumber } of others) {
    for (const role of ['student', 'guardian'] as const) {
      const row = world.batch.rows.find((one) => one.agreementNumber === agreementNumber);
      if (row?.cells[role].state !== 'none') await (await world.visit(agreementNumber, role)).signAgreement(agreementNumber);
    }
  }
  for (const number of [adult, ...others.map((item) => item.agreementNumber)]) {
    const prepared = await json<PreparedJson>(unit.prepare(number));
    const value = await unit.sign(prepared);
    const first = await json<FinishedJson>(unit.finish(prepared.preparedId, value));
    expect(first.signed).toContain('unit');
    const again = await json<FinishedJson>(unit.finish(prepared.preparedId, value));
    expect(again).toEqual(first);
  }
  const events = (await world.ports.audit.list('demo')).filter((entry) => entry.kind === 'AGREEMENT_SIGNED' && entry.subject === adult);
  expect(events.map((entry) => entry.detail['role'])).toEqual(['student', 'unit']);
});

test('a signature prepared before a crash is finished after it', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'adult');
  const visit = await world.visit(number, 'student');
  const prepared = await json<PreparedJson>(visit.prepare(number));
  const value = await visit.sign(prepared);
  visit.browser.app = (await world.restart()).app;
  const finished = await json<FinishedJson>(visit.finish(prepared.preparedId, value));
  expect(finished).toMatchObject({ signed: ['student'], next: 'unit' });
});

test('the same party signing twice at once ends with one signature and one answer', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'adult');
  const visit = await world.visit(number, 'student');
  const [one, two] = await Promise.all([visit.signAgreement(number), visit.signAgreement(number)]);
  expect(one.signed).toEqual(['student']);
  expect(two.revisionSha256).toBe(one.revisionSha256);
});

test('two parties signing at once both end on the file: the slower one is prepared again, unseen', async () => {
  const service = await openTestService();
  const school = await enterSchool(service);
  const { rosterId } = await json<RosterJson>(school.form('/api/school/rosters', { roster: rosterFile() }));
  const order = [['student', 'guardian'], ['unit'], ['school']] as const;
  const { batchId } = await openBatch(service.ports, SCHOOL, {
    rosterId,
    name: '批次',
    annex: null,
    acknowledged: ['error', 'confirm'],
    order,
  });
  await service.work();
  const world = await joinBatch(service, school, batchId);
  const minors = world.batch.rows.filter((row) => row.cells.guardian.state !== 'none').map((row) => row.agreementNumber);
  expect(minors.length).toBeGreaterThan(1);
  for (const number of minors) {
    const [student, guardian] = [await world.visit(number, 'student'), await world.visit(number, 'guardian')];
    const [one, two] = [await json<PreparedJson>(student.prepare(number)), await json<PreparedJson>(guardian.prepare(number))];
    const late = await guardian.sign(two);
    await json<FinishedJson>(student.finish(one.preparedId, await student.sign(one)));
    expect(await refusal(guardian.finish(two.preparedId, late))).toBe('REVISION_MOVED');
    expect((await guardian.signAgreement(number)).signed).toEqual(['student', 'guardian']);
  }
});
