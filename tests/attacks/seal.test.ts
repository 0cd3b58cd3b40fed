/** Rows 29–32: the seal. Edited, foreign, stale or moved validation data and archive timestamps. */
import { beforeAll, describe, expect, test } from 'vitest';
import { concatBytes, equalBytes, fromLatin1, toLatin1 } from '../../src/bytes.ts';
import type { ValidationData } from '../../src/pdf/seal-revision.ts';
import { toCanonicalToken } from '../../src/pki/canonical.ts';
import { type Certificate, parseCertificate } from '../../src/pki/certificate.ts';
import { cmsLength, parseCms } from '../../src/pki/cms-parse.ts';
import { type CrlPlan, makeCrl, parseCrl } from '../../src/pki/crl.ts';
import { makeOcspResponse, type OcspPlan } from '../../src/pki/ocsp.ts';
import { parseTimestampToken } from '../../src/pki/timestamp.ts';
import { OBJECTS } from '../../src/template/object-numbers.ts';
import { issuerOf, type Leaf } from '../pki/support.ts';
import { putArchive, putValidation, renew, seal, sealWith, tokenAt, validationOf } from '../verify/sealed-agreement.ts';
import {
  AT,
  codesOf,
  credentialFor,
  DAY,
  endOf,
  later,
  layoutOf,
  makeData,
  openAuthority,
  ours,
  signAll,
  signedMinor,
  verify,
} from '../verify/signed-agreement.ts';
import { appendUpdate, forge, objectBody, overwrite, sizeOf, splice } from './forgery.ts';

let signed: Uint8Array;
let sealed: Uint8Array;
let data: ValidationData;
beforeAll(async () => {
  signed = await signedMinor();
  sealed = await seal(signed);
  data = validationOf(sealed);
});

const { root, issuing, tsa } = ours.material;
const listBy = (by: Leaf, changes: Partial<CrlPlan> = {}): Uint8Array =>
  makeCrl(
    { number: 9, thisUpdate: AT, nextUpdate: later(DAY), keepsExpiredSince: later(-DAY), revoked: [], ...changes },
    { ...issuerOf(by), subjectKeyId: by.certificate.subjectKeyId ?? new Uint8Array() },
  );
const answerBy = (certificate: Certificate, changes: Partial<OcspPlan> = {}, by: Leaf = issuing): Uint8Array =>
  makeOcspResponse(
    {
      certificate,
      issuer: by.certificate,
      status: 'good',
      thisUpdate: AT,
      nextUpdate: later(DAY),
      keepsExpiredSince: later(-DAY),
      ...changes,
    },
    { ...issuerOf(by), certificate: null },
  );
/** Only the lists that the root has signed. */
const rootLists = (): readonly Uint8Array[] => data.crls.filter((der) => equalBytes(parseCrl(der).issuerDer, root.certificate.subjectDer));
const outcome = async (
  changes: Partial<ValidationData>,
  at = AT,
): Promise<{ readonly verdict: string; readonly codes: readonly string[]; readonly level?: string }> => {
  const report = verify(await sealWith(signed, { ...data, ...changes }, at), { checkedAt: at });
  return { verdict: report.verdict, codes: codesOf(report), ...(report.level === undefined ? {} : { level: report.level }) };
};

describe('a sealed agreement', () => {
  test('passes at the highest level, and says nothing more', () => {
    const report = verify(sealed);
    expect(report).toMatchObject({ verdict: 'passed', level: 'B-LTA', archivedAt: ['2026-03-01T01:00:00Z'] });
    expect(report.findings.map(({ code }) => code)).toEqual(['TEMPLATE_IS_SAMPLE']);
  });

  test('passes after every certificate in it has expired', () => {
    const report = verify(sealed, { checkedAt: later(20 * 365 * DAY) });
    expect(report).toMatchObject({ verdict: 'passed', level: 'B-LTA' });
    expect(codesOf(report)).toEqual(['ARCHIVE_RENEWAL_DUE']);
  });

  test('may be sealed long after the first certificates have expired', async () => {
    const late = await seal(signed, later(9 * DAY));
    expect(verify(late, { checkedAt: later(9 * DAY) })).toMatchObject({ verdict: 'passed', level: 'B-LTA' });
  });

  test('is renewed again and again', async () => {
    const renewed = await renew(await renew(sealed, later(300 * DAY)), later(900 * DAY));
    const report = verify(renewed, { checkedAt: later(901 * DAY) });
    expect(report).toMatchObject({ verdict: 'passed', level: 'B-LTA' });
    expect(report.archivedAt).toHaveLength(3);
    expect(codesOf(report)).toEqual([]);
  });

  test('with its seal taken off is what it was before, and says so', () => {
    const report = verify(sealed.subarray(0, signed.length));
    expect(report).toMatchObject({ verdict: 'passed', level: 'B-T' });
    expect(report.findings.map(({ code }) => code)).toEqual(['REVOCATION_UNKNOWN', 'LEVEL_IS_BT', 'TEMPLATE_IS_SAMPLE']);
    const half = verify(sealed.subarray(0, layoutOf(sealed).seals[0]?.end));
    expect(half).toMatchObject({ verdict: 'passed', level: 'B-LT' });
    expect(codesOf(half)).toEqual(['ARCHIVE_TIMESTAMP_MISSING']);
  });
});

