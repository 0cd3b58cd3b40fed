import { expect, test } from 'vitest';
import { fromBase64, fromUtf8, toBase64 } from '../../src/bytes.ts';
import { AppError } from '../../src/errors.ts';
import type { CertificateJson, PreparedJson } from '../../src/http/contract.ts';
import type { NewKeyKind } from '../../src/pki/sign.ts';
import { verifyFile } from '../../src/verify/verify-file.ts';
import { presentCertificate } from '../../src/workflow/present-certificate.ts';
import { displayValues } from '../../src/workflow/stored-data.ts';
import { NOW } from '../adapters/temporary.ts';
import { LICENSED, type LicensedLeaf, STRANGER } from './licensed-authority.ts';
import { firstNumber, openTestBatch, type TestBatch } from './test-batch.ts';
import { json, refusal, type Visit } from './test-browser.ts';

async function student(): Promise<{ world: TestBatch; number: string; visit: Visit; values: Readonly<Record<string, string>> }> {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'adult');
  const agreement = await world.ports.agreements.find(number);
  if (agreement === undefined) throw new Error('no agreement');
  return { world, number, visit: await world.visit(number, 'student'), values: displayValues(agreement) };
}

const offerOf = (visit: Visit, leaf: LicensedLeaf, by: LicensedLeaf = leaf) => ({
  certificates: [...leaf.chainBase64].reverse(),
  proofOfPossession: toBase64(by.key.sign(fromUtf8(visit.ceremony.possessionText))),
});

const present = (visit: Visit, leaf: LicensedLeaf, by?: LicensedLeaf): Promise<Response> =>
  visit.browser.post(`/api/s/${visit.token}/certificate/own`, offerOf(visit, leaf, by));

test.each(['rsa2048', 'p256', 'p384'] as const)(
  'a person signs with a %s key and certificate of a licensed authority',
  async (kind: NewKeyKind) => {
    const { world, number, visit, values } = await student();
    const leaf = LICENSED.issue(
      { country: 'CN', commonName: values['studentName'] ?? '', serialNumber: values['studentIdNumber'] ?? '' },
      kind,
    );
    const { certificateId } = await json<CertificateJson>(present(visit, leaf));
    const request = { agreementNumber: number, certificateId, ink: null, consent: true, termsSha256: visit.ceremony.termsSha256 };
    const prepared = await json<PreparedJson>(visit.browser.post(`/api/s/${visit.token}/prepare`, request));
    await json(visit.finish(prepared.preparedId, toBase64(leaf.key.sign(fromBase64(prepared.signedAttributes)))));
    const agreement = await world.ports.agreements.find(number);
    if (agreement?.state !== 'signing') throw new Error('not signing');
    const context = {
      templates: world.ports.templates,
      trustAnchors: world.ports.trustAnchors,
      namedRoots: world.ports.namedRoots,
      checkedAt: NOW,
    };
    const report = verifyFile(await world.ports.blobs.get(agreement.head.sha256), context);
    expect(report.signatures).toMatchObject([{ party: 'student', assurance: 'licensed' }]);
    expect(report.signatures[0]?.custody).toBeUndefined();
    expect(report.findings.map(({ code }) => code)).not.toContain('CERTIFICATE_NAMES_ONLY');
  },
);

test('a certificate that gives the name alone is good, and the report says so', async () => {
  const { world, number, visit, values } = await student();
  const leaf = LICENSED.issue({ country: 'CN', commonName: values['studentName'] ?? '' });
  const { certificateId } = await json<CertificateJson>(present(visit, leaf));
  const request = { agreementNumber: number, certificateId, ink: null, consent: true, termsSha256: visit.ceremony.termsSha256 };
  const prepared = await json<PreparedJson>(visit.browser.post(`/api/s/${visit.token}/prepare`, request));
  await json(visit.finish(prepared.preparedId, toBase64(leaf.key.sign(fromBase64(prepared.signedAttributes)))));
  const agreement = await world.ports.agreements.find(number);
  if (agreement?.state !== 'signing') throw new Error('not signing');
  const context = {
    templates: world.ports.templates,
    trustAnchors: world.ports.trustAnchors,
    namedRoots: world.ports.namedRoots,
    checkedAt: NOW,
  };
  const report = verifyFile(await world.ports.blobs.get(agreement.head.sha256), context);
  expect(report.findings.map(({ code }) => code)).toContain('CERTIFICATE_NAMES_ONLY');
});

test('refuses a certificate whose key did not sign, of another person, or of an authority that nobody installed', async () => {
  const { visit, values } = await student();
  const { studentName = '' } = values;
  const own = LICENSED.issue({ country: 'CN', commonName: studentName });
  expect(await refusal(present(visit, own, LICENSED.issue({ country: 'CN', commonName: studentName })))).toBe('CERTIFICATE_KEY_NOT_HELD');
  expect(await refusal(present(visit, own, LICENSED.issue({ country: 'CN', commonName: studentName }, 'rsa2048')))).toBe(
    'CERTIFICATE_KEY_NOT_HELD',
  );
  expect(await refusal(present(visit, LICENSED.issue({ country: 'CN', commonName: '另一个人' })))).toBe('CERTIFICATE_OF_ANOTHER');
  expect(
    await refusal(present(visit, LICENSED.issue({ country: 'CN', commonName: studentName, serialNumber: '11010519491231002X' }))),
  ).toBe('CERTIFICATE_OF_ANOTHER');
  expect(await refusal(present(visit, STRANGER.issue({ country: 'CN', commonName: studentName })))).toBe('CERTIFICATE_NOT_TRUSTED');
});

test('refuses a revoked certificate, and does not guess where revocation cannot be asked', async () => {
  const { world, visit, values } = await student();
  const leaf = LICENSED.issue({ country: 'CN', commonName: values['studentName'] ?? '' });
  const other = LICENSED.issue({ country: 'CN', commonName: values['studentName'] ?? '' });
  const { certificates, proofOfPossession } = offerOf(visit, leaf);
  const offer = { certificates: certificates.map(fromBase64), proofOfPossession: fromBase64(proofOfPossession) };
  const [session] = visit.browser.cookies.values();
  const withLists = (crls: () => Promise<readonly Uint8Array[]>) =>
    presentCertificate({ ...world.ports, revocation: { crls, ocsp: async () => null } }, visit.token, session, offer);
  await expect(withLists(async () => [LICENSED.crl(leaf)])).rejects.toMatchObject({ code: 'CERTIFICATE_IS_REVOKED' });
  await expect(withLists(() => Promise.reject(new AppError('REVOCATION_UNAVAILABLE', { reason: 'x' })))).rejects.toMatchObject({
    code: 'REVOCATION_NOT_KNOWN',
  });
  await expect(withLists(async () => [LICENSED.crl(other)])).resolves.toMatchObject({ certificateId: expect.any(String) });
});
