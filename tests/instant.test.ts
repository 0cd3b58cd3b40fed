import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRfc3339, toInstant, toRfc3339, wholeSeconds } from '../src/instant.ts';

describe('an RFC 3339 time', () => {
  it('is read back as the instant that was printed', () => {
    fc.assert(
      fc.property(
        fc.nat(253_402_300_799).map((seconds) => toInstant(seconds * 1000 - (seconds % 1000 === 0 ? 0 : 1))),
        (at) => {
          expect(parseRfc3339(toRfc3339(at))).toBe(wholeSeconds(at));
        },
      ),
    );
  });

  it('is read only where the calendar has it', () => {
    const two = (max: number) => fc.nat(max).map((value) => String(value).padStart(2, '0'));
    fc.assert(
      fc.property(fc.integer({ min: 1900, max: 2101 }), two(13), two(32), two(25), two(61), two(61), (year, month, day, h, m, s) => {
        const text = `${year}-${month}-${day}T${h}:${m}:${s}Z`;
        const epochMs = Date.parse(text);
        const exists = epochMs >= 0 && `${new Date(epochMs).toISOString().slice(0, 19)}Z` === text;
        expect(parseRfc3339(text)).toBe(exists ? epochMs : undefined);
      }),
      { numRuns: 2000 },
    );
    for (const text of [
      '2024-02-29T00:00:00Z',
      '2023-02-29T00:00:00Z',
      '1969-12-31T23:59:59Z',
      '0050-01-01T00:00:00Z',
      '2026-03-01T01:00:00z',
    ])
      expect(parseRfc3339(text) !== undefined, text).toBe(text.startsWith('2024'));
  });
});
