/** The one place that no signature covers: the issuer's certificate in the last timestamp of a file. */
import { expect, test } from 'vitest';
import { concatBytes, equalBytes, fromLatin1, toHex, toLatin1 } from '../../src/bytes.ts';
import { toCanonicalToken } from '../../src/pki/canonical.ts';
import { type Certificate, parseCertificate } from '../../src/pki/certificate.ts';
import { assembleSignedData } from '../../src/pki/cms.ts';
import { withLowS } from '../../src/pki/ecdsa-value.ts';
import { issueCertificate } from '../../src/pki/issue.ts';
import { makeKeyPair } from '../../src/pki/sign.ts';
import { parseTimestampToken } from '../../src/pki/timestamp.ts';
import { makeTimestampToken } from '../../src/pki/timestamp-authority.ts';
import { issuerOf } from '../pki/support.ts';
import { putArchive, putValidation, seal, validationOf } from '../verify/sealed-agreement.ts';
import { AT, codesOf, DAY, later, ours, seededRandom, signedAdult, verify } from '../verify/signed-agreement.ts';

const { root } = ours.material;
const random = seededRandom('last token');
const authority = { country: 'CN', organisation: '示例时间戳机构', commonName: '示例时间戳签发证书' };
const caKey = makeKeyPair('p256');

/** Genuine, all for the same name and key: as when an authority renews its certificate. The smaller ECDSA value, as files hold it. */
function issuerFrom(notBefore = AT, notAfter = later(900 * DAY)): Certificate {
  for (;;) {
    const plan = {
      profile: { kind: 'issuing-ca' },
      serial: random.bytes(16),
      subject: authority,
      spki: caKey.spki,
      notBefore,
      notAfter,
    } as const;
    const made = parseCertificate(issueCertificate(plan, issuerOf(root)));
    if (equalBytes(withLowS(made.signatureValue, 'p256'), made.signatureValue)) return made;
  }
}

test('a renewed certificate of the same authority in its place changes no verdict, no time and no name, and what has not been renewed in time fails', async () => {
  const [first, renewed, expired] = [issuerFrom(), issuerFrom(later(-DAY)), issuerFrom(later(-9 * DAY), later(-DAY))];
  const tsaKey = makeKeyPair('p256');
  const tsa = issueCertificate(
    {
      profile: { kind: 'tsa' },
      serial: random.bytes(16),
      subject: { ...authority, commonName: '示例时间戳' },
      spki: tsaKey.spki,
      notBefore: AT,
      notAfter: later(900 * DAY),
    },
    issuerOf({ key: caKey, certificate: first }),
  );
  const signed = await signedAdult();
  const withData = putValidation(signed, validationOf(await seal(signed)));
  let made: Uint8Array = new Uint8Array();
  const file = await putArchive(withData, (digest) => {
    const plan = { imprint: { digest: 'sha256' as const, value: digest }, nonce: null, serial: random.bytes(8), genTime: AT };
    made = toCanonicalToken(
      parseTimestampToken(makeTimestampToken(plan, { chain: [tsa, first.der], policyOid: '2.999.1', sign: tsaKey.sign })),
    );
    return made;
  });
  const { signedData } = parseTimestampToken(made);
  const holding = (issuer: typeof first): Uint8Array => {
    const { contentType, content, signedAttributes, signatureValue } = signedData;
    const token = assembleSignedData({
      version: 3,
      contentType,
      content,
      signedAttributes,
      signatureValue,
      chain: [tsa, issuer.der],
      timestampToken: null,
    });
    const at = toLatin1(file).lastIndexOf(toHex(made).slice(0, 40));
    const hex = toHex(token);
    const room = toLatin1(file).indexOf('>', at) - at;
    return concatBytes(file.subarray(0, at), fromLatin1(hex.padEnd(room, '0')), file.subarray(at + room));
  };
  expect(holding(first)).toEqual(file);
  const report = verify(file);
  expect(report).toMatchObject({ verdict: 'passed', level: 'B-LTA' });
  const swapped = holding(renewed);
  expect(swapped).not.toEqual(file);
  const { revisions = [], ...others } = verify(swapped);
  const { revisions: known = [], ...same } = report;
  expect(others).toEqual(same);
  // Whoever keeps the digest of the file, such as its evidence, sees that it is another.
  expect(revisions.slice(0, -1)).toEqual(known.slice(0, -1));
  expect(revisions.at(-1)).not.toBe(known.at(-1));
  expect(codesOf(verify(holding(expired)))).toEqual(['ARCHIVE_TIMESTAMP_UNTRUSTED']);
  expect(verify(holding(expired)).verdict).not.toBe('passed');
});
