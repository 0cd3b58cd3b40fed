import { expect, test } from 'vitest';
import { toLatin1 } from '../../src/bytes.ts';
import type { PreparedJson } from '../../src/http/contract.ts';
import { toInstant } from '../../src/instant.ts';
import type { LockedTemplate } from '../../src/template/locked-template.ts';
import { reproduce } from '../../src/template/reproduce.ts';
import { compareFiles } from '../../src/verify/across-files.ts';
import { makeReportTables } from '../../src/verify/report-tables.ts';
import { examineFile } from '../../src/verify/verified-file.ts';
import { verifyEvidence } from '../../src/verify/verify-evidence.ts';
import { verifyFile } from '../../src/verify/verify-file.ts';
import { makeEvidence } from '../../src/workflow/make-evidence.ts';
import { NOW } from '../adapters/temporary.ts';
import { pngFile, rowsOf, sealPng } from '../pdf/fake-seal.ts';
import { openTestBatch, type TestBatch } from './test-batch.ts';
import { Browser, json, refusal, Visit } from './test-browser.ts';
import { SCHOOL, TEMPLATES } from './test-service.ts';

const SAMPLE = sampleOf(TEMPLATES);
const DAY = 86_400_000;
const RED = [214, 20, 28, 255] as const;
const png = (bytes: Uint8Array, name = '公章.png'): File => new File([new Uint8Array(bytes)], name, { type: 'image/png' });

function sampleOf(templates: readonly LockedTemplate[]): LockedTemplate {
  const sample = templates.find(({ pack }) => pack === 'sample');
  if (sample === undefined) throw new Error('no sample pack');
  return sample;
}

interface Turn {
  readonly world: TestBatch;
  /** Agreements of one unit, whose students have signed. */
  readonly numbers: readonly string[];
  readonly unit: Visit;
}

async function atUnit(count = 1, state: 'ready' | 'waiting' = 'ready'): Promise<Turn> {
  const world = await openTestBatch();
  const adults = world.batch.rows.filter(({ cells }) => cells.guardian.state === 'none');
  const unitName = adults.map((row) => row.unitName).find((name, i, all) => all.indexOf(name) !== i);
  const numbers = adults
    .filter((row) => row.unitName === unitName)
    .map(({ agreementNumber }) => agreementNumber)
    .slice(0, count);
  if (state === 'ready') for (const number of numbers) await (await world.visit(number, 'student')).signAgreement(number);
  return { world, numbers, unit: await world.visit(numbers[0] ?? '', 'unit') };
}

const upload = ({ browser, token }: Pick<Visit, 'browser' | 'token'>, file: File, diameterMm = 40): Promise<Response> =>
  browser.form(`/b/${token}/seal`, { seal: file, diameterMm: String(diameterMm) });

const pageOf = async ({ browser, token }: Pick<Visit, 'browser' | 'token'>): Promise<string> =>
  (await browser.send(`/b/${token}/list`)).text();

/** Name and digest of the seal that a page offers. */
function sealOn(page: string): { readonly id: string; readonly sha256: string } | null {
  const found = /data-seal-id="([^"]+)" data-seal-sha256="([0-9a-f]{64})"/.exec(page);
  return found === null ? null : { id: found[1] ?? '', sha256: found[2] ?? '' };
}

async function uploaded(visit: Visit, file = png(sealPng())): Promise<{ readonly id: string; readonly sha256: string }> {
  expect((await upload(visit, file)).status).toBe(303);
  const seal = sealOn(await pageOf(visit));
  if (seal === null) throw new Error('the page offers no seal');
  return seal;
}

async function signWith(visit: Visit, number: string, seal: { readonly id: string; readonly diameterMm: number }): Promise<void> {
  const prepared = await json<PreparedJson>(visit.prepare(number, null, seal));
  await json(visit.finish(prepared.preparedId, await visit.sign(prepared)));
}

async function fileOf({ ports }: TestBatch, number: string): Promise<Uint8Array> {
  const agreement = await ports.agreements.find(number);
  if (agreement === undefined || !('head' in agreement)) throw new Error('no file');
  return ports.blobs.get(agreement.head.sha256);
}

