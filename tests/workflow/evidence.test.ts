import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { E_SIGNING_TERMS_SHA256 } from '../../src/agreement/e-signing-terms.ts';
import { type Evidence, parseEvidence, printEvidence } from '../../src/agreement/evidence.ts';
import { fromBase64, fromUtf8, toUtf8 } from '../../src/bytes.ts';
import { evidenceCommand } from '../../src/cli/evidence-command.ts';
import { sha256, sha256Hex } from '../../src/digest.ts';
import type { PreparedJson } from '../../src/http/contract.ts';
import { maskAddress } from '../../src/http/visitor.ts';
import { assembleCms, buildSignedAttributes } from '../../src/pki/cms.ts';
import { fromP1363 } from '../../src/pki/ecdsa-value.ts';
import { verifyEvidence } from '../../src/verify/verify-evidence.ts';
import { temporaryFolder } from '../adapters/temporary.ts';
import { firstNumber, openTestBatch, type TestBatch } from './test-batch.ts';
import { json, refusal } from './test-browser.ts';

interface Downloaded {
  readonly files: { readonly json: Uint8Array; readonly seal: Uint8Array; readonly pdf: Uint8Array };
  readonly evidence: Evidence;
  readonly zip: Uint8Array;
}

async function download(world: TestBatch, number: string): Promise<Downloaded> {
  const answer = await world.school.form(`/school/agreements/${number}/evidence.zip`, {});
  expect(answer.status).toBe(200);
  const zip = new Uint8Array(await answer.arrayBuffer());
  const members = unzipSync(zip);
  const [jsonBytes, seal, pdf] = [members['evidence.json'], members['evidence.json.p7s'], members[`${number}.pdf`]];
  if (jsonBytes === undefined || seal === undefined || pdf === undefined) throw new Error('a file is missing');
  expect(toUtf8(members['证据说明.html'] ?? new Uint8Array())).toContain(number);
  const evidence = parseEvidence(jsonBytes);
  if (evidence === undefined) throw new Error('not evidence');
  return { files: { json: jsonBytes, seal, pdf }, evidence, zip };
}

async function signedByStudent(): Promise<{ readonly world: TestBatch; readonly number: string }> {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'adult');
  await (await world.visit(number, 'student')).signAgreement(number);
  return { world, number };
}

test('evidence says who was asked, how identity was proved, what was shown and agreed to, and every digest, and verifies offline', async () => {
  const { world, number } = await signedByStudent();
  for (const role of ['unit', 'school'] as const) await (await world.visit(number, role)).signAgreement(number);
  const { files, evidence } = await download(world, number);
  expect(verifyEvidence(files, world.ports.trustAnchors)).toMatchObject({ verdict: 'passed', findings: [] });
  expect(evidence).toMatchObject({ agreementNumber: number, state: 'completed', terms: { sha256: E_SIGNING_TERMS_SHA256 } });
  expect(evidence.parties.map(({ role }) => role)).toEqual(['student', 'unit', 'school']);
  const [student] = evidence.parties;
  expect(student?.invitations).toHaveLength(1);
  expect(student?.identityProofs).toMatchObject([{ method: 'link+id-number-last-six', from: 'unknown', device: 'other' }]);
  expect(student?.signature).toMatchObject({
    revision: 1,
    consent: {
      termsSha256: E_SIGNING_TERMS_SHA256,
      templateSha256: evidence.template.prefixSha256,
      annexSha256: evidence.annexSha256,
      documentSha256: evidence.revisions[0]?.sha256,
    },
    timestamp: expect.stringContaining('2026-03-01T'),
  });
  expect(student?.signature?.certificates).toHaveLength(2);
  expect(evidence.revisions.at(-1)?.sha256).toBe(sha256Hex(files.pdf));
  expect(evidence.audit.entries.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining([
      'BATCH_OPENED',
      'AGREEMENT_GENERATED',
      'IDENTITY_PROVED',
      'CERTIFICATE_ISSUED',
      'CONSENT_GIVEN',
      'AGREEMENT_SIGNED',
    ]),
  );
  const values = JSON.parse((await world.ports.agreements.find(number))?.dataText ?? '{}') as { fields: Record<string, string> };
  expect(toUtf8(files.json)).not.toContain(values.fields['studentIdNumber']);
  expect((await world.ports.audit.list('demo')).at(-1)).toMatchObject({
    kind: 'EVIDENCE_MADE',
    detail: { evidenceSha256: sha256Hex(files.json) },
  });
  expect(await (await world.school.send(`/school/agreements/${number}/evidence`)).text()).toContain(evidence.revisions[0]?.sha256);
});

