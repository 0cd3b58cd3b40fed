/** Additional SM2 signatures: they stand for themselves, take nothing from the ordinary ones and give nothing to them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { PartyRole } from '../../src/agreement/parties.ts';
import { concatBytes, fromLatin1, toHex, toLatin1 } from '../../src/bytes.ts';
import { AppError } from '../../src/errors.ts';
import { assembleSm2Cms, buildSm2Attributes } from '../../src/pki/sm2-cms.ts';
import { sm3 } from '../../src/pki/sm3.ts';
import { preparedFile } from '../../src/signing/prepare.ts';
import { completeSm2, prepareSm2 } from '../../src/signing/sm2.ts';
import { reproduce } from '../../src/template/reproduce.ts';
import { renderRevisionZero } from '../../src/template/revision-zero.ts';
import { layOutSm2 } from '../../src/template/sm2-layout.ts';
import type { FileReport } from '../../src/verify/report.ts';
import { temporaryFolder } from '../adapters/temporary.ts';
import { VALUES } from '../agreement/sample-values.ts';
import { install } from '../cli/cli-root.ts';
import { outputOf, run } from '../peers/programs.ts';
import { certifySm2, makeSm2Key, type Sm2Signer, sm2Sign } from '../pki/sm2-keys.ts';
import { renew, seal } from './sealed-agreement.ts';
import {
  AT,
  codesOf,
  credentialFor,
  DAY,
  later,
  layoutOf,
  makeData,
  prepare,
  signAll,
  template,
  trustAnchors,
  verify,
} from './signed-agreement.ts';

const root = certifySm2({ name: '国密根', isCa: true, issuer: null });
const issuing = certifySm2({ name: '国密中级', isCa: true, issuer: root });
const person = (changes: object = {}): Sm2Signer =>
  certifySm2({ name: VALUES['studentName'] ?? '', serialNumber: VALUES['studentIdNumber'] ?? '', issuer: issuing, ...changes });
const student = person();
const organisation = (role: 'unit' | 'school', changes: object = {}): Sm2Signer =>
  certifySm2({ name: VALUES[`${role}Name`] ?? '', issuer: issuing, ...changes });
const all = [...trustAnchors, root.certificate];

const judge = (file: Uint8Array, changes: object = {}): FileReport => verify(file, { trustAnchors: all, ...changes });
const codes = (file: Uint8Array, changes: object = {}): string[] => codesOf(judge(file, changes));
const chainOf = (signer: Sm2Signer): Uint8Array[] => [signer.certificate, issuing.certificate];

function add(file: Uint8Array, role: PartyRole, signer: Sm2Signer, at = later(60_000)): Uint8Array {
  const prepared = prepareSm2(template, file, { role, at, certificateChain: chainOf(signer) });
  return completeSm2(prepared, signer.sign(prepared.signedAttributes));
}

/** A revision in the right place that nobody asked whether it may be there, around a CMS of one's own choice. */
function force(file: Uint8Array, role: PartyRole, contents: (digest: Uint8Array) => Uint8Array, at = later(60_000)): Uint8Array {
  const { zero, data, base } = layoutOf(file);
  if (zero === null || data === null || base === null) throw new Error('not sound');
  const made = layOutSm2(zero, data, base, { kind: 'sm2', role, at });
  const bytes = concatBytes(file, made.bytes);
  const cms = contents(sm3(bytes.subarray(0, made.contentsStart), bytes.subarray(made.contentsEnd)));
  bytes.set(fromLatin1(toHex(cms)), made.contentsStart + 1);
  return bytes;
}

const cmsBy =
  (signer: Sm2Signer, sign = signer.sign, chain = chainOf(signer)) =>
  (digest: Uint8Array): Uint8Array =>
    assembleSm2Cms({ digest, chain, signatureValue: sign(buildSm2Attributes(digest, chain)) });

