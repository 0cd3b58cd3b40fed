/** @libpdf/core signing the same revision 0 with the same kind of key and certificate, no timestamp. */
import { CryptoKeySigner, PDF } from '@libpdf/core';
import { systemClock } from '../src/adapters/clock.ts';
import { systemRandom } from '../src/adapters/random.ts';
import { parsePem } from '../src/pki/pem.ts';
import { renderRevisionZero } from '../src/template/revision-zero.ts';
import { makeMemoryAuthority } from '../tests/adapters/memory-authority.ts';
import type { EngineResult } from './engine.ts';
import { enrolWith } from './engine-signing.ts';
import { measure, nth, peakRssMB } from './measure.ts';
import { openScene } from './scene.ts';

export async function measureLibpdf(kind: 'p256' | 'rsa2048'): Promise<EngineResult> {
  const { template, agreements } = await openScene(24);
  const authority = makeMemoryAuthority({ clock: systemClock, random: systemRandom });
  const algorithm =
    kind === 'p256' ? ({ name: 'ECDSA', namedCurve: 'P-256' } as const) : ({ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } as const);
  const jobs = await Promise.all(
    agreements.map(async (data) => {
      const { key, chain } = await enrolWith(authority, data, kind);
      const der = parsePem(key.toPem())[0]?.der ?? new Uint8Array(0);
      const privateKey = await crypto.subtle.importKey('pkcs8', new Uint8Array(der), algorithm, false, ['sign']);
      const [leaf = new Uint8Array(0), ...rest] = chain;
      const signer =
        kind === 'p256'
          ? new CryptoKeySigner(privateKey, leaf, 'EC', 'ECDSA', [...rest])
          : new CryptoKeySigner(privateKey, leaf, 'RSA', 'RSASSA-PKCS1-v1_5', [...rest]);
      return { revision: renderRevisionZero(template, data), signer };
    }),
  );
  let grown = 0;
  const rate = await measure(async (i) => {
    const { revision, signer } = nth(jobs, i);
    const document = await PDF.load(revision);
    const { bytes } = await document.sign({ signer, fieldName: 'student' });
    grown = bytes.length - revision.length;
  });
  return { ...rate, kb: grown / 1000, rssMB: peakRssMB(), notes: ['load, sign and save; no appearance drawn'] };
}