test('any change to the evidence, its seal or the PDF beside it is found', async () => {
  const { world, number } = await signedByStudent();
  const { files, evidence } = await download(world, number);
  const anchors = world.ports.trustAnchors;
  const codes = (changed: Partial<typeof files>, trust = anchors): readonly string[] =>
    verifyEvidence({ ...files, ...changed }, trust).findings.map(({ code }) => code);
  const text = toUtf8(files.json);
  expect(codes({ json: fromUtf8(text.replace('"computer"', '"phone"').replace('"other"', '"phone"')) })).toContain('EVIDENCE_SEAL_WRONG');
  expect(codes({ json: fromUtf8(`${text} `) })).toEqual(['EVIDENCE_SEAL_WRONG', 'EVIDENCE_MALFORMED']);
  expect(codes({ seal: files.json })).toEqual(['EVIDENCE_SEAL_WRONG']);
  expect(codes({ pdf: files.json })).toEqual(['EVIDENCE_PDF_OTHER']);
  expect(codes({}, [])).toEqual(['EVIDENCE_TIME_WRONG']);
  const entries = evidence.audit.entries;
  const forge = (changed: Partial<Evidence>): readonly string[] => codes({ json: printEvidence({ ...evidence, ...changed }) });
  const swapped = entries.map((entry, index) => (index === 2 ? { ...entry, kind: 'OTHER' } : entry));
  expect(forge({ audit: { ...evidence.audit, entries: swapped } })).toContain('EVIDENCE_AUDIT_BROKEN');
  expect(forge({ terms: { ...evidence.terms, clauses: ['别的约定'] } })).toContain('EVIDENCE_TERMS_WRONG');
  expect(forge({ revisions: evidence.revisions.slice(0, 1) })).toContain('EVIDENCE_REVISIONS_WRONG');
});

test('a signatory cannot seal evidence in the name of the platform', async () => {
  const { world, number } = await signedByStudent();
  const { files } = await download(world, number);
  const stranger = await world.visit(number, 'unit');
  const certificate = await world.ports.signings.findCertificate(stranger.certificateId);
  const [leaf] = certificate?.chain ?? [];
  if (leaf === undefined) throw new Error('no certificate');
  const signedAttributes = buildSignedAttributes(sha256(files.json), leaf);
  const signatureValue = fromP1363(fromBase64(await stranger.signBytes(signedAttributes)), 'p256');
  const timestampToken = await world.ports.timestamps.stamp(sha256(signatureValue));
  const seal = assembleCms({ signedAttributes, signatureValue, chain: certificate?.chain ?? [], timestampToken });
  const { findings } = verifyEvidence({ ...files, seal }, world.ports.trustAnchors);
  expect(findings.map(({ code }) => code)).toEqual(['EVIDENCE_SEALER_UNTRUSTED']);
});

test('nobody signs without having ticked the terms that are in force', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'adult');
  const visit = await world.visit(number, 'student');
  const body = { agreementNumber: number, certificateId: visit.certificateId, ink: null, consent: true };
  expect(await refusal(visit.browser.post(`/api/s/${visit.token}/prepare`, body))).toBe('REQUEST_MALFORMED');
  const old = { ...body, termsSha256: '0'.repeat(64) };
  expect(await refusal(visit.browser.post(`/api/s/${visit.token}/prepare`, old))).toBe('TERMS_CHANGED');
  const page = await visit.browser.send(`/s/${visit.token}/sign?consent=agree&read=yes`);
  expect(page.headers.get('Location')).toBe(`/s/${visit.token}/read`);
  expect(await (await visit.browser.send(`/s/${visit.token}/read`)).text()).toContain('《电子签约约定》');
  await json<PreparedJson>(visit.prepare(number));
});

