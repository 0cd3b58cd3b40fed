/** Dates, years and times of day as people write them in spreadsheets. */
import type { BeijingDate } from '../instant.ts';
import { parseBeijingDate } from '../instant.ts';
import { dateFromSerial, dateOf } from './calendar.ts';
import type { SheetCell } from './sheet-data.ts';

export type DateReading =
  | { readonly date: BeijingDate; readonly certain: boolean }
  | { readonly fault: 'DATE_WITHOUT_YEAR' | 'DATE_MALFORMED' };

const read = (date: BeijingDate | undefined, certain = true): DateReading =>
  date === undefined ? { fault: 'DATE_MALFORMED' } : { date, certain };

const TIME = '(?:[ T]+\\d{1,2}:\\d{2}(?::\\d{2}(?:\\.0+)?)?)?';
const YEAR_FIRST = new RegExp(`^(\\d{4})([-/.年])(\\d{1,2})(?:[-/.月])(\\d{1,2})日?${TIME}$`);
const YEAR_LAST = new RegExp(`^(\\d{1,2})[-/.](\\d{1,2})[-/.](\\d{4})${TIME}$`);

/** Serial days that fall in 1982–2064: an undressed date, not a number of something else. */
const isSerial = (value: number): boolean => value >= 30_000 && value < 60_200;

/** @param text the cell after NFKC and trimming */
export function readDate(text: string, cell: SheetCell, dateSystem: '1900' | '1904'): DateReading {
  if (cell.kind === 'date') return read(parseBeijingDate(cell.text.slice(0, 10)));
  if (cell.kind === 'number' && cell.number !== undefined && isSerial(cell.number)) {
    return read(dateFromSerial(cell.number + (dateSystem === '1904' ? 1462 : 0)));
  }
  const yearFirst = YEAR_FIRST.exec(text);
  if (yearFirst !== null) return read(dateOf(Number(yearFirst[1]), Number(yearFirst[3]), Number(yearFirst[4])));
  const compact = /^((?:19|20)\d\d)(\d\d)(\d\d)$/.exec(text);
  if (compact !== null) return read(dateOf(Number(compact[1]), Number(compact[2]), Number(compact[3])));
  const yearLast = YEAR_LAST.exec(text);
  if (yearLast !== null) {
    const [first, second, year] = [Number(yearLast[1]), Number(yearLast[2]), Number(yearLast[3])];
    if (first > 12) return read(dateOf(year, second, first));
    return read(dateOf(year, first, second), second > 12 || first === second);
  }
  if (/^\d{5}$/.test(text) && isSerial(Number(text))) return read(dateFromSerial(Number(text)), false);
  if (/^\d{1,2}(?:[-/.]\d{1,2}|月\d{1,2}日?)$/.test(text)) return { fault: 'DATE_WITHOUT_YEAR' };
  return { fault: 'DATE_MALFORMED' };
}

/** Year of enrolment: `2025`, `2025级`, `2025年9月`, a date, or `25级` (not certain). */
export function readYear(text: string, cell: SheetCell): { readonly year: string; readonly certain: boolean } | undefined {
  const source = cell.kind === 'date' ? cell.text : text;
  const full = /^(20\d\d)(?:$|年|级|届?秋|[-/.]\d)/.exec(source);
  if (full?.[1] !== undefined) return { year: full[1], certain: true };
  const short = /^([12]\d)级$/.exec(source);
  return short?.[1] === undefined ? undefined : { year: `20${short[1]}`, certain: false };
}

/** `8:30-17:30`, `8：30至17：30`, `08:30~17:30`. @param text the cell after NFKC and trimming */
export function readTimeRange(text: string): string | undefined {
  const found = /^(\d{1,2})[:点时](\d{2})分?\s*(?:-{1,2}|—{1,2}|–|~|〜|至|到)\s*(\d{1,2})[:点时](\d{2})分?$/.exec(text);
  if (found === null) return undefined;
  const [, fromHour = '', fromMinute = '', toHour = '', toMinute = ''] = found;
  return `${fromHour.padStart(2, '0')}:${fromMinute}-${toHour.padStart(2, '0')}:${toMinute}`;
}
