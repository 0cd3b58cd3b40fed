/** Canonical JSON: one byte sequence for one value, so that signed data can be rebuilt and compared. */

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Characters that are escaped, and surrogates, which may stand alone. */
const NEEDS_CARE = /["\\\u0000-\u001f\ud800-\udfff]/;

/**
 * Prints a value with sorted keys, no spaces and the shortest escapes.
 * @throws RangeError for numbers that are not safe integers and for lone surrogates: nothing we sign needs them
 * @source RFC 8785 §3.2
 */
export function toCanonicalJson(value: Json): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw new RangeError(`not a safe integer: ${value}`);
    return String(value);
  }
  if (typeof value === 'string') {
    if (!NEEDS_CARE.test(value)) return `"${value}"`;
    if (!value.isWellFormed()) throw new RangeError('lone surrogate');
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(toCanonicalJson).join(',')}]`;
  const record = value as { readonly [key: string]: Json };
  const members = Object.keys(record);
  const printed = isInOrder(members) ? printTexts(record, members) : undefined;
  if (printed !== undefined) return printed;
  members.sort();
  return `{${members.map((key) => `${toCanonicalJson(key)}:${toCanonicalJson(record[key] as Json)}`).join(',')}}`;
}

/** Keys of parsed canonical JSON are; sorting them again would cost more than printing. */
function isInOrder(keys: readonly string[]): boolean {
  for (let i = 1; i < keys.length; i++) if ((keys[i - 1] ?? '') > (keys[i] ?? '')) return false;
  return true;
}

/** A record of texts alone, by the platform's own printer, which prints keys as they come; undefined where it is none or an escape has to be looked at. */
function printTexts(record: { readonly [key: string]: Json }, keys: readonly string[]): string | undefined {
  for (const key of keys) if (typeof record[key] !== 'string') return undefined;
  const printed = JSON.stringify(record);
  return printed.includes('\\u') ? undefined : printed;
}
