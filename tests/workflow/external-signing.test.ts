import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fromBase64, fromUtf8, toBase64, toHex } from '../../src/bytes.ts';
import { sha256 } from '../../src/digest.ts';
import { AppError } from '../../src/errors.ts';
import type { PreparationJson, PreparationsJson, SignaturesJson, SignerTaskJson } from '../../src/http/contract/signer.ts';
import { toInstant } from '../../src/instant.ts';
import type { NewKeyKind } from '../../src/pki/sign.ts';
import type { RevocationSource } from '../../src/ports.ts';
import { verifyEvidence } from '../../src/verify/verify-evidence.ts';
import { verifyFile } from '../../src/verify/verify-file.ts';
import { makeEvidence } from '../../src/workflow/make-evidence.ts';
import { makeSignerToken, revokeSignerToken } from '../../src/workflow/signer-token.ts';
import { displayValues } from '../../src/workflow/stored-data.ts';
import { NOW, temporaryFolder } from '../adapters/temporary.ts';
import { sealPng } from '../pdf/fake-seal.ts';
import { LICENSED, type LicensedLeaf, openssl, STRANGER } from './licensed-authority.ts';
import { openTestBatch, type TestBatch } from './test-batch.ts';
import { json, refusal } from './test-browser.ts';
import { appOver, SCHOOL } from './test-service.ts';

const DAY = 86_400_000;

/** A program of an organisation: an address and a token, nothing else. */
/** The same service with other ports. */
function withPorts(world: TestBatch, changed: Partial<TestBatch['ports']>): TestBatch {
  return { ...world, app: appOver({ ...world.ports, ...changed }) };
}

