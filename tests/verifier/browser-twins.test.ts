import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, fromHex, fromUtf8, toHex } from '../../src/bytes.ts';
import * as twin from '../../src/digest.browser.ts';
import * as original from '../../src/digest.ts';
import * as memoryTwin from '../../src/memory.browser.ts';
import * as memory from '../../src/memory.ts';
import type { DigestName } from '../../src/pki/algorithms.ts';
import { derInteger, derSequence, membersOf, parseDer, readBitOctets, TAG } from '../../src/pki/der.ts';
import { isAnswerFinal, settleQuestion, speculate, verifySignature as verifyTwin } from '../../src/pki/verify-signature.browser.ts';
import { verifySignature } from '../../src/pki/verify-signature.ts';

const DIGESTS: readonly DigestName[] = ['sha256', 'sha384', 'sha512'];
const pieces = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 });

describe('the digest for the browser', () => {
  it('exports the same names as the one for Node', () => {
    expect(Object.keys(twin).sort()).toEqual(Object.keys(original).sort());
  });

  it('computes what node:crypto computes, in one go and in pieces', () => {
    fc.assert(
      fc.property(pieces, (parts) => {
        for (const name of DIGESTS) expect(toHex(twin.digestBy(name, ...parts))).toBe(toHex(original.digestBy(name, ...parts)));
        expect(twin.sha256Hex(...parts)).toBe(original.sha256Hex(...parts));
        const [head = new Uint8Array(), ...rest] = parts;
        const [a, b] = [twin.startSha256().update(head), original.startSha256().update(head)];
        const [fork, other] = [a.copy(), b.copy()];
        for (const part of rest) {
          fork.update(part);
          other.update(part);
        }
        expect(toHex(fork.finish())).toBe(toHex(other.finish()));
        expect(toHex(a.finish())).toBe(toHex(b.finish()));
      }),
      { numRuns: 60 },
    );
  });
});

describe('memory in the browser', () => {
  it('exports the same names as the one for Node', () => {
    expect(Object.keys(memoryTwin).sort()).toEqual(Object.keys(memory).sort());
  });

  it('reads the same text and the same hexadecimal as Node, at any offset and length', () => {
    const long = fc.uint8Array({ minLength: 8000, maxLength: 20_000, size: 'max' });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 40 }), long), fc.nat(3), (bytes, before) => {
        const view = concatBytes(new Uint8Array(before), bytes).subarray(before);
        expect(memoryTwin.latin1Of(view)).toBe(memory.latin1Of(view));
        expect(memoryTwin.hexOf(view)).toBe(memory.hexOf(view));
      }),
      { numRuns: 40 },
    );
  });

  it('gives room of its own, of the length asked for', () => {
    for (const { unfilled } of [memory, memoryTwin]) {
      const [one, other] = [unfilled(100), unfilled(100)];
      one.fill(1);
      other.fill(2);
      expect([one.byteLength, one.buffer.byteLength, one.every((byte) => byte === 1)]).toEqual([100, 100, true]);
    }
  });

  it('finds the same what Node finds the same, at any offset and length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(3), fc.nat(3), fc.option(fc.nat(39)), (bytes, before, after, changedAt) => {
        const a = concatBytes(new Uint8Array(before), bytes).subarray(before);
        const b = concatBytes(new Uint8Array(after), bytes).subarray(after);
        const at = changedAt === null ? bytes.length : changedAt;
        if (at < b.length) b[at] = (b[at] ?? 0) ^ 1;
        expect(memoryTwin.sameMemory(a, b)).toBe(at >= bytes.length);
        expect(memory.sameMemory(a, b)).toBe(at >= bytes.length);
      }),
    );
  });
});

interface TestKey {
  readonly name: string;
  readonly spki: Uint8Array;
  sign(digest: DigestName, message: Uint8Array): Uint8Array;
}

function testKey(name: string, { publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject }): TestKey {
  return {
    name,
    spki: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })),
    sign: (digest, message) => new Uint8Array(sign(digest, message, privateKey)),
  };
}

const KEYS: readonly TestKey[] = [
  testKey('RSA-2048', generateKeyPairSync('rsa', { modulusLength: 2048 })),
  testKey('RSA-3072', generateKeyPairSync('rsa', { modulusLength: 3072 })),
  testKey('P-256', generateKeyPairSync('ec', { namedCurve: 'P-256' })),
  testKey('P-384', generateKeyPairSync('ec', { namedCurve: 'P-384' })),
];

