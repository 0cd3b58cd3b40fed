/** Rows 19–23: whose signature, upon which agreement, how many, in which order, upon which text. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { AgreementData } from '../../src/agreement/agreement-data.ts';
import type { PartyRole } from '../../src/agreement/parties.ts';
import { identityDigestOf, signatoryOf } from '../../src/agreement/signatories.ts';
import { concatBytes, fromUtf8, toUtf8 } from '../../src/bytes.ts';
import { sha256Hex } from '../../src/digest.ts';
import { cmsLength } from '../../src/pki/cms-parse.ts';
import { makeKeyPair, type SigningKey } from '../../src/pki/sign.ts';
import { compileTemplate } from '../../src/template/compile.ts';
import type { LockedTemplate } from '../../src/template/locked-template.ts';
import { readPackDocument } from '../../src/template/manifest.ts';
import type { Block } from '../../src/template/template-document.ts';
import type { Credential } from '../../src/workflow/sign-in-process.ts';
import { MINOR, VALUES } from '../agreement/sample-values.ts';
import {
  codesOf,
  credentialFor,
  endOf,
  fonts,
  layoutOf,
  makeData,
  packFiles,
  ports,
  signAll,
  template,
  trustAnchors,
  verify,
} from '../verify/signed-agreement.ts';
import { appendUpdate, forge, layRevision, objectBody, putCms, splice } from './forgery.ts';

let data: AgreementData;
let file: Uint8Array;
beforeAll(async () => {
  data = makeData(MINOR);
  file = await signAll(data);
});

const cmsAt = (whole: Uint8Array, revision: number): Uint8Array => {
  const contents = layoutOf(whole).signatures[revision - 1]?.contents ?? new Uint8Array();
  return contents.subarray(0, cmsLength(contents));
};

/** A certificate for a key of one's own choice. */
async function enrolKey(of: AgreementData, role: PartyRole, key: SigningKey): Promise<Credential> {
  const digest = identityDigestOf(of.agreementNumber, of.fields, role);
  const text = fromUtf8('possession');
  const chain = await ports.authority.issue({
    signatory: signatoryOf(of.fields, role),
    agreementNumber: digest === null ? null : of.agreementNumber,
    identityDigest: digest,
    publicKeySpki: key.spki,
    proofOfPossession: key.sign(text),
    proofOfPossessionText: text,
    at: ports.clock.now(),
  });
  return { key, chain };
}

describe('row 19: one signature for two parties', () => {
  test('is refused where both fields point to one signature', async () => {
    const partly = await signAll(data, { roles: ['student'] });
    const value = /\/V \d+ 0 R/.exec(objectBody(partly, 18))?.[0] ?? '';
    expect(value).not.toBe('');
    const widget = objectBody(partly, 19).replace(/>>$/, `${value}>>`);
    const report = verify(appendUpdate(partly, [[19, widget]]));
    expect(codesOf(report)).toEqual(['CONTENT_APPENDED', 'SIGNATURES_INCOMPLETE']);
    expect(report.verdict).toBe('failed');
  });

  test('is refused where the CMS of one stands in the field of the other', async () => {
    const partly = await signAll(data, { roles: ['student'] });
    const report = verify(putCms(layRevision(partly, data, 'guardian'), cmsAt(partly, 1)));
    expect(report.verdict).toBe('failed');
    expect(codesOf(report)).toEqual(['SIGNATURE_DIGEST_WRONG', 'CERTIFICATE_NOT_OF_PARTY', 'CERTIFICATE_SHARED', 'SIGNATURES_INCOMPLETE']);
    expect(report.findings[0]).toMatchObject({ revision: 2, party: 'guardian' });
  });

  test('is refused where the student’s key signs for the guardian under a certificate of the guardian', async () => {
    const key = makeKeyPair('p256');
    const credentials = { student: await enrolKey(data, 'student', key), guardian: await enrolKey(data, 'guardian', key) };
    const report = verify(await signAll(data, { credentials }));
    expect(codesOf(report)).toEqual(['CERTIFICATE_SHARED']);
    expect(report.findings[0]).toMatchObject({ revision: 2, party: 'guardian' });
    expect(report.verdict).toBe('failed');
  });

  test('is refused where one certificate signs for the guardian as well', async () => {
    const student = await credentialFor(data, 'student');
    const report = verify(await signAll(data, { credentials: { student, guardian: student } }));
    expect(codesOf(report)).toEqual(['CERTIFICATE_NOT_OF_PARTY', 'CERTIFICATE_SHARED']);
    expect(report.verdict).toBe('failed');
  });
});

