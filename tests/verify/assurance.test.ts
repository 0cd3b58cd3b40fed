/** What each certificate is called: of the platform, of an authority with a licence, of another that is trusted. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { NamedRoot } from '../../src/pki/anchors.ts';
import { printPem } from '../../src/pki/pem.ts';
import { compareFiles } from '../../src/verify/across-files.ts';
import { makeReportTables } from '../../src/verify/report-tables.ts';
import { examineFile } from '../../src/verify/verified-file.ts';
import { verifyFile } from '../../src/verify/verify-file.ts';
import { temporaryFolder } from '../adapters/temporary.ts';
import { VALUES } from '../agreement/sample-values.ts';
import { install, NAMED_ROOTS } from '../cli/cli-root.ts';
import { LICENSED, type LicensedAuthority, STRANGER } from '../workflow/licensed-authority.ts';
import { openTestService } from '../workflow/test-service.ts';
import { AT, makeData, namedRoots, signAll, template, trustAnchors } from './signed-agreement.ts';
import { signedByThree } from './three-authorities.ts';

const roots = [...trustAnchors, LICENSED.root, STRANGER.root];
let file: Uint8Array;
beforeAll(async () => {
  file = await signedByThree();
});

const context = { templates: [template], trustAnchors: roots, checkedAt: AT };
const called = (more: { readonly namedRoots?: readonly NamedRoot[] }) =>
  verifyFile(file, { ...context, ...more }).signatures.map(({ assurance }) => assurance);

test('a certificate is called licensed under a root of a named licence only, whatever else is trusted', async () => {
  expect(called({ namedRoots: NAMED_ROOTS })).toEqual(['platform', 'licensed', 'other']);
  expect(called({})).toEqual(['other', 'other', 'other']);
  const untrusted = verifyFile(file, { ...context, trustAnchors, namedRoots: NAMED_ROOTS });
  expect(untrusted.signatures.map(({ assurance }) => assurance)).toEqual(['platform', 'untrusted', 'untrusted']);
  const own = await signAll(makeData(VALUES), { roles: ['student'] });
  expect(verifyFile(own, { ...context, namedRoots: NAMED_ROOTS }).signatures[0]?.assurance).toBe('platform');
});

test('the JSON of the command line says which', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'a.pdf'), file);
  writeFileSync(join(folder, 'ca.pem'), roots.map((der) => printPem({ label: 'CERTIFICATE', der })).join(''));
  const { out } = await install().run('verify', join(folder, 'a.pdf'), '--json', '--trust', join(folder, 'ca.pem'));
  const { files } = JSON.parse(out) as { files: { signatures: { assurance: string }[] }[] };
  expect(files[0]?.signatures.map(({ assurance }) => assurance)).toEqual(['platform', 'licensed', 'other']);
});

test('the workbook says it in words', () => {
  const verified = examineFile('a.pdf', file, { ...context, namedRoots: NAMED_ROOTS });
  const facts = { software: '', checkedAt: AT, templates: [], trustAnchors: roots, sample: null };
  const text = JSON.stringify(makeReportTables([verified], compareFiles([verified]), facts));
  for (const words of ['平台证书', '持证 CA 证书', '其他受信任证书']) expect(text).toContain(words);
});

test('the page says it in words', async () => {
  const { ports, app } = await openTestService();
  (ports.trustAnchors as Uint8Array[]).push(...trustAnchors, STRANGER.root);
  (ports.namedRoots as NamedRoot[]).push(...namedRoots);
  const form = new FormData();
  form.set('file', new File([new Uint8Array(file)], 'a.pdf'));
  const headers = { 'Sec-Fetch-Site': 'same-origin' };
  const page = await (await app.request('http://localhost/verify', { method: 'POST', body: form, headers })).text();
  for (const words of ['平台证书', '持证 CA 证书', '其他受信任证书']) expect(page).toContain(words);
});

test('a name alone is enough from an authority with a licence, and for an organisation; of a person under another root it is asked', async () => {
  const named = async (authority: LicensedAuthority) => {
    const leaf = (name: string) => authority.issue({ country: 'CN', commonName: name });
    const credentials = { student: leaf(VALUES['studentName'] ?? ''), unit: leaf(VALUES['unitName'] ?? '') };
    const signed = await signAll(makeData(VALUES), { credentials });
    const { findings, verdict } = verifyFile(signed, { ...context, namedRoots: NAMED_ROOTS });
    const about = (code: string) => findings.filter((one) => one.code === code).map(({ party }) => party);
    return { verdict, noted: about('CERTIFICATE_NAMES_ONLY'), asked: about('CERTIFICATE_PERSON_UNCERTAIN') };
  };
  expect(await named(LICENSED)).toEqual({ verdict: 'passed', noted: ['student', 'unit'], asked: [] });
  expect(await named(STRANGER)).toEqual({ verdict: 'review', noted: ['unit'], asked: ['student'] });
});