describe('row 32: validation data', () => {
  test('with one byte of a certificate, a list or an answer changed is refused', () => {
    const { seals } = layoutOf(sealed);
    const [store] = seals;
    if (store?.kind !== 'dss') throw new Error('not sealed');
    for (const der of [...store.certificates, ...store.crls, ...store.ocsps]) {
      const changed = sealed.slice();
      const at = der.byteOffset - sealed.byteOffset + (der.length >> 1);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(codesOf(verify(changed))).toContain('ARCHIVE_TIMESTAMP_REFUSED');
      expect(verify(changed).verdict).toBe('failed');
    }
  });

  test('whose objects are listed otherwise than they stand is refused', () => {
    for (const [words, by] of [
      ['/Type/DSS/Certs[', '/Type/DSS/Certz['],
      ['"kind":"dss"', '"kind":"dsz"'],
      ['%Sanfang revision {"certs":[', '%Sanfang revision {"certs":[ '],
    ] as const) {
      const changed =
        words.length === by.length
          ? overwrite(sealed, words, by)
          : splice(sealed, toLatin1(sealed).lastIndexOf(words), toLatin1(sealed).lastIndexOf(words) + words.length, by);
      const report = verify(changed);
      expect(report.verdict).toBe('failed');
      expect(codesOf(report)).toContain('REVISION_ALTERED');
    }
  });

  test('that holds a certificate, a list or an answer of no signature here is refused', async () => {
    const stranger = openAuthority('stranger').material;
    const other = await credentialFor(makeData(), 'student');
    const otherLeaf = parseCertificate(other.chain[0] ?? new Uint8Array());
    for (const changes of [
      { certificates: [...data.certificates, stranger.root.certificate.der] },
      { certificates: [...data.certificates, otherLeaf.der] },
      { certificates: [...data.certificates, data.certificates[0] ?? new Uint8Array()] },
      { crls: [...data.crls, listBy(stranger.root)] },
      { crls: [...data.crls, data.crls[0] ?? new Uint8Array()] },
      { ocsps: [...data.ocsps, answerBy(otherLeaf)] },
      { ocsps: [...data.ocsps, answerBy(tsa.certificate)] },
    ]) {
      expect(await outcome(changes)).toEqual({ verdict: 'failed', codes: ['DSS_UNRELATED'], level: 'B-LTA' });
    }
  });

  test('that is none of these is refused', async () => {
    for (const rubbish of [fromLatin1('<</Type/Catalog>>'), Uint8Array.of(0x30, 0), data.crls[0] ?? new Uint8Array()]) {
      const { verdict, codes } = await outcome({ ocsps: [...data.ocsps, rubbish] });
      expect({ verdict, codes }).toEqual({ verdict: 'failed', codes: ['DSS_MALFORMED'] });
    }
  });

  test('put behind other data, before a signature or twice without a timestamp between is refused', async () => {
    const twice = concatBytes(putValidation(signed, data), putValidation(signed, data).subarray(signed.length));
    expect(codesOf(verify(twice))).toContain('REVISION_ALTERED');
    const agreement = makeData();
    const two = await signAll(agreement, { roles: ['student', 'unit'] });
    const early = await sealWith(two, { ...data, ocsps: [] });
    expect(codesOf(verify(early))).toContain('SIGNATURES_INCOMPLETE');
    const school = await credentialFor(agreement, 'school');
    const signedAfter = await forge(early, agreement, 'school', school);
    expect(verify(signedAfter).verdict).toBe('failed');
    expect(codesOf(verify(signedAfter))).toContain('REVISION_ALTERED');
  });

  test('with a VRI, in another update or in another catalog is refused', () => {
    const store = Number(/\/DSS (\d+) 0 R/.exec(objectBody(sealed, OBJECTS.catalog))?.[1]);
    const vri = objectBody(sealed, store).replace(/>>$/, '/VRI<<>>>>');
    expect(codesOf(verify(appendUpdate(sealed, [[store, vri]])))).toEqual(['CONTENT_APPENDED']);
    const catalog = objectBody(sealed, OBJECTS.catalog);
    for (const body of [
      catalog.replace(/\/Perms<<[^>]*>>/, ''),
      catalog.replace(/\/DSS \d+ 0 R/, ''),
      catalog.replace('/P 2', '/P 3').replace(/>>$/, '/X 1>>'),
    ]) {
      expect(body).not.toBe(catalog);
      expect(codesOf(verify(appendUpdate(sealed, [[OBJECTS.catalog, body]])))).toEqual(['CONTENT_APPENDED']);
      const inPlace = body.padEnd(catalog.length, ' ').slice(0, catalog.length);
      expect(verify(overwrite(sealed, catalog, inPlace)).verdict).toBe('failed');
    }
  });
});

