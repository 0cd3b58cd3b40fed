/** Instants and Beijing dates by integer arithmetic: no time zone data, no locale, the same on every machine. */

declare const instantBrand: unique symbol;
/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number & { readonly [instantBrand]: true };

declare const dateBrand: unique symbol;
/** A calendar date in Beijing, `YYYY-MM-DD`. */
export type BeijingDate = string & { readonly [dateBrand]: true };

const BEIJING_MS = 8 * 3_600_000;

/** @throws RangeError outside the years 1970–9999 or when not a whole number of milliseconds */
export function toInstant(epochMs: number): Instant {
  if (!Number.isSafeInteger(epochMs) || epochMs < 0 || epochMs > 253_402_300_799_999) throw new RangeError(`not an instant: ${epochMs}`);
  return epochMs as Instant;
}

/** The instant cut to whole seconds, which is all that a PDF date or a certificate can say. */
export const wholeSeconds = (at: Instant): Instant => (at - (at % 1000)) as Instant;

/** `2026-03-01T01:00:00Z`. @source RFC 3339 */
export const toRfc3339 = (at: Instant): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

/** Reads exactly the form that `toRfc3339` prints; anything else is undefined. */
export function parseRfc3339(text: string): Instant | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)) return undefined;
  const at = (place: number): number => (text.charCodeAt(place) - 0x30) * 10 + text.charCodeAt(place + 1) - 0x30;
  const [year, month, day, hour, minute, second] = [at(0) * 100 + at(2), at(5), at(8), at(11), at(14), at(17)];
  if (year < 1970 || day < 1 || day > daysOf(year, month) || hour > 23 || minute > 59 || second > 59) return undefined;
  return Date.UTC(year, month - 1, day, hour, minute, second) as Instant;
}

/** `D:20260301010000Z`. @source ISO 32000-1:2008 §7.9.4 */
export const toPdfDate = (at: Instant): string => `D:${toRfc3339(at).replace(/[-T:]/g, '')}`;

export const beijingDateOf = (at: Instant): BeijingDate => new Date(at + BEIJING_MS).toISOString().slice(0, 10) as BeijingDate;

/** The first instant of a Beijing date. */
export const startOfBeijingDate = (date: BeijingDate): Instant => toInstant(Date.parse(`${date}T00:00:00Z`) - BEIJING_MS);

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
/** 0 where there is no such month. */
const daysOf = (year: number, month: number): number => (month === 2 && isLeap(year) ? 29 : (MONTH_DAYS[month - 1] ?? 0));

/** Reads `YYYY-MM-DD` if such a day exists in 1900–2199. */
export function parseBeijingDate(text: string): BeijingDate | undefined {
  if (!/^(?:19|20|21)\d\d-\d\d-\d\d$/.test(text)) return undefined;
  const day = Number(text.slice(8));
  const last = daysOf(Number(text.slice(0, 4)), Number(text.slice(5, 7)));
  return day >= 1 && day <= last ? (text as BeijingDate) : undefined;
}

/** `2026年9月1日 14:05（北京时间）`. */
export function beijingText(at: Instant): string {
  const iso = new Date(at + BEIJING_MS).toISOString();
  return `${beijingDateText(iso.slice(0, 10) as BeijingDate)} ${iso.slice(11, 16)}（北京时间）`;
}

/** `2026年9月1日`. */
export function beijingDateText(date: BeijingDate): string {
  const [year, month, day] = date.split('-').map(Number);
  return `${year}年${month}月${day}日`;
}