const refusal = (run: () => unknown): string => {
  try {
    run();
    return 'accepted';
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
};

let unsigned: Uint8Array;
let byStudent: Uint8Array;
let complete: Uint8Array;
let added: Uint8Array;
const data = makeData();
beforeAll(async () => {
  unsigned = renderRevisionZero(template, data);
  byStudent = await signAll(data, { roles: ['student'] });
  complete = await signAll(data, { upon: byStudent, roles: ['unit', 'school'] });
  added = add(complete, 'student', student);
});

describe('beside an ordinary signature', () => {
  test('it is one more line, and nothing else changes', () => {
    const [before, after] = [judge(complete), judge(added)];
    expect(codes(added)).toEqual(['SM2_SIGNATURE_VALID']);
    expect(after.findings.find(({ code }) => code === 'SM2_SIGNATURE_VALID')).toMatchObject({ revision: 4, party: 'student' });
    expect(after.findings.find(({ code }) => code === 'SM2_SIGNATURE_VALID')?.zh).toMatch(/^国密签名：李䶮，有效（附加/);
    expect({ ...after, findings: [], revisions: [] }).toEqual({ ...before, findings: [], revisions: [] });
    expect(after.revisions?.slice(0, -1)).toEqual(before.revisions);
    expect(after.verdict).toBe('passed');
  });

  test('it may come before others have signed, who sign on top, and the seal covers it', async () => {
    let file = add(byStudent, 'student', student);
    expect(codes(file)).toEqual(['SIGNATURES_INCOMPLETE', 'SM2_SIGNATURE_VALID']);
    file = await signAll(data, { upon: file, roles: ['unit'] });
    file = add(file, 'unit', organisation('unit'));
    file = await signAll(data, { upon: file, roles: ['school'] });
    const sealed = await seal(file);
    expect(judge(sealed).level).toBe('B-LTA');
    expect(judge(sealed).verdict).toBe('passed');
    const upon = add(sealed, 'school', organisation('school'));
    const renewed = await renew(upon, later(DAY));
    expect(judge(renewed, { checkedAt: later(DAY) })).toMatchObject({ level: 'B-LTA', verdict: 'passed' });
    expect(codes(renewed).filter((code) => code === 'SM2_SIGNATURE_VALID')).toHaveLength(3);
    expect(judge(renewed).revisions).toHaveLength(layoutOf(renewed).signatures.length + 3 + layoutOf(renewed).seals.length + 1);
  });

  test('it never counts for a signature that is missing', () => {
    const file = add(byStudent, 'student', student);
    expect(judge(file)).toMatchObject({ verdict: 'failed', missing: ['unit', 'school'] });
    expect(judge(file).signatures.map(({ party }) => party)).toEqual(['student']);
    for (const role of ['unit', 'school'] as const) expect(codes(force(byStudent, role, cmsBy(student)))).toContain('REVISION_ALTERED');
    expect(judge(force(unsigned, 'student', cmsBy(student))).verdict).toBe('failed');
  });

  test('a file drawn again, and one without the root for SM2, are not taken for others', () => {
    expect(reproduce(template, added).additional).toHaveLength(1);
    expect(codesOf(verify(added))).toEqual(['SM2_CERTIFICATE_UNTRUSTED']);
    expect(verify(added).verdict).toBe('review');
    expect(codesOf(verify(complete))).toEqual([]);
  });
});

describe('what is wrong with it', () => {
  test.each([
    [
      'another key',
      'SM2_SIGNATURE_WRONG',
      () =>
        force(
          complete,
          'student',
          cmsBy(student, (bytes) => sm2Sign(root.key.path, bytes)),
        ),
    ],
    ['other bytes', 'SM2_SIGNATURE_WRONG', () => force(complete, 'student', () => cmsBy(student)(sm3(unsigned)))],
    [
      'plain SM3 without the identity',
      'SM2_SIGNATURE_WRONG',
      () =>
        force(
          complete,
          'student',
          cmsBy(student, (bytes) => sm2Sign(student.key.path, bytes, 'distid:x')),
        ),
    ],
    ['nothing in it', 'SM2_SIGNATURE_MALFORMED', () => force(complete, 'student', () => new Uint8Array())],
    [
      'octets behind it',
      'SM2_SIGNATURE_MALFORMED',
      () => force(complete, 'student', (digest) => concatBytes(cmsBy(student)(digest), Uint8Array.of(0, 7))),
    ],
    [
      'the ordinary signature in its place',
      'SM2_SIGNATURE_MALFORMED',
      () => force(complete, 'student', () => (layoutOf(complete).signatures[0]?.contents ?? new Uint8Array()).subarray(0, 4000)),
    ],
    ['a certificate that had expired', 'SM2_CERTIFICATE_REFUSED', () => force(complete, 'student', cmsBy(person({ notAfter: AT - 1000 })))],
    ['an authority as signer', 'SM2_CERTIFICATE_REFUSED', () => force(complete, 'student', cmsBy(person({ isCa: true })))],
    [
      'somebody else’s certificate',
      'SM2_CERTIFICATE_NOT_OF_PARTY',
      () => force(complete, 'student', cmsBy(certifySm2({ name: '张三', issuer: issuing }))),
    ],
    [
      'another number',
      'SM2_CERTIFICATE_NOT_OF_PARTY',
      () => force(complete, 'student', cmsBy(person({ serialNumber: '11010119900307123X' }))),
    ],
    [
      'a certificate that nobody needs',
      'SM2_CERTIFICATE_REFUSED',
      () =>
        force(
          complete,
          'student',
          cmsBy(student, student.sign, [...chainOf(student), certifySm2({ name: '无关', isCa: true, issuer: root }).certificate]),
        ),
    ],
  ] as const)('%s', (_, code, make) => {
    const report = judge(make());
    expect(codesOf(report)).toContain(code);
    expect(codesOf(report)).not.toContain('SM2_SIGNATURE_VALID');
    expect(report.verdict).toBe('failed');
    expect(report.signatures).toEqual(judge(complete).signatures);
  });

  test('a time before the party signed, and one that is yet to come, are to be reviewed', () => {
    for (const at of [later(-DAY / 2), later(DAY)]) {
      const file = force(complete, 'student', cmsBy(student), at);
      expect(codes(file)).toEqual(['SM2_TIME_IMPLAUSIBLE']);
      expect(judge(file).verdict).toBe('review');
    }
  });

  test('a certificate that states no number is said to name only', () => {
    expect(codes(add(complete, 'student', person({ serialNumber: undefined })))).toEqual(['SM2_SIGNATURE_VALID', 'CERTIFICATE_NAMES_ONLY']);
  });

  test('one key for two parties', () => {
    const key = makeSm2Key();
    const file = add(add(complete, 'unit', organisation('unit', { key })), 'school', organisation('school', { key }));
    expect(codes(file)).toContain('CERTIFICATE_SHARED');
    expect(judge(file).verdict).toBe('failed');
  });

  test('a second one of the same party, one between the proofs and their timestamp, and an ordinary kind that calls itself so', async () => {
    expect(codes(force(added, 'student', cmsBy(student)))).toContain('REVISION_ALTERED');
    const sealed = await seal(complete);
    const dss = sealed.subarray(0, layoutOf(sealed).seals[0]?.end);
    expect(codes(force(dss, 'student', cmsBy(student)))).toContain('REVISION_ALTERED');
    const line = toLatin1(added).lastIndexOf('%Sanfang revision ');
    for (const [from, to] of [
      ['"v":1', '"v":2'],
      ['"role":"student"', '"role":"schoolx"'],
      ['"role":"student"', '"role":"guardian"'],
      ['"kind":"sm2"', '"kind":"sm3"'],
    ] as const) {
      const changed = fromLatin1(toLatin1(added).slice(0, line) + toLatin1(added).slice(line).replace(from, to));
      expect(codes(changed)).toContain('REVISION_ALTERED');
    }
  });

  test('an SM2 CMS is never an ordinary signature', async () => {
    const prepared = prepare(byStudent, 'unit', await credentialFor(data, 'unit'));
    const file = preparedFile(prepared);
    file.set(fromLatin1(toHex(cmsBy(organisation('unit'))(sm3(file)))), prepared.byteRange[1] + 1);
    expect(judge(file).verdict).toBe('failed');
    expect(codes(file)).toContain('SIGNATURE_MALFORMED');
  });

  test('no changed octet of the revision, nor of what came before it, stays without a finding', () => {
    const place = reproduce(template, added).additional[0];
    if (place === undefined) throw new Error('not added');
    const cmsEnd = place.contentsStart + 1 + parseLength(place.contents) * 2;
    const wrong: number[] = [];
    for (
      let at = complete.length;
      at < added.length;
      at += at > cmsEnd && at < place.contentsEnd - 200 ? 1999 : at > place.contentsStart && at < cmsEnd ? 61 : 11
    ) {
      const changed = added.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      if (judge(changed).verdict === 'passed') wrong.push(at);
    }
    expect(wrong).toEqual([]);
  });
});

const parseLength = (contents: Uint8Array): number => 4 + (contents[2] ?? 0) * 256 + (contents[3] ?? 0);

describe('what is refused to be added', () => {
  const asked = (role: PartyRole, chain = chainOf(student)) => ({ role, at: AT, certificateChain: chain });

  test('before the party has signed, twice, or while it is being sealed', async () => {
    expect(refusal(() => prepareSm2(template, byStudent, asked('unit')))).toBe('SM2_NOT_POSSIBLE');
    expect(refusal(() => prepareSm2(template, unsigned, asked('student')))).toBe('SM2_NOT_POSSIBLE');
    expect(refusal(() => prepareSm2(template, added, asked('student')))).toBe('SM2_NOT_POSSIBLE');
    const sealed = await seal(complete);
    expect(refusal(() => prepareSm2(template, sealed.subarray(0, layoutOf(sealed).seals[0]?.end), asked('student')))).toBe(
      'SM2_NOT_POSSIBLE',
    );
    expect(refusal(() => prepareSm2(template, concatBytes(complete, Uint8Array.of(1)), asked('student')))).toBe(
      'REVISION_NOT_REPRODUCIBLE',
    );
  });

  test('with certificates that are none, are not for SM2, or stand there twice', async () => {
    const { chain } = await credentialFor(data, 'unit');
    for (const bad of [[], [Uint8Array.of(1)], chain, [student.certificate, student.certificate]]) {
      expect(refusal(() => prepareSm2(template, complete, asked('student', [...bad])))).toBe('SM2_CERTIFICATE_UNUSABLE');
    }
  });

  test('with a value of another key, or with none', () => {
    const prepared = prepareSm2(template, complete, asked('student'));
    expect(refusal(() => completeSm2(prepared, issuing.sign(prepared.signedAttributes)))).toBe('SM2_VALUE_WRONG');
    expect(refusal(() => completeSm2(prepared, new Uint8Array(7)))).toBe('SM2_VALUE_WRONG');
  });

  test('when it is too large', () => {
    const many = Array.from({ length: 16 }, (_, i) => certifySm2({ name: `中级${i}`.repeat(20), isCa: true, issuer: root }).certificate);
    const chain = [student.certificate, ...many];
    const prepared = prepareSm2(template, complete, asked('student', chain));
    expect(refusal(() => completeSm2(prepared, student.sign(prepared.signedAttributes)))).toBe('CMS_TOO_LARGE');
  });
});

describe('other programs', () => {
  test('pdfsig finds the ordinary signatures as valid as before and says that it does not know the other; qpdf and mutool find no fault', () => {
    const folder = temporaryFolder();
    const [before, after] = [join(folder, 'before.pdf'), join(folder, 'after.pdf')];
    writeFileSync(before, complete);
    writeFileSync(after, added);
    const valid = (path: string): number => [...run('pdfsig', [path]).text.matchAll(/Signature is Valid/g)].length;
    expect([valid(before), valid(after)]).toEqual([3, 3]);
    expect(run('pdfsig', [after]).text).toContain('sm2-student');
    expect(outputOf('qpdf', ['--check', after])).toContain('No syntax or stream encoding errors');
    expect(run('mutool', ['info', after]).status).toBe(0);
  });

  test('with the command line, openssl and a file: the whole way, for a key that we never see', async () => {
    const folder = temporaryFolder();
    const path = (name: string): string => join(folder, name);
    const installation = install();
    writeFileSync(path('signed.pdf'), complete);
    const pem = (der: Uint8Array): string =>
      `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`;
    writeFileSync(path('chain.pem'), chainOf(student).map(pem).join(''));
    writeFileSync(path('roots.pem'), all.map(pem).join(''));
    const same = ['--party', 'student', '--chain', path('chain.pem'), '--at', '2026-03-01T01:00:00Z'];
    expect(await installation.run('sm2', 'attributes', path('signed.pdf'), ...same, '--out', path('attributes'))).toMatchObject({
      exit: 0,
    });
    outputOf('openssl', [
      'pkeyutl',
      '-sign',
      '-rawin',
      '-digest',
      'sm3',
      '-pkeyopt',
      'distid:1234567812345678',
      '-inkey',
      student.key.path,
      '-in',
      path('attributes'),
      '-out',
      path('value'),
    ]);
    const attach = ['sm2', 'attach', path('signed.pdf'), ...same, '--value', path('value')];
    const untrusted = await installation.run(...attach, '--out', path('no.pdf'));
    expect(untrusted).toMatchObject({ exit: 2 });
    expect(untrusted.errors).toContain('SM2_NOT_SOUND');
    expect(await installation.run(...attach, '--out', path('done.pdf'), '--trust', path('roots.pem'))).toMatchObject({ exit: 0 });
    expect((await installation.run(...attach, '--out', path('done.pdf'), '--trust', path('roots.pem'))).errors).toContain('PATH_EXISTS');
    const verified = await installation.run('verify', path('done.pdf'), '--trust', path('roots.pem'));
    expect(verified.out).toContain('国密签名：李䶮，有效（附加');
    expect(verified.exit).toBe(0);
    for (const bad of [
      ['sm2'],
      ['sm2', 'attributes', path('signed.pdf')],
      ['sm2', 'attributes', path('signed.pdf'), ...same.slice(0, 4), '--at', 'x', '--out', 'y'],
    ]) {
      expect((await installation.run(...bad)).errors).toContain('COMMAND_MALFORMED');
    }
    expect((await installation.run('sm2', 'attributes', path('no.pdf'), ...same, '--out', path('z'))).errors).toContain('PATH_UNREADABLE');
    writeFileSync(path('other.pdf'), 'no agreement');
    expect((await installation.run('sm2', 'attributes', path('other.pdf'), ...same, '--out', path('z'))).errors).toContain(
      'REVISION_NOT_REPRODUCIBLE',
    );
  });
});
