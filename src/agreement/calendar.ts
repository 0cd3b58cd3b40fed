/** Whole days and ages by integer arithmetic on `YYYY-MM-DD`. */
import { type BeijingDate, parseBeijingDate } from '../instant.ts';

const parts = (date: BeijingDate): readonly [number, number, number] => [
  Number(date.slice(0, 4)),
  Number(date.slice(5, 7)),
  Number(date.slice(8, 10)),
];
const pad = (value: number, width: number): string => String(value).padStart(width, '0');
const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
const daysIn = (year: number, month: number): number => (month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31);

/** The date of these numbers if it exists in 1900–2199. */
export const dateOf = (year: number, month: number, day: number): BeijingDate | undefined =>
  parseBeijingDate(`${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`);

/** Days since 1970-01-01. */
export function dayNumber(date: BeijingDate): number {
  const [year, month, day] = parts(date);
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468;
}

/** The date that many days after 1970-01-01, if it lies in 1900–2199. */
export function dateFromDayNumber(days: number): BeijingDate | undefined {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return dateOf(year, month, dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1);
}

/** Serial day of a spreadsheet in the 1900 system; 60 is the day that never was. */
export const dateFromSerial = (serial: number): BeijingDate | undefined =>
  serial < 61 ? undefined : dateFromDayNumber(Math.floor(serial) - 25_569);

/** The first day of the n-th later month with the same day number, or the last day of that month. @throws RangeError after 2199 */
export function addMonths(date: BeijingDate, months: number): BeijingDate {
  const [year, month, day] = parts(date);
  const index = year * 12 + month - 1 + months;
  const y = Math.floor(index / 12);
  const m = (index % 12) + 1;
  const result = dateOf(y, m, Math.min(day, daysIn(y, m)));
  if (result === undefined) throw new RangeError(`${date} + ${months} months`);
  return result;
}

/** Whole months of age on a day: a birthday counts from the day itself; 29 February counts from 1 March in common years. */
export function monthsOfAge(bornOn: BeijingDate, on: BeijingDate): number {
  const [birthYear, birthMonth, birthDay] = parts(bornOn);
  const [year, month, day] = parts(on);
  return (year - birthYear) * 12 + month - birthMonth - (day < birthDay ? 1 : 0);
}

/** `15 周岁 8 个月`. */
export const ageText = (months: number): string => `${Math.floor(months / 12)} 周岁${months % 12 === 0 ? '' : ` ${months % 12} 个月`}`;