const reportOf = async (world: TestBatch, number: string) =>
  verifyFile(await fileOf(world, number), {
    templates: world.ports.templates,
    trustAnchors: world.ports.trustAnchors,
    namedRoots: world.ports.namedRoots,
    checkedAt: NOW,
  });

const eventsOf = async ({ ports }: TestBatch, kind: string) => (await ports.audit.list(SCHOOL.id)).filter((entry) => entry.kind === kind);

/** The code of the refusal on the organisation's own page. */
async function refusedOnPage(answer: Response): Promise<string> {
  const text = await answer.text();
  expect(text).toContain('data-seal-refusal');
  return `${answer.status} ${/data-seal-refusal(?:="")?><p>([^<]+)</.exec(text)?.[1] ?? 'no words'}`;
}

test('unit and school each sign with their own seal; file, audit log and evidence name it', async () => {
  const { world, numbers, unit } = await atUnit(2);
  const [first = '', second = ''] = numbers;
  const seal = await uploaded(unit);
  for (const number of numbers) await signWith(unit, number, { id: seal.id, diameterMm: 42 });
  const school = await world.visit(first, 'school');
  const schoolSeal = await uploaded(school, png(sealPng(320, 10)));
  await signWith(school, first, { id: schoolSeal.id, diameterMm: 40 });
  await school.signAgreement(second);

  const [whole, half] = [await reportOf(world, first), await reportOf(world, second)];
  expect(whole.verdict).toBe('passed');
  expect(half.verdict).toBe('passed');
  const sealsIn = (report: typeof whole) => Object.fromEntries(report.signatures.map((one) => [one.party, one.seal]));
  expect(sealsIn(whole)).toEqual({
    student: undefined,
    unit: { diameterMm: 42, sha256: seal.sha256 },
    school: { diameterMm: 40, sha256: schoolSeal.sha256 },
  });
  expect(sealsIn(half)['school']).toBeUndefined();

  const stored = await eventsOf(world, 'SEAL_IMAGE_STORED');
  expect(stored.map(({ detail }) => [detail['role'], detail['sealSha256'], detail['sealDiameterMm']])).toEqual([
    ['unit', seal.sha256, 40],
    ['school', schoolSeal.sha256, 40],
  ]);
  const used = (await eventsOf(world, 'AGREEMENT_SIGNED')).filter(({ detail }) => 'sealSha256' in detail);
  expect(used.map(({ subject, detail }) => [subject, detail['role'], detail['sealSha256'], detail['sealDiameterMm']])).toEqual([
    [first, 'unit', seal.sha256, 42],
    [second, 'unit', seal.sha256, 42],
    [first, 'school', schoolSeal.sha256, 40],
  ]);

  const words = `印章图样 42 毫米（指纹尾号 ${seal.sha256.slice(-8)}）`;
  const context = {
    templates: world.ports.templates,
    trustAnchors: world.ports.trustAnchors,
    namedRoots: world.ports.namedRoots,
    checkedAt: NOW,
  };
  const file = examineFile('a.pdf', await fileOf(world, first), context);
  const facts = { software: '', checkedAt: NOW, templates: [], trustAnchors: [], sample: null };
  const tables = makeReportTables([file], compareFiles([file]), facts);
  expect(JSON.stringify(tables.find(({ name }) => name === '验证结果')?.rows)).toContain(words);
  const checked = await world.school.form('/verify', { file: new File([new Uint8Array(await fileOf(world, first))], 'a.pdf') });
  expect(await checked.text()).toContain(words);

  const { evidence, ...files } = await makeEvidence(world.ports, SCHOOL, first);
  expect(verifyEvidence(files, world.ports.trustAnchors).findings).toEqual([]);
  const unitParty = evidence.parties.find(({ role }) => role === 'unit');
  expect(unitParty?.signature?.seal).toMatchObject({ sha256: seal.sha256, diameterMm: 42 });
  expect(unitParty?.identityProofs.some(({ ceremony }) => ceremony === unitParty.signature?.seal?.ceremony)).toBe(true);
  expect(evidence.parties.find(({ role }) => role === 'student')?.signature).not.toHaveProperty('seal');
  const page = await (await world.school.send(`/school/agreements/${first}/evidence`)).text();
  expect(page).toContain(seal.sha256);
  expect(page).toContain('42 毫米');
});