test('of an address only what names nobody is kept', () => {
  expect(maskAddress('203.0.113.77')).toBe('203.0.113.*');
  expect(maskAddress('::ffff:203.0.113.77')).toBe('203.0.113.*');
  expect(maskAddress('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:*');
  expect(maskAddress('not an address')).toBe('unknown');
});

test('the command judges the ZIP, and the JSON with its seal beside it', async () => {
  const { world, number } = await signedByStudent();
  const { files, zip } = await download(world, number);
  const folder = join(temporaryFolder(), 'evidence');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'evidence.json');
  writeFileSync(`${path}.zip`, zip);
  writeFileSync(path, files.json);
  writeFileSync(`${path}.p7s`, files.seal);
  const lines: string[] = [];
  const trusted = async () => world.ports.trustAnchors;
  const around = { print: (line: string) => void lines.push(line), trustAnchors: trusted, trustAnchorFile: trusted };
  expect(await evidenceCommand(around, ['verify', `${path}.zip`])).toBe(0);
  expect(lines.join('\n')).toContain(number);
  expect(await evidenceCommand(around, ['verify', path])).toBe(0);
  writeFileSync(path, readFileSync(path, 'utf8').replace('sanfang.evidence/1', 'sanfang.evidence/2'));
  expect(await evidenceCommand(around, ['verify', path])).toBe(1);
  await expect(evidenceCommand(around, ['verify', `${path}.p7s`])).rejects.toMatchObject({ code: 'PATH_UNREADABLE' });
});

test.each([
  ['that is another archive', zipSync({ '协议.pdf': Uint8Array.of(1) }), '没有 evidence.json。'],
  ['without its seal', zipSync({ 'evidence.json': Uint8Array.of(1) }), '没有 evidence.json.p7s'],
  ['that is cut off', zipSync({ 'evidence.json': Uint8Array.of(1) }).subarray(0, 40), '没有完整的目录'],
])('the command says of a ZIP %s what is wrong with it', async (_, zip, words) => {
  const path = join(temporaryFolder(), `evidence-${words.length}.zip`);
  writeFileSync(path, zip);
  const trusted = async () => [];
  const around = { print: () => undefined, trustAnchors: trusted, trustAnchorFile: trusted };
  const error: unknown = await evidenceCommand(around, ['verify', path]).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'EVIDENCE_ARCHIVE_WRONG', zh: expect.stringContaining(words) });
});

test('what the evidence says of a seal picture or a certificate is compared with the PDF itself', async () => {
  const { world, number } = await signedByStudent();
  const { files, evidence } = await download(world, number);
  const [student, ...others] = evidence.parties;
  const signature = student?.signature;
  if (student === undefined || signature === null || signature === undefined) throw new Error('not signed');
  const codes = (changed: Partial<typeof signature>): string[] => {
    const parties = [{ ...student, signature: { ...signature, ...changed } }, ...others];
    const { findings } = verifyEvidence({ ...files, json: printEvidence({ ...evidence, parties }) }, world.ports.trustAnchors);
    return findings.map(({ code }) => code).filter((code) => code !== 'EVIDENCE_SEAL_WRONG');
  };
  expect(codes({})).toEqual([]);
  const seal = { sha256: sha256Hex(files.json), diameterMm: 42, ceremony: 'x', storedAt: signature.at };
  expect(codes({ seal })).toEqual(['EVIDENCE_SEAL_IMAGE_OTHER']);
  const certificates = signature.certificates.map((one) => ({ ...one, sha256: sha256Hex(files.json) }));
  expect(codes({ certificates })).toEqual(['EVIDENCE_CERTIFICATE_OTHER']);
});
