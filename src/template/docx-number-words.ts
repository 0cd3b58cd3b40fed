/** List numbers in words and signs: 一 甲 ① a IV, as Word and WPS print them. */

const DIGITS = '〇一二三四五六七八九';

const range = (first: number, length: number): string =>
  Array.from({ length }, (_each, index) => String.fromCodePoint(first + index)).join('');

/** Formats that are a row of signs: beyond its end there is no number. */
const SIGNS: ReadonlyMap<string, string> = new Map([
  ['ideographTraditional', '甲乙丙丁戊己庚辛壬癸'],
  ['ideographZodiac', '子丑寅卯辰巳午未申酉戌亥'],
  ['decimalEnclosedCircle', range(0x2460, 20)],
  ['decimalEnclosedCircleChinese', range(0x2460, 20)],
  ['decimalEnclosedParen', range(0x2474, 20)],
  ['decimalEnclosedFullstop', range(0x2488, 20)],
]);

/** Prints a list number, or undefined for a format or a value we do not know. @source ECMA-376 part 1 §17.18.59 */
export function printNumber(value: number, format: string): string | undefined {
  if (value < 0 || value > 9999) return undefined;
  const zeros = /^zeros(\d)$/.exec(format)?.[1];
  if (zeros !== undefined) return String(value).padStart(Number(zeros), '0');
  const signs = SIGNS.get(format);
  if (signs !== undefined) return value >= 1 ? [...signs][value - 1] : undefined;
  switch (format) {
    case 'none':
      return '';
    case 'decimal':
    case 'decimalHalfWidth':
      return String(value);
    case 'decimalZero':
      return String(value).padStart(2, '0');
    case 'decimalFullWidth':
    case 'decimalFullWidth2':
      return [...String(value)].map((digit) => String.fromCharCode(0xff10 + Number(digit))).join('');
    case 'chineseCountingThousand':
    case 'taiwaneseCountingThousand':
      return chineseCounting(value);
    // From 100 on makers differ in how they write these.
    case 'chineseCounting':
    case 'japaneseCounting':
    case 'taiwaneseCounting':
    case 'koreanCounting':
      return value < 100 ? chineseCounting(value) : undefined;
    case 'numberInDash':
      return `- ${value} -`;
    case 'ideographDigital':
    case 'japaneseDigitalTenThousand':
    case 'taiwaneseDigital':
      return [...String(value)].map((digit) => DIGITS[Number(digit)]).join('');
    case 'chineseLegalSimplified':
      return [...chineseCounting(value)].map((char) => LEGAL.get(char) ?? char).join('');
    case 'lowerLetter':
      return letters(value, 97);
    case 'upperLetter':
      return letters(value, 65);
    case 'lowerRoman':
      return roman(value)?.toLowerCase();
    case 'upperRoman':
      return roman(value);
    default:
      return undefined;
  }
}

const LEGAL: ReadonlyMap<string, string> = new Map(
  [...'一壹二贰三叁四肆五伍六陆七柒八捌九玖十拾百佰千仟〇零'.matchAll(/(.)(.)/gu)].map((pair) => [pair[1] ?? '', pair[2] ?? '']),
);

/** 一, 十, 十一, 二十, 一百零五 … up to 9999. */
function chineseCounting(value: number): string {
  if (value === 0) return '〇';
  const digits = [...String(value)].map(Number);
  let text = '';
  digits.forEach((digit, index) => {
    const place = digits.length - 1 - index;
    if (digit !== 0) text += `${DIGITS[digit]}${['', '十', '百', '千'][place]}`;
    else if (digits.slice(index).some((rest) => rest !== 0) && !text.endsWith('零')) text += '零';
  });
  return text.startsWith('一十') ? text.slice(1) : text;
}

/** a … z, aa, bb …: Word repeats the letter. */
function letters(value: number, first: number): string | undefined {
  if (value < 1) return undefined;
  return String.fromCharCode(first + ((value - 1) % 26)).repeat(Math.ceil(value / 26));
}

function roman(value: number): string | undefined {
  if (value < 1 || value > 3999) return undefined;
  const signs: readonly (readonly [number, string])[] = [
    [1000, 'M'],
    [900, 'CM'],
    [500, 'D'],
    [400, 'CD'],
    [100, 'C'],
    [90, 'XC'],
    [50, 'L'],
    [40, 'XL'],
    [10, 'X'],
    [9, 'IX'],
    [5, 'V'],
    [4, 'IV'],
    [1, 'I'],
  ];
  let rest = value;
  let text = '';
  for (const [worth, sign] of signs) {
    while (rest >= worth) {
      text += sign;
      rest -= worth;
    }
  }
  return text;
}