test('nothing is drawn unless it is chosen', async () => {
  const { world, numbers, unit } = await atUnit();
  await uploaded(unit);
  await unit.signAgreement(numbers[0] ?? '');
  expect((await reportOf(world, numbers[0] ?? '')).signatures.map(({ seal }) => seal)).toEqual([undefined, undefined]);
  expect(toLatin1(await fileOf(world, numbers[0] ?? ''))).not.toContain('/Seal Do');
});

test.each([
  ['a file that is no PNG', () => new TextEncoder().encode('GIF89a'), '422 这张印章图片不能用：不是 PNG 图片'],
  ['a picture without transparency', () => sealOf(400, () => RED), '422 印章图片的背景不透明'],
  ['a picture that is too small', () => sealPng(120), '422 这张印章图片不能用：印章部分不到 200 像素'],
  ['a picture of too many pixels', () => sealOf(2001, () => [0, 0, 0, 0]), '422 这张印章图片不能用：边长超过 2000 像素'],
  ['a file of over 1 MB', () => new Uint8Array((1 << 20) + 1), '422 这张印章图片不能用：文件超过 1 MB'],
  ['a file of over 3 MB', () => new Uint8Array((3 << 20) + 1), '413 '],
] as const)('%s is refused on the page, and nothing is kept', async (_, bytes, words) => {
  const { world, unit } = await atUnit(1, 'waiting');
  expect(await refusedOnPage(await upload(unit, png(bytes())))).toContain(words);
  expect(sealOn(await pageOf(unit))).toBeNull();
  expect(await eventsOf(world, 'SEAL_IMAGE_STORED')).toEqual([]);
});

const sealOf = (edge: number, pixel: () => readonly number[]): Uint8Array =>
  pngFile({ width: edge, height: edge, rows: rowsOf(edge, edge, pixel) });

test('a size that no seal has is refused, also where a signature is prepared', async () => {
  const { numbers, unit } = await atUnit();
  expect(await refusedOnPage(await upload(unit, png(sealPng()), 60))).toContain('400');
  const { id } = await uploaded(unit);
  expect(await refusal(unit.prepare(numbers[0] ?? '', null, { id, diameterMm: 60 }))).toBe('REQUEST_MALFORMED');
});

test('a picture that was removed, or replaced, is not signed with', async () => {
  const { world, numbers, unit } = await atUnit();
  const [number = ''] = numbers;
  const old = await uploaded(unit);
  const now = await uploaded(unit, png(sealPng(280, 4)));
  expect(now.id).not.toBe(old.id);
  expect(await refusal(unit.prepare(number, null, { id: old.id, diameterMm: 40 }))).toBe('SEAL_IMAGE_UNKNOWN');
  expect((await unit.browser.form(`/b/${unit.token}/seal/removal`, {})).status).toBe(303);
  expect((await unit.browser.form(`/b/${unit.token}/seal/removal`, {})).status).toBe(303);
  expect(sealOn(await pageOf(unit))).toBeNull();
  expect(await refusal(unit.prepare(number, null, { id: now.id, diameterMm: 40 }))).toBe('SEAL_IMAGE_UNKNOWN');
  expect(await world.ports.seals.find(now.id)).toBeUndefined();
  expect(await eventsOf(world, 'SEAL_IMAGE_REMOVED')).toHaveLength(1);
});

test('a signature that was prepared stays what it was when the picture is replaced and removed before it is made', async () => {
  const { world, numbers, unit } = await atUnit();
  const [number = ''] = numbers;
  const { id, sha256 } = await uploaded(unit);
  const prepared = await json<PreparedJson>(unit.prepare(number, null, { id, diameterMm: 45 }));
  const read = async () => new Uint8Array(await (await unit.browser.send(prepared.documentUrl)).arrayBuffer());
  const before = await read();
  await uploaded(unit, png(sealPng(280, 4)));
  await unit.browser.form(`/b/${unit.token}/seal/removal`, {});
  expect(await read()).toEqual(before);
  await json(unit.finish(prepared.preparedId, await unit.sign(prepared)));
  const { signatures, divergence } = reproduce(SAMPLE, await fileOf(world, number));
  expect(divergence).toBeNull();
  expect(signatures.at(-1)?.inputs.seal).toMatchObject({ sha256, diameterMm: 45 });
});

