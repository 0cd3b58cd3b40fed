import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../src/bytes.ts';
import { adler32, combineAdler, deflate, flatePiece, inflate, joinPieces, storedPiece } from '../../src/pdf/deflate.ts';

/** Random bytes do not deflate, repeated ones do. */
const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 400 }),
  fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 200 })).map(([unit, times]) => {
    return concatBytes(...Array.from({ length: times }, () => unit));
  }),
);
const plain = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes);
const byZlib = (bytes: Uint8Array): Uint8Array => new Uint8Array(inflateSync(bytes));

describe('deflate', () => {
  it('makes streams that zlib and we inflate to the input', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(byZlib(deflate(bytes))).toEqual(plain(bytes));
        expect(plain(inflate(deflate(bytes)))).toEqual(plain(bytes));
      }),
    );
  });
});

describe('pieces', () => {
  it('laid end to end in any order are a stream that zlib inflates to the pieces in that order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyBytes, fc.boolean()), { maxLength: 12 }), (parts) => {
        const pieces = parts.map(([bytes, stored]) => (stored ? storedPiece(bytes) : flatePiece(bytes)));
        expect(byZlib(joinPieces(pieces))).toEqual(plain(concatBytes(...parts.map(([bytes]) => bytes))));
        expect(byZlib(joinPieces(pieces.toReversed()))).toEqual(plain(concatBytes(...parts.map(([bytes]) => bytes).toReversed())));
      }),
    );
  });

  it('do not grow by more than the five bytes of a stored block', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(flatePiece(bytes).deflated.length).toBeLessThanOrEqual(bytes.length + 5);
      }),
    );
  });

  it('are the same bytes for the same input', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(flatePiece(bytes)).toEqual(flatePiece(bytes.slice()));
      }),
    );
  });

  it('refuse to store more than a stored block can hold', () => {
    expect(byZlib(joinPieces([storedPiece(new Uint8Array(65_535))]))).toHaveLength(65_535);
    expect(() => storedPiece(new Uint8Array(65_536))).toThrow(RangeError);
  });
});

describe('adler32', () => {
  it('of two stretches follows from theirs', () => {
    fc.assert(
      fc.property(anyBytes, anyBytes, (first, second) => {
        expect(combineAdler(adler32(first), adler32(second), second.length)).toBe(adler32(concatBytes(first, second)));
      }),
    );
  });

  it('of known bytes is the one of RFC 1950', () => {
    expect(adler32(new TextEncoder().encode('Wikipedia'))).toBe(0x11e60398);
  });
});
