import { beforeAll, describe, expect, test } from 'vitest';
import type { AgreementData } from '../../src/agreement/agreement-data.ts';
import type { PartyRole } from '../../src/agreement/parties.ts';
import { concatBytes, fromLatin1, toHex, toLatin1 } from '../../src/bytes.ts';
import { sha256 } from '../../src/digest.ts';
import { AppError } from '../../src/errors.ts';
import { CMS_OID } from '../../src/pki/cms.ts';
import { parseDer, readOid } from '../../src/pki/der.ts';
import { type PreparedSignature, preparedFile, prepareSignature, type SignatureRequest } from '../../src/signing/prepare.ts';
import { renderRevisionZero } from '../../src/template/revision-zero.ts';
import type { Credential } from '../../src/workflow/sign-in-process.ts';
import { MINOR } from '../agreement/sample-values.ts';
import { AT, credentialFor, INK, later, makeData, signAll, template } from '../verify/signed-agreement.ts';

let data: AgreementData;
let unsigned: Uint8Array;
let student: Credential;
beforeAll(async () => {
  data = makeData();
  unsigned = renderRevisionZero(template, data);
  student = await credentialFor(data, 'student');
});

const prepare = (changes: Partial<SignatureRequest> = {}, upon: Uint8Array = unsigned): PreparedSignature =>
  prepareSignature(template, upon, { role: 'student', at: AT, certificateChain: student.chain, ink: INK, ...changes });

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return 'accepted';
}

describe('a prepared signature', () => {
  test('is the same each time from the same inputs', () => {
    const [one, two] = [prepare(), prepare()];
    expect(toHex(sha256(preparedFile(one)))).toBe(toHex(sha256(preparedFile(two))));
    expect(one.signedAttributes).toEqual(two.signedAttributes);
    expect(one.byteRange).toEqual(two.byteRange);
  });

  test('forgets the fraction of a second, which neither page nor certificate can say', () => {
    expect(toHex(sha256(preparedFile(prepare({ at: later(999) }))))).toBe(toHex(sha256(preparedFile(prepare()))));
    expect(toHex(sha256(preparedFile(prepare({ at: later(1000) }))))).not.toBe(toHex(sha256(preparedFile(prepare()))));
  });

  test('differs with the ink, the role and the certificate', async () => {
    const other = await credentialFor(data, 'student');
    const digests = [prepare(), prepare({ ink: null }), prepare({ role: 'unit' })].map(({ digest }) => toHex(digest));
    expect(new Set(digests).size).toBe(3);
    expect(prepare({ certificateChain: other.chain }).digest).toEqual(prepare().digest);
    expect(prepare({ certificateChain: other.chain }).signedAttributes).not.toEqual(prepare().signedAttributes);
  });

  test('leaves the file as it was and appends to it', () => {
    const bytes = preparedFile(prepare());
    expect(toHex(sha256(bytes.subarray(0, unsigned.length)))).toBe(toHex(sha256(unsigned)));
    expect(toLatin1(bytes, bytes.length - 6)).toBe('%%EOF\n');
  });

  test('covers everything but an empty /Contents', () => {
    const prepared = prepare();
    const { byteRange, digest } = prepared;
    const bytes = preparedFile(prepared);
    const [start, before, after, rest] = byteRange;
    expect(start).toBe(0);
    expect(after + rest).toBe(bytes.length);
    expect(toLatin1(bytes, before, after)).toMatch(/^<0{16384}>$/);
    expect(toHex(digest)).toBe(toHex(sha256(bytes.subarray(0, before), bytes.subarray(after))));
    const declared = /\/ByteRange\[0 (\d{10}) (\d{10}) (\d{10})\]\/Contents</.exec(toLatin1(bytes, before - 60, before + 1));
    expect(declared?.slice(1).map(Number)).toEqual([before, after, rest]);
  });

  test('asks the key to sign content type, digest and certificates, and nothing else', () => {
    const { signedAttributes, digest } = prepare();
    const attributes = parseDer(signedAttributes).children.map((attribute) => attribute.children[0]);
    expect(attributes.map((type) => (type === undefined ? '' : readOid(type))).toSorted()).toEqual(
      [CMS_OID.contentType, CMS_OID.messageDigest, CMS_OID.signingCertificateV2].toSorted(),
    );
    const hex = toHex(signedAttributes);
    expect(hex).toContain(toHex(digest));
    for (const certificate of student.chain) expect(hex).toContain(toHex(sha256(certificate)));
  });
});

describe('preparing is refused', () => {
  test('for a party that has signed', async () => {
    const signed = await signAll(data, { roles: ['student'], credentials: { student } });
    expect(codeOf(() => prepare({}, signed))).toBe('PARTY_ALREADY_SIGNED');
    expect(codeOf(() => prepare({ role: 'unit' }, signed))).toBe('accepted');
  });

  test('for a guardian whom the agreement does not have', async () => {
    expect(codeOf(() => prepare({ role: 'guardian' }))).toBe('PARTY_NOT_IN_AGREEMENT');
    const minor = renderRevisionZero(template, makeData(MINOR));
    expect(codeOf(() => prepare({ role: 'guardian' }, minor))).toBe('accepted');
  });

  test.each<[string, () => Uint8Array]>([
    ['an edited byte', () => unsigned.with(unsigned.length - 300, 0x21)],
    ['a byte appended', () => concatBytes(unsigned, fromLatin1('\n'))],
    ['a cut end', () => unsigned.subarray(0, -1)],
    ['an edited prefix', () => unsigned.with(4000, (unsigned[4000] ?? 0) ^ 1)],
    ['nothing', () => new Uint8Array()],
    ['another PDF', () => fromLatin1('%PDF-1.7\n%%EOF\n')],
  ])('for a file with %s', (_, upon) => {
    expect(codeOf(() => prepare({}, upon()))).toBe('REVISION_NOT_REPRODUCIBLE');
  });

  test('without a certificate', () => {
    expect(() => prepare({ certificateChain: [] })).toThrow(RangeError);
  });

  test('for no role twice over a whole ceremony', async () => {
    const minor = makeData(MINOR);
    const all = await signAll(minor);
    for (const role of ['student', 'guardian', 'unit', 'school'] satisfies PartyRole[]) {
      expect(codeOf(() => prepare({ role }, all))).toBe('PARTY_ALREADY_SIGNED');
    }
  });
});