describe('row 29: a revoked certificate', () => {
  const leafOf = (i: number): Certificate => {
    const contents = layoutOf(signed).signatures[i]?.contents ?? new Uint8Array();
    return parseCms(contents.subarray(0, cmsLength(contents))).signer;
  };

  test('by a list or an answer before the signature is refused, whatever else says good', async () => {
    const leaf = leafOf(1);
    const revoked = [{ serialHex: leaf.serialHex, at: later(-1_000), reason: 1 }];
    const list = listBy(issuing, { revoked });
    for (const changes of [{ crls: [...data.crls, list] }, { crls: [...rootLists(), list], ocsps: [] }]) {
      const { verdict, codes, level } = await outcome(changes);
      expect(verdict).toBe('failed');
      expect(codes).toEqual(['CERTIFICATE_REVOKED']);
      expect(level).toBe('B-T');
    }
    const { codes } = await outcome({ ocsps: [...data.ocsps, answerBy(leaf, { status: { at: AT, reason: 4 } })] });
    expect(codes).toEqual(['CERTIFICATE_REVOKED']);
  });

  test('after the signature does not undo it', async () => {
    const revoked = [{ serialHex: leafOf(0).serialHex, at: later(60_000), reason: 1 }];
    const list = listBy(issuing, { revoked, thisUpdate: later(120_000), nextUpdate: later(2 * DAY) });
    expect(await outcome({ crls: [...data.crls, list] }, later(180_000))).toEqual({ verdict: 'passed', codes: [], level: 'B-LTA' });
  });

  test('of an authority is refused: for a timestamp authority whose key is in doubt, at any time', async () => {
    const revokedAt = (at: number, serialHex: string) =>
      listBy(root, { revoked: [{ serialHex, at: later(at), reason: 1 }], thisUpdate: later(60_000) });
    expect((await outcome({ crls: [...data.crls, revokedAt(-1_000, issuing.certificate.serialHex)] }, later(90_000))).codes).toContain(
      'CERTIFICATE_REVOKED',
    );
    const { verdict, codes } = await outcome({ crls: [...data.crls, revokedAt(30_000, tsa.certificate.serialHex)] }, later(90_000));
    expect(verdict).toBe('failed');
    expect(new Set(codes)).toEqual(new Set(['TIMESTAMP_AUTHORITY_REVOKED']));
  });

  test('is not shown to be good by a stale list, by one of another authority, or by nothing', async () => {
    const stale = { thisUpdate: later(-9 * DAY), nextUpdate: later(-8 * DAY) };
    expect(await outcome({ crls: [...rootLists(), listBy(issuing, stale)], ocsps: [] })).toMatchObject({ verdict: 'review', level: 'B-T' });
    expect((await outcome({ crls: [...rootLists(), listBy(issuing, stale)], ocsps: [] })).codes).toContain('REVOCATION_INCOMPLETE');
    const impostor = openAuthority('stranger').material.issuing;
    const forged = listBy({ key: impostor.key, certificate: issuing.certificate });
    const { verdict, codes } = await outcome({ crls: [...rootLists(), forged], ocsps: [] });
    expect(verdict).toBe('failed');
    expect(codes).toEqual(expect.arrayContaining(['DSS_UNRELATED', 'REVOCATION_INCOMPLETE']));
    expect(await outcome({ crls: rootLists(), ocsps: [] })).toMatchObject({ verdict: 'review', level: 'B-T' });
  });
});

