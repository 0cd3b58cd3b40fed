/** Agreement numbers: 100 random bits in a form that can be read over the telephone and fits the blank. */

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * `SF-XXXXXXXXXX-XXXXXXXXXX`, 24 characters, from the first 100 bits of at least 13 random bytes.
 * @throws RangeError when there are fewer bytes
 * @source Crockford base 32: no I, L, O, U
 */
export function agreementNumberFrom(bytes: Uint8Array): string {
  if (bytes.length < 13) throw new RangeError(`13 random bytes needed, got ${bytes.length}`);
  let symbols = '';
  for (let bit = 0; bit < 100; bit += 5) {
    const pair = ((bytes[bit >> 3] ?? 0) << 8) | (bytes[(bit >> 3) + 1] ?? 0);
    symbols += ALPHABET[(pair >> (11 - (bit & 7))) & 31];
  }
  return `SF-${symbols.slice(0, 10)}-${symbols.slice(10)}`;
}

export const isAgreementNumber = (text: string): boolean => /^SF-[0-9A-HJKMNP-TV-Z]{10}-[0-9A-HJKMNP-TV-Z]{10}$/.test(text);
