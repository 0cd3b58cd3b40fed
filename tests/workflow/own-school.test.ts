import { expect, test } from 'vitest';
import type { RosterJson } from '../../src/http/contract.ts';
import { displayValues } from '../../src/workflow/stored-data.ts';
import { NOW } from '../adapters/temporary.ts';
import { enterSchool, firstNumber, openTestBatch, rosterFile } from './test-batch.ts';
import { codeOn, json, refusal } from './test-browser.ts';
import { openTestService, SCHOOL } from './test-service.ts';

/** Another school's, with its check character. */
const OTHER_CODE = '12100000400001234Y';

test('a school whose code is known brings in no roster of another school, and nothing of it is kept', async () => {
  const service = await openTestService();
  await service.ports.tenants.ensure({ ...SCHOOL, creditCode: OTHER_CODE }, NOW);
  const school = await enterSchool(service);
  expect(await refusal(school.form('/api/school/rosters', { roster: rosterFile() }))).toBe('SCHOOL_IS_ANOTHER');
  expect((await service.ports.audit.list(SCHOOL.id)).map(({ kind }) => kind)).not.toContain('ROSTER_IMPORTED');
});

test('a roster read before the school was known opens no batch', async () => {
  const service = await openTestService();
  const school = await enterSchool(service);
  const { rosterId } = await json<RosterJson>(school.form('/api/school/rosters', { roster: rosterFile() }));
  await service.ports.tenants.ensure({ ...SCHOOL, name: '另一所职业学校', creditCode: OTHER_CODE }, NOW);
  const request = { rosterId, name: '批次', annex: null, acknowledged: ['error', 'confirm'] };
  expect(await refusal(school.post('/api/school/batches', request))).toBe('SCHOOL_IS_ANOTHER');
});

test('its own roster comes in, and an agreement is issued anew in its own name only', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'adult');
  const agreement = await world.ports.agreements.find(number);
  if (agreement === undefined) throw new Error('no agreement');
  const { schoolName: name = '', schoolCreditCode: creditCode = '' } = displayValues(agreement);
  await world.ports.tenants.ensure({ ...SCHOOL, name, creditCode }, NOW);
  expect((await json<RosterJson>(world.school.form('/api/school/rosters', { roster: rosterFile() }))).acceptedCount).toBeGreaterThan(0);
  const request = { reason: 'value-wrong', message: '' };
  const path = `/school/agreements/${number}/reissue`;
  expect(await codeOn(await world.school.form(path, { ...request, 'v.schoolName': '另一所职业学校' }))).toBe('SCHOOL_IS_ANOTHER');
  expect((await world.school.form(path, { ...request, 'v.stipendYuan': '3456' })).status).toBe(303);
});
