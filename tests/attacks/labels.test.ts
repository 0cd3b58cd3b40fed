/** What a certificate is called follows the root that its chain ends in, whatever profile it copies. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadNamedRoots, loadTrustAnchors } from '../../src/adapters/trust-anchors.ts';
import { toHex } from '../../src/bytes.ts';
import type { NamedRoot } from '../../src/pki/anchors.ts';
import { printPem } from '../../src/pki/pem.ts';
import { enrol } from '../../src/workflow/sign-in-process.ts';
import { temporaryFolder } from '../adapters/temporary.ts';
import { MINOR } from '../agreement/sample-values.ts';
import { AT, codesOf, makeData, namedRoots, openAuthority, ours, signAll, trustAnchors, verify } from '../verify/signed-agreement.ts';

/** An authority of somebody else: trusted here for whatever reason, and its certificates are to the octet of the platform's shape. */
const copy = openAuthority('copies the profile');
const foreign = copy.at(AT);
const foreignRoot = copy.material.root.certificate;
const both = [...trustAnchors, foreignRoot.der];

async function signedByCopies() {
  const data = makeData(MINOR);
  const [student, unit] = [await enrol(foreign, data, 'student'), await enrol(foreign, data, 'unit')];
  return { data, file: await signAll(data, { credentials: { student, unit } }) };
}

const calledUnder = (file: Uint8Array, named: readonly NamedRoot[]): readonly string[] =>
  verify(file, { trustAnchors: both, namedRoots: named }).signatures.map(({ assurance }) => assurance);

test('a trusted authority that copies the platform’s profile is not called the platform', async () => {
  const { file } = await signedByCopies();
  expect(calledUnder(file, namedRoots)).toEqual(['other', 'platform', 'other', 'platform']);
  expect(calledUnder(file, [...namedRoots, { sha256: foreignRoot.sha256, is: 'licensed' }])).toEqual([
    'licensed',
    'platform',
    'licensed',
    'platform',
  ]);
  expect(calledUnder(file, [])).toEqual(['other', 'other', 'other', 'other']);
  expect(verify(file).signatures.map(({ assurance }) => assurance)).toEqual(['untrusted', 'platform', 'untrusted', 'platform']);
});

test('its certificates are still judged to the letter: of another agreement, or of nobody, they sign nothing', async () => {
  const data = makeData(MINOR);
  const elsewhere = await enrol(foreign, makeData(MINOR), 'student');
  const report = verify(await signAll(data, { credentials: { student: elsewhere } }), { trustAnchors: both });
  expect(codesOf(report)).toEqual(['CERTIFICATE_NOT_OF_PARTY']);
  expect(report.verdict).toBe('failed');
});

test('an installation names the platform’s root by the folder it lies in, and nothing by what a root says of itself', async () => {
  const certs = temporaryFolder();
  const pem = (der: Uint8Array): string => printPem({ label: 'CERTIFICATE', der });
  writeFileSync(join(certs, 'foreign.pem'), pem(foreignRoot.der));
  mkdirSync(join(certs, 'platform'));
  const { root, issuing, tsa } = ours.material;
  writeFileSync(join(certs, 'platform', 'chain.pem'), pem(issuing.certificate.der) + pem(root.certificate.der));
  writeFileSync(join(certs, 'platform', 'seal.pem'), pem(tsa.certificate.der));
  writeFileSync(join(certs, 'platform', 'issuing.key.pem'), issuing.key.toPem());
  expect(await loadNamedRoots(certs)).toEqual([{ sha256: root.certificate.sha256, is: 'platform' }]);
  expect((await loadTrustAnchors(certs)).map(toHex)).toEqual([foreignRoot.der, root.certificate.der].map(toHex));
});