function program(world: TestBatch, token: string) {
  const send = (path: string, body?: unknown): Promise<Response> =>
    Promise.resolve(
      world.app.request(`http://localhost/api/signer/${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { Authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
  const task = (): Promise<SignerTaskJson> => json(send('agreements'));
  const prepare = async (agreementNumbers: readonly string[], certificateChain: readonly string[], more: object = {}): Promise<Response> =>
    send('preparations', { agreementNumbers, certificateChain, consent: true, termsSha256: (await task()).terms.sha256, ...more });
  const prepared = async (number: string, leaf: LicensedLeaf, more: object = {}): Promise<PreparationJson> => {
    const [one] = (await json<PreparationsJson>(prepare([number], leaf.chainBase64, more))).preparations;
    if (one === undefined || 'refused' in one) throw new Error(`refused: ${one?.refused.code}`);
    return one;
  };
  /** The code of the first result, or `signed`. */
  const finish = async (preparedId: string, value: Uint8Array): Promise<string> => {
    const signatures = [{ preparedId, signatureValue: toBase64(value) }];
    const [one] = (await json<SignaturesJson>(send('signatures', { signatures }))).signatures;
    if (one === undefined) throw new Error('no result');
    return 'refused' in one ? one.refused.code : 'signed';
  };
  /** The code of the first refusal of a preparation. */
  const refused = async (number: string, leaf: LicensedLeaf, more: object = {}): Promise<string> => {
    const [one] = (await json<PreparationsJson>(prepare([number], leaf.chainBase64, more))).preparations;
    return one !== undefined && 'refused' in one ? one.refused.code : 'prepared';
  };
  return { send, task, prepare, prepared, finish, refused };
}

interface Turn {
  readonly world: TestBatch;
  /** Agreements whose turn is the unit's, all of one unit. */
  readonly numbers: readonly string[];
  readonly unit: { readonly organisation: string; readonly creditCode: string };
}

/** Students (and guardians) of one unit have signed. */
async function atUnit(count: number): Promise<Turn> {
  const world = await openTestBatch();
  const adults = world.batch.rows.filter(({ cells }) => cells.guardian.state === 'none');
  const names = adults.map(({ unitName }) => unitName);
  const most = [...new Set(names)].sort((a, b) => names.filter((x) => x === b).length - names.filter((x) => x === a).length)[0];
  const numbers = adults
    .filter(({ unitName }) => unitName === most)
    .map(({ agreementNumber }) => agreementNumber)
    .slice(0, count);
  for (const number of numbers) await (await world.visit(number, 'student')).signAgreement(number);
  const agreement = await world.ports.agreements.find(numbers[0] ?? '');
  if (agreement === undefined || numbers.length < count) throw new Error(`only ${numbers.length} agreements`);
  const values = displayValues(agreement);
  return { world, numbers, unit: { organisation: values['unitName'] ?? '', creditCode: values['unitCreditCode'] ?? '' } };
}

async function tokenFor({ world, unit }: Turn): Promise<string> {
  const request = { label: '单位签章系统', role: 'unit' as const, creditCode: unit.creditCode, days: 30 };
  return (await makeSignerToken(world.ports, SCHOOL, request)).token;
}

const leafFor = ({ unit }: Turn, kind: NewKeyKind = 'p256'): LicensedLeaf =>
  LICENSED.issue(
    { country: 'CN', organisation: unit.organisation, commonName: unit.organisation, organisationIdentifier: `NTRCN-${unit.creditCode}` },
    kind,
  );

const fileOf = async ({ ports }: TestBatch, number: string): Promise<Uint8Array> => {
  const agreement = await ports.agreements.find(number);
  if (agreement === undefined || !('head' in agreement)) throw new Error('no file');
  return ports.blobs.get(agreement.head.sha256);
};

const reportOf = async (world: TestBatch, number: string, at = NOW) =>
  verifyFile(await fileOf(world, number), {
    templates: world.ports.templates,
    trustAnchors: world.ports.trustAnchors,
    namedRoots: world.ports.namedRoots,
    checkedAt: at,
  });

test.each(['rsa2048', 'rsa4096', 'p256', 'p384'] as const)(
  'a program signs with a %s key that only openssl touches, and the file says whose and where',
  async (kind) => {
    const turn = await atUnit(1);
    const [number = ''] = turn.numbers;
    const leaf = leafFor(turn, kind);
    const api = program(turn.world, await tokenFor(turn));
    const item = (await api.task()).items.find(({ agreementNumber }) => agreementNumber === number);
    expect(item?.state).toBe('ready');

    const prepared = await api.prepared(number, leaf);
    const file = new Uint8Array(
      await (
        await turn.world.app.request(`http://localhost${prepared.documentUrl}`, {
          headers: { Authorization: `Bearer ${await tokenFor(turn)}` },
        })
      ).arrayBuffer(),
    );
    expect(file.length).toBeLessThan(1000); // another token of the same unit has other preparations
    const document = new Uint8Array(await (await api.send(`preparations/${prepared.preparedId}/document`)).arrayBuffer());
    const [, before, after, rest] = prepared.byteRange;
    expect(toHex(sha256(document.subarray(0, before), document.subarray(after, after + rest)))).toBe(prepared.digestSha256);

    const folder = temporaryFolder();
    writeFileSync(join(folder, 'key.pem'), leaf.key.toPem());
    writeFileSync(join(folder, 'attributes.der'), fromBase64(prepared.signedAttributes));
    const value = openssl(folder, ['dgst', '-sha256', '-sign', 'key.pem', 'attributes.der']);
    expect(await api.finish(prepared.preparedId, value)).toBe('signed');

    const report = await reportOf(turn.world, number);
    expect(report.signatures.at(-1)).toMatchObject({ party: 'unit', assurance: 'licensed', custody: 'external' });
    expect(report.signatures[0]).toMatchObject({ party: 'student', assurance: 'platform' });
    expect(report.missing).toEqual(['school']);
    expect(await api.finish(prepared.preparedId, value)).toBe('signed');
    expect((await turn.world.ports.agreements.find(number))?.parties.filter(({ signedAt }) => signedAt !== null)).toHaveLength(2);
  },
);

test('a signer that takes digests signs the digest, and gives r‖s or DER', async () => {
  const turn = await atUnit(1);
  const [number = ''] = turn.numbers;
  const leaf = leafFor(turn, 'rsa2048');
  const api = program(turn.world, await tokenFor(turn));
  const prepared = await api.prepared(number, leaf);
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'key.pem'), leaf.key.toPem());
  const digest = fromBase64(prepared.signedAttributesSha256);
  const value = openssl(folder, ['pkeyutl', '-sign', '-inkey', 'key.pem', '-pkeyopt', 'digest:sha256'], digest);
  expect(await api.finish(prepared.preparedId, value)).toBe('signed');
});