describe('row 20: a signature of another agreement', () => {
  test('in the place of this one’s is refused, the organisation’s certificate being the same', async () => {
    const other = await signAll(makeData(MINOR));
    const { contentsStart = 0 } = layoutOf(file).signatures[3] ?? {};
    const report = verify(putCms({ file: splicedZeros(file, contentsStart), contentsStart, digest: new Uint8Array() }, cmsAt(other, 4)));
    expect(codesOf(report)).toEqual(['SIGNATURE_DIGEST_WRONG']);
    expect(report.verdict).toBe('failed');
  });

  test('made by a person’s certificate for another agreement is refused', async () => {
    const elsewhere = await credentialFor(makeData(MINOR), 'student');
    const report = verify(await signAll(data, { credentials: { student: elsewhere } }));
    expect(codesOf(report)).toEqual(['CERTIFICATE_NOT_OF_PARTY']);
    expect(report.findings[0]).toMatchObject({ revision: 1, party: 'student' });
    expect(report.verdict).toBe('failed');
  });

  test('of the same number but other values is refused', async () => {
    const other: AgreementData = { ...makeData({ ...MINOR, stipendYuan: '9999' }), agreementNumber: data.agreementNumber };
    const theirs = await signAll(other);
    const swapped = concatBytes(file.subarray(0, endOf(file, 3)), theirs.subarray(endOf(theirs, 3)));
    expect(verify(swapped).verdict).toBe('failed');
    expect(codesOf(verify(swapped))[0]).toMatch(/^(?:REVISION_ALTERED|SIGNATURE_DIGEST_WRONG)$/);
  });
});

/** The file with the hexadecimal of one /Contents zeroed. */
const splicedZeros = (whole: Uint8Array, contentsStart: number): Uint8Array =>
  splice(whole, contentsStart + 1, contentsStart + 1 + 16_384, '0'.repeat(16_384));

describe('row 21: rollback', () => {
  test('to fewer signatures is reported as not yet signed by all', () => {
    for (const done of [3, 2, 1, 0]) {
      const report = verify(file.slice(0, endOf(file, done)));
      expect(codesOf(report)).toEqual(['SIGNATURES_INCOMPLETE']);
      expect(report.findings[0]?.zh).toContain(`${done}/4`);
      expect(report.verdict).toBe('failed');
    }
  });

  test('and a last signature made anew by a stranger is refused', async () => {
    const other = makeData({ ...MINOR, schoolSignatory: '别有用' });
    const rolled = file.slice(0, endOf(file, 3));
    const report = verify(await forge(rolled, data, 'school', await credentialFor(other, 'school')));
    expect(codesOf(report)).toEqual(['CERTIFICATE_NOT_OF_PARTY']);
    expect(report.verdict).toBe('failed');
  });
});

