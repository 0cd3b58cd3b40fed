import { beforeAll, describe, expect, test } from 'vitest';
import type { AgreementData } from '../../src/agreement/agreement-data.ts';
import { concatBytes, fromHex, fromLatin1, toHex, toLatin1 } from '../../src/bytes.ts';
import { sha256 } from '../../src/digest.ts';
import { AppError } from '../../src/errors.ts';
import { cmsLength, parseCms } from '../../src/pki/cms-parse.ts';
import { fromP1363, toP1363 } from '../../src/pki/ecdsa-value.ts';
import { printPem } from '../../src/pki/pem.ts';
import { makeKeyPair } from '../../src/pki/sign.ts';
import { completeSignature, makeSignatureValue, parseSignatureValue } from '../../src/signing/complete.ts';
import { type PreparedSignature, preparedFile } from '../../src/signing/prepare.ts';
import { renderRevisionZero } from '../../src/template/revision-zero.ts';
import type { Credential } from '../../src/workflow/sign-in-process.ts';
import { openssl, scratch } from '../pki/support.ts';
import {
  AT,
  codesOf,
  credentialFor,
  isSoundSoFar,
  layoutOf,
  makeData,
  ours,
  prepare,
  signAll,
  template,
  trustAnchors,
  verify,
} from '../verify/signed-agreement.ts';

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

let data: AgreementData;
let student: Credential;
let prepared: PreparedSignature;
beforeAll(async () => {
  data = makeData();
  student = await credentialFor(data, 'student');
  prepared = prepare(renderRevisionZero(template, data), 'student', student);
});

const stamp = (value: Uint8Array): Promise<Uint8Array> => ours.at(AT).authority.stamp(sha256(value));

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return 'accepted';
}

const sOf = (value: Uint8Array): bigint => BigInt(`0x${toHex(toP1363(value, 'p256').subarray(32))}`);
const withS = (value: Uint8Array, s: bigint): Uint8Array =>
  fromP1363(concatBytes(toP1363(value, 'p256').subarray(0, 32), fromHex(s.toString(16).padStart(64, '0'))), 'p256');

describe('a signature value', () => {
  test.each<[string, () => Uint8Array]>([
    ['of another key', () => makeKeyPair('p256').sign(prepared.signedAttributes)],
    ['over other bytes', () => student.key.sign(prepared.digest)],
    ['that is empty', () => new Uint8Array()],
    ['that is rubbish', () => new Uint8Array(70).fill(0x30)],
    ['as r‖s', () => toP1363(student.key.sign(prepared.signedAttributes), 'p256')],
    ['with a byte behind it', () => concatBytes(student.key.sign(prepared.signedAttributes), Uint8Array.of(0))],
  ])('%s is refused', (_, value) => {
    expect(codeOf(() => parseSignatureValue(prepared, value()))).toBe('SIGNATURE_VALUE_WRONG');
  });

  test('is made with the key of the certificate and with no other', () => {
    expect(codeOf(() => makeSignatureValue(prepared, makeKeyPair('p256')))).toBe('SIGNATURE_VALUE_WRONG');
    const made = makeSignatureValue(prepared, student.key);
    expect(codeOf(() => parseSignatureValue(prepared, made.bytes))).toBe('accepted');
  });

  test('of the larger s becomes its twin before it is stamped', async () => {
    const made = student.key.sign(prepared.signedAttributes);
    const s = sOf(made);
    const [low, high] = s * 2n > ORDER ? [ORDER - s, s] : [s, ORDER - s];
    for (const value of [withS(made, low), withS(made, high)]) {
      const accepted = parseSignatureValue(prepared, value);
      expect(toHex(accepted.bytes)).toBe(toHex(withS(made, low)));
      const file = completeSignature(accepted, await stamp(accepted.bytes));
      expect(isSoundSoFar(verify(file))).toBe(true);
    }
  });

  test('of an RSA key stays as it is', async () => {
    const key = makeKeyPair('rsa2048');
    const text = fromLatin1('possession');
    const chain = await ours.at(AT).authority.issue({
      signatory: {
        role: 'unit',
        name: '周示范',
        organisation: data.fields['unitName'] ?? '',
        creditCode: data.fields['unitCreditCode'] ?? '',
      },
      agreementNumber: null,
      identityDigest: null,
      publicKeySpki: key.spki,
      proofOfPossession: key.sign(text),
      proofOfPossessionText: text,
      at: AT,
    });
    const credential = { key, chain };
    const unit = prepare(await signAll(data, { roles: ['student'] }), 'unit', credential);
    const value = key.sign(unit.signedAttributes);
    const accepted = parseSignatureValue(unit, value);
    expect(accepted.bytes).toEqual(value);
    expect(isSoundSoFar(verify(completeSignature(accepted, await stamp(accepted.bytes))))).toBe(true);
  });
});

describe('a completed file', () => {
  test('differs from the prepared one in /Contents only', async () => {
    const accepted = parseSignatureValue(prepared, student.key.sign(prepared.signedAttributes));
    const file = completeSignature(accepted, await stamp(accepted.bytes));
    const [, before, after] = prepared.byteRange;
    expect(file).toHaveLength(preparedFile(prepared).length);
    expect(toHex(sha256(file.subarray(0, before), file.subarray(after)))).toBe(toHex(prepared.digest));
    expect(toLatin1(file, before, after)).toMatch(/^<3082[0-9a-f]+0{1000,}>$/);
  });

  test('may do without a timestamp, which is noted', () => {
    const file = completeSignature(parseSignatureValue(prepared, student.key.sign(prepared.signedAttributes)), null);
    expect(codesOf(verify(file))).toEqual(['TIME_ONLY_CLAIMED', 'SIGNATURES_INCOMPLETE']);
  });

  test('is not made with a timestamp that is none, nor with a chain that does not fit', async () => {
    const accepted = parseSignatureValue(prepared, student.key.sign(prepared.signedAttributes));
    expect(codeOf(() => completeSignature(accepted, fromHex('3000')))).toBe('TIMESTAMP_REFUSED');
    const chain = [...student.chain];
    while (chain.length < 20) chain.push(ours.material.root.certificate.der);
    const long = prepare(renderRevisionZero(template, data), 'student', { ...student, chain });
    const value = parseSignatureValue(long, student.key.sign(long.signedAttributes));
    expect(codeOf(() => completeSignature(value, null))).toBe('CMS_TOO_LARGE');
  });

  test('holds a CAdES signature and a timestamp that openssl verifies to the root', async () => {
    const file = await signAll(data);
    const root = scratch('signing-root.pem', trustAnchors.map((der) => printPem({ label: 'CERTIFICATE', der })).join(''));
    for (const { contents, contentsStart, contentsEnd, end, revision } of layoutOf(file).signatures) {
      const der = contents.subarray(0, cmsLength(contents));
      const cms = scratch(`signing-${revision}.der`, der);
      const content = scratch('signing-content', concatBytes(file.subarray(0, contentsStart), file.subarray(contentsEnd, end)));
      const time = ['-attime', String(AT / 1000)];
      openssl(
        'cms',
        '-verify',
        '-cades',
        '-binary',
        '-inform',
        'DER',
        '-in',
        cms,
        '-content',
        content,
        '-CAfile',
        root,
        '-purpose',
        'any',
        ...time,
        '-out',
        '/dev/null',
      );
      const { timestampToken, signatureValue } = parseCms(der);
      const token = scratch('signing-token.der', timestampToken ?? new Uint8Array());
      const value = scratch('signing-value', signatureValue);
      openssl('ts', '-verify', '-token_in', '-in', token, '-data', value, '-CAfile', root, ...time);
    }
  });
});