test('a list is prepared and signed in one request each, and what fails is told by itself', async () => {
  const turn = await atUnit(2);
  const leaf = leafFor(turn);
  const api = program(turn.world, await tokenFor(turn));
  const other = turn.world.batch.rows.find(({ agreementNumber }) => !turn.numbers.includes(agreementNumber))?.agreementNumber ?? '';
  const { preparations } = await json<PreparationsJson>(api.prepare([...turn.numbers, 'SF-NONE', other], leaf.chainBase64));
  expect(preparations.map((one) => ('refused' in one ? one.refused.code : one.state))).toEqual([
    'ready',
    'ready',
    'AGREEMENT_UNKNOWN',
    expect.stringMatching(/^(AGREEMENT_UNKNOWN|SIGNATORY_OUT_OF_TURN)$/),
  ]);
  const good = preparations.flatMap((one) => ('refused' in one ? [] : [one]));
  const signatures = good.map((one, i) => ({
    preparedId: one.preparedId,
    signatureValue: toBase64(leaf.key.sign(i === 1 ? fromUtf8('something else') : fromBase64(one.signedAttributes))),
  }));
  const first = await json<SignaturesJson>(api.send('signatures', { signatures }));
  expect(first.signatures.map((one) => ('refused' in one ? one.refused.code : 'signed'))).toEqual(['signed', 'SIGNATURE_VALUE_WRONG']);
  const again = good.map((one) => ({
    preparedId: one.preparedId,
    signatureValue: toBase64(leaf.key.sign(fromBase64(one.signedAttributes))),
  }));
  const second = await json<SignaturesJson>(api.send('signatures', { signatures: again }));
  expect(second.signatures.map((one) => ('refused' in one ? one.refused.code : 'signed'))).toEqual(['signed', 'signed']);
  for (const number of turn.numbers)
    expect((await reportOf(turn.world, number)).signatures.map(({ party }) => party)).toEqual(['student', 'unit']);
});

test('a preparation outlives a restart and waits for days; the timestamp says when the value came', async () => {
  const turn = await atUnit(1);
  const [number = ''] = turn.numbers;
  const leaf = leafFor(turn);
  const token = await tokenFor(turn);
  const prepared = await program(turn.world, token).prepared(number, leaf);
  const restarted = await turn.world.restart();
  turn.world.wait(6 * DAY);
  const world = { ...turn.world, ...restarted };
  const api = program(world, token);
  const later = await json<PreparationJson>(api.send(`preparations/${prepared.preparedId}`));
  expect(later).toEqual(prepared);
  expect(await api.finish(prepared.preparedId, leaf.key.sign(fromBase64(prepared.signedAttributes)))).toBe('signed');
  const report = await reportOf(world, number, toInstant(NOW + 6 * DAY));
  expect(report.signatures.at(-1)?.timestamp).toBe('2026-03-07T01:00:00Z');
  expect(report.findings.map(({ code }) => code)).not.toContain('TIME_IMPLAUSIBLE');
});

test('a value that comes after the time set for it is refused, and the next preparation is good', async () => {
  const turn = await atUnit(1);
  const [number = ''] = turn.numbers;
  const leaf = leafFor(turn);
  const api = program(turn.world, await tokenFor(turn));
  const prepared = await api.prepared(number, leaf);
  turn.world.wait(7 * DAY);
  expect((await json<PreparationJson>(api.send(`preparations/${prepared.preparedId}`))).state).toBe('expired');
  expect(await api.finish(prepared.preparedId, leaf.key.sign(fromBase64(prepared.signedAttributes)))).toBe('PREPARATION_EXPIRED');
  const next = await api.prepared(number, leaf);
  expect(await api.finish(next.preparedId, leaf.key.sign(fromBase64(next.signedAttributes)))).toBe('signed');
});