test('no other unit, no student and not the school can see or use it', async () => {
  const { world, numbers, unit } = await atUnit();
  const { id } = await uploaded(unit);
  const mine = world.batch.rows.find(({ agreementNumber }) => agreementNumber === numbers[0])?.unitName;
  const other = world.batch.rows.find(({ unitName, cells }) => unitName !== mine && cells.guardian.state === 'none');
  const number = other?.agreementNumber ?? '';
  await (await world.visit(number, 'student')).signAgreement(number);
  const stranger = await world.visit(number, 'unit');
  expect(sealOn(await pageOf(stranger))).toBeNull();
  expect(await refusal(stranger.prepare(number, null, { id, diameterMm: 40 }))).toBe('SEAL_IMAGE_UNKNOWN');
  const school = await world.visit(numbers[0] ?? '', 'school');
  expect(sealOn(await pageOf(school))).toBeNull();
  const minor =
    world.batch.rows.find(({ cells }) => cells.student.state === 'turn' && cells.guardian.state !== 'none')?.agreementNumber ?? '';
  const student = await world.visit(minor, 'student');
  expect(await refusal(student.prepare(minor, null, { id, diameterMm: 40 }))).toBe('SEAL_IMAGE_NOT_ALLOWED');
  expect((await upload(student, png(sealPng()))).status).not.toBe(303);
});

test('who only holds the link, or comes from another site, hands in and removes nothing', async () => {
  const { world, unit } = await atUnit(1, 'waiting');
  const nobody = { browser: new Browser(world.app), token: unit.token };
  expect((await upload(nobody, png(sealPng()))).status).toBe(401);
  const { id } = await uploaded(unit);
  const elsewhere = await unit.browser.send(`/b/${unit.token}/seal/removal`, {
    method: 'POST',
    headers: { 'Sec-Fetch-Site': 'cross-site' },
  });
  expect(elsewhere.status).toBe(403);
  expect((await nobody.browser.form(`/b/${unit.token}/seal/removal`, {})).status).toBe(401);
  expect(sealOn(await pageOf(unit))?.id).toBe(id);
});

test('a unit’s new link begins without a seal; the school finds its own again, and only at its own school', async () => {
  const { world, numbers, unit } = await atUnit();
  const [number = ''] = numbers;
  const school = await world.visit(number, 'school');
  const { id } = await uploaded(school);
  const { id: unitSeal } = await uploaded(unit);
  const again = async (role: 'unit' | 'school'): Promise<Visit> => {
    const made = await json<{ invitations: readonly { link: string }[] }>(
      world.school.post(`/api/school/batches/${world.batchId}/invitations`, { only: { agreementNumber: number, role } }),
    );
    const token = made.invitations[0]?.link.split('/').at(-1) ?? '';
    return Visit.begin(world.app, token, await world.answerFor(number, role));
  };
  expect(sealOn(await pageOf(await again('school')))?.id).toBe(id);
  expect(sealOn(await pageOf(await again('unit')))).toBeNull();
  expect(await world.ports.seals.findOf(`school/another/x/y`)).toBeUndefined();
  // The old link is revoked: its picture goes with the next cleaning.
  expect((await world.ports.housekeeping.purge(NOW))['seals']).toBe(1);
  expect(await world.ports.seals.find(unitSeal)).toBeUndefined();
});

test('a picture is kept as long as a prepared signature may need it, and no longer', async () => {
  const { world, numbers, unit } = await atUnit();
  const { id } = await uploaded(unit);
  await json(unit.prepare(numbers[0] ?? '', null, { id, diameterMm: 40 }));
  await unit.browser.form(`/b/${unit.token}/seal/removal`, {});
  const { purge } = world.ports.housekeeping;
  const later = (ms: number) => toInstant(NOW + ms);
  await purge(later(20 * DAY));
  expect((await world.ports.seals.find(id))?.image.widthPx).toBe(300);
  expect((await purge(later(31 * DAY)))['seals']).toBe(1);
  expect(await world.ports.seals.find(id)).toBeUndefined();
});