describe('row 22: the wrong party, the wrong order, twice', () => {
  test('parties that sign in another order are refused', async () => {
    const report = verify(await signAll(data, { roles: ['school', 'student', 'guardian', 'unit'] }));
    expect([...new Set(codesOf(report))]).toEqual(['PARTY_OUT_OF_ORDER']);
    expect(report.verdict).toBe('failed');
    const half = verify(await signAll(data, { roles: ['student', 'unit'] }));
    expect(codesOf(half)).toEqual(['PARTY_OUT_OF_ORDER', 'SIGNATURES_INCOMPLETE']);
  });

  test('the school in the unit’s place is refused', async () => {
    const school = await credentialFor(data, 'school');
    const report = verify(await signAll(data, { credentials: { unit: school } }));
    expect(codesOf(report)).toEqual(['CERTIFICATE_NOT_OF_PARTY', 'CERTIFICATE_SHARED']);
    expect(report.verdict).toBe('failed');
  });

  test('another organisation, another role or another representative in a right certificate is refused', async () => {
    for (const changes of [{ unitName: '示例精密机械有限公司分公司' }, { unitSignatory: '周示例' }]) {
      const stranger = await credentialFor(makeData({ ...MINOR, ...changes }), 'unit');
      const report = verify(await signAll(data, { credentials: { unit: stranger } }));
      expect(codesOf(report)).toEqual(['CERTIFICATE_NOT_OF_PARTY']);
      expect(report.verdict).toBe('failed');
    }
  });

  test('a student of the same name with another identity number is refused', async () => {
    const namesake = await enrolKey({ ...makeData(MINOR), agreementNumber: data.agreementNumber }, 'guardian', makeKeyPair('p256'));
    const report = verify(await signAll(data, { credentials: { student: namesake } }));
    expect(codesOf(report)).toEqual(['CERTIFICATE_NOT_OF_PARTY']);
  });

  test('a party that signs twice is refused', async () => {
    const report = verify(await forge(file, data, 'school', await credentialFor(data, 'school')));
    expect(codesOf(report)).toContain('PARTY_SIGNED_TWICE');
    expect(report.verdict).toBe('failed');
  });

  test('a guardian who signs for an adult is refused', async () => {
    const adult = makeData({ ...VALUES, guardianName: MINOR['guardianName'] ?? '' });
    const signed = await signAll(adult);
    const report = verify(concatBytes(signed, file.subarray(endOf(file, 1), endOf(file, 2))));
    expect(report.verdict).toBe('failed');
    expect(codesOf(report)).toContain('REVISION_ALTERED');
  });
});

describe('row 23: the body changed before anyone signs', () => {
  const sentences: readonly (readonly [string, (blocks: readonly Block[]) => readonly Block[]])[] = [
    [
      'a clause taken out',
      (blocks) => blocks.filter((_, i) => i !== blocks.findIndex((block) => JSON.stringify(block).includes('代金券'))),
    ],
    ['a word exchanged', (blocks) => JSON.parse(JSON.stringify(blocks).replace('不得', '可以')) as Block[]],
    ['a character exchanged for a look-alike', (blocks) => JSON.parse(JSON.stringify(blocks).replace('日', '曰')) as Block[]],
  ];
  const compileEdited = (change: (blocks: readonly Block[]) => readonly Block[], name = 'sample'): LockedTemplate => {
    const document = readPackDocument(packFiles);
    const edited = compileTemplate(
      { ...document, pack: name, blocks: change(document.blocks) },
      document.manifest.fields,
      fonts,
      template.inForce,
    );
    expect(edited.prefixSha256).not.toBe(template.prefixSha256);
    return edited;
  };

  test.each(sentences)('is refused though all have signed with good certificates: %s', async (_, change) => {
    const edited = compileEdited(change);
    const signed = await signAll(makeData(VALUES, null, edited), {}, edited);
    const report = verify(signed);
    expect(codesOf(report)).toEqual(['BODY_ALTERED']);
    expect(report.verdict).toBe('failed');
    expect(verify(signed, { templates: [edited] }).verdict).toBe('passed');
  });

  test('is not certain where the file names a template that is not installed', async () => {
    const edited = compileEdited(sentences[1]?.[1] ?? ((blocks) => blocks), 'other');
    const report = verify(await signAll(makeData(VALUES, null, edited), {}, edited));
    expect(codesOf(report)).toEqual(['TEMPLATE_UNKNOWN']);
    expect(report.verdict).toBe('indeterminate');
  });

  test('is refused where the data claims the digest of the true template', async () => {
    const edited = compileEdited(sentences[1]?.[1] ?? ((blocks) => blocks));
    const lying: LockedTemplate = { ...edited, prefixSha256: template.prefixSha256 };
    const report = verify(await signAll(makeData(VALUES, null, lying), {}, lying));
    expect(codesOf(report)).toEqual(['BODY_ALTERED']);
    expect(report.verdict).toBe('failed');
  });

  test('is refused where the true pages carry data that names another template', async () => {
    const lying: LockedTemplate = { ...template, version: '0.9.0' };
    const report = verify(await signAll(makeData(VALUES, null, lying), {}, lying));
    expect(codesOf(report)).toEqual(['TEMPLATE_MISMATCH']);
    expect(report.verdict).toBe('failed');
  });

  test('says nothing against the pack as it was published', () => {
    expect(sha256Hex(template.prefix)).toBe(template.prefixSha256);
    expect(toUtf8(packFiles.manifest)).toContain(template.prefixSha256);
    expect(verify(file, { trustAnchors }).verdict).toBe('passed');
  });
});