test('refuses the value of another key, of changed attributes, of another agreement, and stores nothing', async () => {
  const turn = await atUnit(2);
  const [one = '', two = ''] = turn.numbers;
  const leaf = leafFor(turn);
  const api = program(turn.world, await tokenFor(turn));
  const first = await api.prepared(one, leaf);
  const second = await api.prepared(two, leaf);
  const attributes = fromBase64(first.signedAttributes);
  const changed = attributes.slice();
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
  expect(await api.finish(first.preparedId, leafFor(turn).key.sign(attributes))).toBe('SIGNATURE_VALUE_WRONG');
  expect(await api.finish(first.preparedId, leaf.key.sign(changed))).toBe('SIGNATURE_VALUE_WRONG');
  const value = leaf.key.sign(attributes);
  expect(await api.finish(second.preparedId, value)).toBe('SIGNATURE_VALUE_WRONG');
  expect(await api.finish(first.preparedId, value)).toBe('signed');
  expect(await api.finish(second.preparedId, value)).toBe('SIGNATURE_VALUE_WRONG');
  expect(await api.finish(first.preparedId, fromUtf8('not DER'))).toBe('signed'); // it is signed; the value is not looked at again
  expect(await api.finish(second.preparedId, fromUtf8('not DER'))).toBe('SIGNATURE_VALUE_MALFORMED');
  expect((await reportOf(turn.world, two)).signatures.map(({ party }) => party)).toEqual(['student']);
});

test('refuses a certificate of another holder, an untrusted, expired, revoked or unfit one, and one of the platform', async () => {
  const turn = await atUnit(1);
  const [number = ''] = turn.numbers;
  const { organisation, creditCode } = turn.unit;
  const api = program(turn.world, await tokenFor(turn));
  const own = { country: 'CN', organisation, commonName: organisation };
  expect(await api.refused(number, LICENSED.issue({ country: 'CN', organisation: '另一家有限公司', commonName: '另一家有限公司' }))).toBe(
    'CERTIFICATE_OF_ANOTHER',
  );
  expect(await api.refused(number, LICENSED.issue({ ...own, organisationIdentifier: 'NTRCN-91350100M000100Y43' }))).toBe(
    'CERTIFICATE_OF_ANOTHER',
  );
  expect(await api.refused(number, STRANGER.issue(own))).toBe('CERTIFICATE_NOT_TRUSTED');
  expect(await api.refused(number, LICENSED.issue(own, 'p256', { notAfter: toInstant(NOW - DAY) }))).toBe('CERTIFICATE_OUT_OF_DATE');
  expect(await api.refused(number, LICENSED.issue(own, 'p256', { profile: { kind: 'tsa' } }))).toBe('CERTIFICATE_NOT_FOR_SIGNING');
  expect(
    await api.refused(number, LICENSED.issue({ ...own, organisationalUnit: 'unit', organisationIdentifier: `NTRCN-${creditCode}` })),
  ).toBe('CERTIFICATE_OF_PLATFORM');
  const unreadable = await api.prepare([number], [toBase64(fromUtf8('no certificate'))]);
  expect(await refusal(unreadable)).toBe('CERTIFICATE_UNREADABLE');
  // By the bare name, and in the parts that authorities join by @.
  expect(await api.refused(number, LICENSED.issue(own))).toBe('prepared');
  expect(await api.refused(number, LICENSED.issue({ country: 'CN', commonName: `051@${organisation}@N${creditCode}@1` }))).toBe('prepared');
  expect(await api.refused(number, LICENSED.issue({ country: 'CN', commonName: `051@${organisation}@N91350100M000100Y43@1` }))).toBe(
    'CERTIFICATE_OF_ANOTHER',
  );
});

