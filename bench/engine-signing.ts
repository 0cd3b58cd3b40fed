/** Signing: everything from a revision to the next. */
import { systemClock } from '../src/adapters/clock.ts';
import type { DevAuthority } from '../src/adapters/dev-authority-issuing.ts';
import { systemRandom } from '../src/adapters/random.ts';
import type { AgreementData } from '../src/agreement/agreement-data.ts';
import { identityDigestOf, signatoryOf } from '../src/agreement/signatories.ts';
import { fromUtf8 } from '../src/bytes.ts';
import { sha256 } from '../src/digest.ts';
import { makeKeyPair } from '../src/pki/sign.ts';
import { completeSignature, makeSignatureValue, parseSignatureValue } from '../src/signing/complete.ts';
import { prepareSignature } from '../src/signing/prepare.ts';
import { renderRevisionZero } from '../src/template/revision-zero.ts';
import { type Credential, enrol } from '../src/workflow/sign-in-process.ts';
import { makeMemoryAuthority } from '../tests/adapters/memory-authority.ts';
import type { EngineResult } from './engine.ts';
import { measure, nth, peakRssMB } from './measure.ts';
import { openScene } from './scene.ts';

const openAuthority = (): DevAuthority => makeMemoryAuthority({ clock: systemClock, random: systemRandom });

/** Like `enrol`, with a key of the wanted kind. */
export async function enrolWith(authority: DevAuthority, data: AgreementData, kind: 'p256' | 'rsa2048'): Promise<Credential> {
  if (kind === 'p256') return enrol({ authority, clock: systemClock }, data, 'student');
  const key = makeKeyPair(kind);
  const text = fromUtf8(`bench ${data.agreementNumber}`);
  const chain = await authority.issue({
    signatory: signatoryOf(data.fields, 'student'),
    agreementNumber: data.agreementNumber,
    identityDigest: identityDigestOf(data.agreementNumber, data.fields, 'student'),
    publicKeySpki: key.spki,
    proofOfPossession: key.sign(text),
    proofOfPossessionText: text,
    at: systemClock.now(),
  });
  return { key, chain };
}

interface Way {
  readonly timestamp?: true;
  /** The value as if it came from outside: verified before anything is made of it. */
  readonly checked?: true;
  /** More agreements than are remembered, so that each is computed from its data again; else as when a list of them is prepared, then completed. */
  readonly unseen?: true;
}

/** Prepares, signs with a key that is here, and completes. */
export async function measureSigning(kind: 'p256' | 'rsa2048', way: Way = {}): Promise<EngineResult> {
  const { template, agreements } = await openScene(way.unseen ? 150 : 24);
  const authority = openAuthority();
  const jobs = await Promise.all(
    agreements.map(async (data) => ({ revision: renderRevisionZero(template, data), credential: await enrolWith(authority, data, kind) })),
  );
  let grown = 0;
  const rate = await measure(async (i) => {
    const { revision, credential } = nth(jobs, i);
    const at = systemClock.now();
    const prepared = prepareSignature(template, revision, { role: 'student', at, certificateChain: credential.chain, ink: null });
    const value = way.checked
      ? parseSignatureValue(prepared, credential.key.sign(prepared.signedAttributes))
      : makeSignatureValue(prepared, credential.key);
    const token = way.timestamp ? await authority.stamp(sha256(value.bytes)) : null;
    grown = completeSignature(value, token).length - revision.length;
  });
  return { ...rate, kb: grown / 1000, rssMB: peakRssMB(), notes: ['bytes of one signature revision'] };
}