describe('row 30: an archive timestamp', () => {
  test('moved from another file is refused', async () => {
    const other = await seal(await signedMinor());
    const mine = layoutOf(sealed).seals.at(-1);
    const theirs = layoutOf(other).seals.at(-1);
    if (mine?.kind !== 'archive' || theirs?.kind !== 'archive') throw new Error('not sealed');
    const moved = splice(sealed, mine.contentsStart, mine.contentsEnd, other.subarray(theirs.contentsStart, theirs.contentsEnd));
    const report = verify(moved);
    expect(report).toMatchObject({ verdict: 'failed' });
    expect(codesOf(report)).toEqual(['ARCHIVE_TIMESTAMP_REFUSED']);
  });

  test('of an authority that is not trusted, older than the signatures or from the future does not pass', async () => {
    const stranger = openAuthority('stranger').at(AT).authority;
    const foreign = async (digest: Uint8Array) => toCanonicalToken(parseTimestampToken(await stranger.stamp(digest)));
    const open = putValidation(signed, data);
    expect(codesOf(verify(await putArchive(open, foreign)))).toEqual(['ARCHIVE_TIMESTAMP_UNTRUSTED']);
    expect(codesOf(verify(await putArchive(open, tokenAt(later(-60_000)))))).toEqual(['ARCHIVE_TIMESTAMP_OUT_OF_ORDER']);
    const future = verify(await putArchive(open, tokenAt(later(2 * DAY))));
    expect(future.verdict).toBe('review');
    expect(codesOf(future)).toContain('ARCHIVE_TIMESTAMP_IN_FUTURE');
    expect(codesOf(verify(await putArchive(open, () => fromLatin1('0'))))).toEqual(['ARCHIVE_TIMESTAMP_REFUSED']);
  });

  test('whose field has an appearance, a place or another name is refused', () => {
    for (const [words, by] of [
      ['/Rect[0 0 0 0]', '/Rect[0 0 9 9]'],
      ['/T(archive1)', '/T(archive2)'],
      ['/Rect[0 0 0 0]', '/AP<</N 9 0R>>'],
      ['/DocTimeStamp', '/DocTimeSxamp'],
    ] as const) {
      const report = verify(overwrite(sealed, words, by));
      expect(report.verdict).toBe('failed');
      expect(codesOf(report)).toContain('REVISION_ALTERED');
    }
    const number = sizeOf(sealed) - 2;
    const field = objectBody(sealed, number).replace(/>>$/, `/P ${OBJECTS.firstPage} 0 R/AP<</N ${OBJECTS.emptyAppearance} 0 R>>>>`);
    expect(codesOf(verify(appendUpdate(sealed, [[number, field]])))).toEqual(['CONTENT_APPENDED']);
  });

  test('without validation data before it is refused', async () => {
    const { seals } = layoutOf(sealed);
    const cut = concatBytes(sealed.subarray(0, signed.length), sealed.subarray(seals[0]?.end));
    expect(codesOf(verify(cut))).toContain('REVISION_ALTERED');
  });
});

test('no change of one byte in the seal passes', { timeout: 300_000 }, () => {
  const [store, archive] = layoutOf(sealed).seals;
  if (store?.kind !== 'dss' || archive?.kind !== 'archive') throw new Error('not sealed');
  const ders = [...store.certificates, ...store.crls, ...store.ocsps];
  const changed = sealed.slice();
  const passed: number[] = [];
  const tokenEnd = archive.contentsStart + 1 + 2 * cmsLength(archive.contents);
  for (let at = endOf(sealed, 4); at < sealed.length; at++) {
    const inToken = at > archive.contentsStart && at < tokenEnd;
    const inPadding = at >= tokenEnd && at < archive.contentsEnd - 1;
    const inData = ders.some((der) => at >= der.byteOffset - sealed.byteOffset && at < der.byteOffset - sealed.byteOffset + der.length);
    if ((inPadding && at % 499 !== 0) || (inToken && at % 7 !== 0) || (inData && at % 5 !== 0)) continue;
    const byte = changed[at] ?? 0;
    changed[at] = inToken || inPadding ? hexTwin(byte, at) : byte ^ (1 << (at & 7));
    if (verify(changed).verdict === 'passed') passed.push(at);
    changed[at] = byte;
  }
  expect(passed).toEqual([]);
});

const hexTwin = (byte: number, at: number): number =>
  '0123456789abcdef'.charCodeAt('0123456789abcdef'.indexOf(String.fromCharCode(byte)) ^ (1 << (at & 3)));