test('a token opens its own organisation and school only, ends when it is revoked or expires, and leaves a trace of every use', async () => {
  const turn = await atUnit(1);
  const [number = ''] = turn.numbers;
  const { world } = turn;
  expect(await refusal(program(world, 'x'.repeat(43)).send('agreements'))).toBe('SIGNER_TOKEN_WRONG');
  expect(await refusal(world.app.request('http://localhost/api/signer/agreements'))).toBe('SIGNER_TOKEN_WRONG');
  const request = { label: '一', role: 'unit' as const, creditCode: turn.unit.creditCode, days: 2 };
  const { token, record } = await makeSignerToken(world.ports, SCHOOL, request);
  const leaf = leafFor(turn);
  const prepared = await program(world, token).prepared(number, leaf);

  const foreign = { id: 'other', name: '另一所学校', creditCode: null };
  await world.ports.tenants.ensure(foreign, NOW);
  await expect(makeSignerToken(world.ports, foreign, request)).rejects.toMatchObject({ code: 'SIGNER_ORGANISATION_UNKNOWN' });
  await expect(revokeSignerToken(world.ports, foreign, record.id)).rejects.toMatchObject({ code: 'SIGNER_TOKEN_UNKNOWN' });
  const elsewhere = 'e'.repeat(43);
  const { hashOfToken } = await import('../../src/workflow/secrets.ts');
  await world.ports.signerTokens.save(
    { ...record, id: 'elsewhere', tenant: foreign.id, tokenHash: hashOfToken(elsewhere) },
    { tenant: foreign.id, at: NOW, kind: 'SIGNER_TOKEN_MADE', subject: 'elsewhere', detail: {} },
  );
  const stranger = program(world, elsewhere);
  expect((await stranger.task()).items).toEqual([]);
  expect(await stranger.refused(number, leaf)).toBe('AGREEMENT_UNKNOWN');
  expect(await refusal(stranger.send(`agreements/${number}/document`))).toBe('AGREEMENT_UNKNOWN');
  expect(await stranger.finish(prepared.preparedId, leaf.key.sign(fromBase64(prepared.signedAttributes)))).toBe('PREPARATION_UNKNOWN');

  const schoolCode = displayValues((await world.ports.agreements.find(number)) ?? failNow()).schoolCreditCode ?? '';
  const school = program(world, (await makeSignerToken(world.ports, SCHOOL, { ...request, role: 'school', creditCode: schoolCode })).token);
  expect(await school.refused(number, leaf)).toBe('CERTIFICATE_OF_ANOTHER');
  expect(await refusal(school.send(`preparations/${prepared.preparedId}`))).toBe('PREPARATION_UNKNOWN');

  world.wait(2 * DAY);
  expect(await refusal(program(world, token).send('agreements'))).toBe('SIGNER_TOKEN_ENDED');
  const fresh = await makeSignerToken(world.ports, SCHOOL, request);
  await revokeSignerToken(world.ports, SCHOOL, fresh.record.id);
  expect(await refusal(program(world, fresh.token).send('agreements'))).toBe('SIGNER_TOKEN_ENDED');

  const uses = (await world.ports.audit.list(SCHOOL.id)).filter(
    ({ subject, kind }) => subject === record.id && kind === 'SIGNER_TOKEN_USED',
  );
  expect(uses.map(({ detail }) => detail['what'])).toEqual(['list', 'prepare']);
  expect(JSON.stringify(await world.ports.audit.list(SCHOOL.id))).not.toContain(token);
});

const failNow = (): never => {
  throw new Error('no agreement');
};

test('what another signed meanwhile moves the preparation, and no signature is lost', async () => {
  const turn = await atUnit(1);
  const [number = ''] = turn.numbers;
  const leaf = leafFor(turn);
  const [mine, theirs] = [program(turn.world, await tokenFor(turn)), program(turn.world, await tokenFor(turn))];
  const [a, b] = [await mine.prepared(number, leaf), await theirs.prepared(number, leaf)];
  const [first, second] = await Promise.all([
    mine.finish(a.preparedId, leaf.key.sign(fromBase64(a.signedAttributes))),
    theirs.finish(b.preparedId, leaf.key.sign(fromBase64(b.signedAttributes))),
  ]);
  // Both are told that it is signed, and it is signed once.
  expect([first, second]).toEqual(['signed', 'signed']);
  expect((await reportOf(turn.world, number)).signatures.map(({ party }) => party)).toEqual(['student', 'unit']);
});

test('a certificate revoked between preparation and value signs nothing', async () => {
  const turn = await atUnit(1);
  const [number = ''] = turn.numbers;
  const leaf = leafFor(turn);
  const token = await tokenFor(turn);
  const prepared = await program(turn.world, token).prepared(number, leaf);
  const value = leaf.key.sign(fromBase64(prepared.signedAttributes));
  const unreachable = () => Promise.reject(new AppError('REVOCATION_UNAVAILABLE'));
  const withLists = (crls: RevocationSource['crls']): TestBatch => withPorts(turn.world, { revocation: { crls, ocsp: async () => null } });
  turn.world.wait(3 * 3_600_000);
  expect(
    await program(
      withLists(async () => [LICENSED.crl(leaf)]),
      token,
    ).finish(prepared.preparedId, value),
  ).toBe('CERTIFICATE_IS_REVOKED');
  expect(await program(withLists(unreachable), token).finish(prepared.preparedId, value)).toBe('REVOCATION_NOT_KNOWN');
  expect((await reportOf(turn.world, number)).signatures.map(({ party }) => party)).toEqual(['student']);
  expect(
    await program(
      withLists(async () => [LICENSED.crl()]),
      token,
    ).finish(prepared.preparedId, value),
  ).toBe('signed');
});