const both = (spki: Uint8Array, digest: DigestName, message: Uint8Array, value: Uint8Array): boolean => {
  const judgement = verifyTwin(spki, digest, message, value);
  expect(judgement).toBe(verifySignature(spki, digest, message, value));
  expect(verifyTwin(spki, digest, message, value)).toBe(judgement);
  return judgement;
};

const flip = (bytes: Uint8Array, at: number, bit: number): Uint8Array => {
  const changed = Uint8Array.from(bytes);
  const index = at % bytes.length;
  changed[index] = (changed[index] ?? 0) ^ (1 << bit);
  return changed;
};

describe('the signature check for the browser', () => {
  it.each(KEYS)('accepts with $name what node:crypto accepts, and nothing else', (key) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(...DIGESTS), fc.nat(), fc.nat(7), (message, digest, at, bit) => {
        const value = key.sign(digest, message);
        expect(both(key.spki, digest, message, value)).toBe(true);
        expect(both(key.spki, digest, concatBytes(message, Uint8Array.of(1)), value)).toBe(false);
        expect(both(key.spki, digest, message, flip(value, at, bit))).toBe(false);
        both(flip(key.spki, at, bit), digest, message, value);
        expect(both(key.spki, digest, message, value.subarray(1))).toBe(false);
        expect(both(key.spki, digest, message, concatBytes(Uint8Array.of(0), value))).toBe(false);
        const other = DIGESTS[(DIGESTS.indexOf(digest) + 1) % 3] ?? 'sha256';
        expect(both(key.spki, other, message, value)).toBe(false);
      }),
      { numRuns: 25 },
    );
  });

  it('refuses an RSA value that is the right one plus the modulus', () => {
    const key = KEYS[0];
    if (key === undefined) throw new Error('no key');
    const message = fromUtf8('三方');
    const value = BigInt(`0x${toHex(key.sign('sha256', message))}`);
    const members = membersOf(parseDer(key.spki));
    members.next();
    const octets = readBitOctets(members.next(TAG.bitString));
    const modulus = BigInt(`0x${toHex(membersOf(parseDer(octets)).next().content)}`);
    const sum = (value + modulus).toString(16);
    both(key.spki, 'sha256', message, fromHex(sum.padStart(Math.max(512, sum.length + (sum.length % 2)), '0')));
    expect(both(key.spki, 'sha256', message, fromHex(sum.padStart(514, '0')))).toBe(false);
  });

  it.each([
    ['all zero', new Uint8Array(256)],
    ['empty', new Uint8Array()],
    ['r and s of one', derSequence(derInteger(Uint8Array.of(1)), derInteger(Uint8Array.of(1)))],
  ])('refuses a value that is %s with every key', (_what, value) => {
    for (const key of KEYS) for (const digest of DIGESTS) expect(both(key.spki, digest, fromUtf8('三方'), value)).toBe(false);
  });

  it('refuses a point that is not on the curve', () => {
    const key = KEYS[2];
    if (key === undefined) throw new Error('no key');
    const message = fromUtf8('三方');
    expect(both(flip(key.spki, key.spki.length - 1, 0), 'sha256', message, key.sign('sha256', message))).toBe(false);
  });
});

describe('native code that answers ahead', () => {
  const key = KEYS[2];
  if (key === undefined) throw new Error('no key');
  const message = fromUtf8('预先核对');
  const good = key.sign('sha256', message);
  const bad = key.sign('sha256', fromUtf8('另一句'));

  it('is asked about what is not judged yet, and its answers are used', async () => {
    const first = speculate(() => verifyTwin(key.spki, 'sha256', message, good));
    expect(first.open).toHaveLength(1);
    for (const question of first.open) expect(await settleQuestion(question, async () => true)).toBe(true);
    expect(speculate(() => verifyTwin(key.spki, 'sha256', message, good))).toEqual({ result: true, open: [] });
  });

  it.each([
    ['says no', async () => false],
    ['is never reached because the value is malformed', async () => true],
  ])('is not the last word when it %s', async (_what, native) => {
    const value = _what === 'says no' ? bad : Uint8Array.of(0x30, 0);
    for (const question of speculate(() => verifyTwin(key.spki, 'sha384', message, value)).open) await settleQuestion(question, native);
    expect(verifyTwin(key.spki, 'sha384', message, value)).toBe(false);
  });

  it('changes nothing outside of it', () => {
    speculate(() => verifyTwin(key.spki, 'sha512', message, bad));
    expect(verifyTwin(key.spki, 'sha512', message, bad)).toBe(false);
  });

  it('lets nobody remember a yes that is only supposed', () => {
    expect(speculate(isAnswerFinal).result).toBe(false);
    expect(isAnswerFinal()).toBe(true);
  });
});
