/** Chinese numerals of clauses. */

/** Zero to nine. */
export const CHINESE_DIGITS = '〇一二三四五六七八九';

/** 1 → 一, 12 → 十二, 40 → 四十; up to 99. */
export function chineseNumber(value: number): string {
  const tens = Math.floor(value / 10);
  const ones = value % 10;
  const digit = (n: number): string => CHINESE_DIGITS[n] ?? '';
  if (tens === 0) return digit(ones);
  return `${tens === 1 ? '' : digit(tens)}十${ones === 0 ? '' : digit(ones)}`;
}