test('a picture for which there is no room takes the place of none', async () => {
  const turn = await atUnit(1);
  const [number = ''] = turn.numbers;
  const leaf = leafFor(turn);
  const token = await tokenFor(turn);
  const templates = turn.world.ports.templates.map((template) => ({
    ...template,
    signaturePlaces: template.signaturePlaces.map((place) => ({ ...place, box: { ...place.box, rightMpt: place.box.leftMpt + 200_000 } })),
  }));
  const narrow = program(withPorts(turn.world, { templates }), token);
  expect(await narrow.refused(number, leaf, { seal: { png: toBase64(sealPng()), diameterMm: 45 } })).toBe('SEAL_IMAGE_NO_ROOM');
  expect((await turn.world.ports.audit.list(SCHOOL.id)).filter(({ kind }) => kind === 'SEAL_IMAGE_STORED')).toEqual([]);
  expect(await program(turn.world, token).refused(number, leaf, { seal: {} })).toBe('SEAL_IMAGE_MISSING');
});

test('a program signs with the seal of its organisation: handed in once, then by itself', async () => {
  const turn = await atUnit(2);
  const [one = '', two = ''] = turn.numbers;
  const leaf = leafFor(turn);
  const api = program(turn.world, await tokenFor(turn));
  expect(await api.refused(one, leaf, { seal: {} })).toBe('SEAL_IMAGE_MISSING');
  expect(await api.refused(one, leaf, { seal: { png: toBase64(fromUtf8('no PNG at all')) } })).toBe('SEAL_IMAGE_UNREADABLE');
  expect(await refusal(api.prepare([one], leaf.chainBase64, { seal: { diameterMm: 60 } }))).toBe('REQUEST_MALFORMED');
  const first = await api.prepared(one, leaf, { seal: { png: toBase64(sealPng()), diameterMm: 45 } });
  const second = await api.prepared(two, leaf, { seal: { diameterMm: 38 } });
  for (const each of [first, second])
    expect(await api.finish(each.preparedId, leaf.key.sign(fromBase64(each.signedAttributes)))).toBe('signed');
  const seals = await Promise.all([one, two].map(async (number) => (await reportOf(turn.world, number)).signatures.at(-1)));
  expect(seals.map((signature) => [signature?.custody, signature?.seal?.diameterMm])).toEqual([
    ['external', 45],
    ['external', 38],
  ]);
  expect(seals[0]?.seal?.sha256).toBe(seals[1]?.seal?.sha256);
  const stored = (await turn.world.ports.audit.list(SCHOOL.id)).filter(({ kind }) => kind === 'SEAL_IMAGE_STORED');
  expect(stored).toHaveLength(1);
  const { evidence, ...files } = await makeEvidence(turn.world.ports, SCHOOL, one);
  expect(evidence.parties.find(({ role }) => role === 'unit')?.signature?.seal?.diameterMm).toBe(45);
  expect(verifyEvidence(files, turn.world.ports.trustAnchors).findings).toEqual([]);
});

test('a preparation is redeemed once, though its value comes many times at once, and by no other token of the same organisation', async () => {
  const turn = await atUnit(1);
  const [number = ''] = turn.numbers;
  const leaf = leafFor(turn);
  const [mine, theirs] = [program(turn.world, await tokenFor(turn)), program(turn.world, await tokenFor(turn))];
  const prepared = await mine.prepared(number, leaf);
  const value = leaf.key.sign(fromBase64(prepared.signedAttributes));
  expect(await theirs.finish(prepared.preparedId, value)).toBe('PREPARATION_UNKNOWN');
  expect(await refusal(theirs.send(`preparations/${prepared.preparedId}/document`))).toBe('PREPARATION_UNKNOWN');
  expect(new Set(await Promise.all(Array.from({ length: 8 }, () => mine.finish(prepared.preparedId, value))))).toEqual(new Set(['signed']));
  expect((await reportOf(turn.world, number)).signatures.map(({ party }) => party)).toEqual(['student', 'unit']);
  const log = await turn.world.ports.audit.list(SCHOOL.id);
  expect(log.filter(({ kind, detail }) => kind === 'AGREEMENT_SIGNED' && detail['role'] === 'unit')).toHaveLength(1);
});
