/** What a page says of an agreement, by reference: the same words for the server that shows them and for the page that checks them against the file. */

/** The part of an agreement's data that pages show. */
export interface ShownSource {
  readonly agreementNumber: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly annex: { readonly title: string; readonly clauses: readonly string[] } | null;
  /** Of the locked text. */
  readonly template?: { readonly prefixSha256: string };
  /** A consent form shows the number of its agreement, an amendment what it changes and why. */
  readonly refersTo?: { readonly kind: string; readonly agreementNumber: string; readonly reason?: string };
}

const DATE_PARTS = ['year', 'month', 'day'] as const;

/** The reference of one part of a date, as a template's blank shows it. */
export const datePartReference = (field: string, part: (typeof DATE_PARTS)[number], form: 'full' | 'short'): string =>
  `${field}:${part === 'year' && form === 'short' ? 'shortYear' : part}`;

/**
 * @param reference `field`, `field:year|shortYear|month|day` (parts of a date), `field:words` (dates as 2026年9月1日),
 *   `field:masked` (a name but for its first character), `field=option` (☑ or ☐), `agreementNumber`, `annex:title`, `annex:1`
 *   (clauses from 1), `template` (SHA-256 of the locked text), `amendment` (which agreement an amendment changes, how and why)
 * @returns the words; empty where the data has no such value
 */
export function shownValue(source: ShownSource, reference: string): string {
  const choice = /^(\w+)=(.*)$/su.exec(reference);
  if (choice !== null) return source.fields[choice[1] ?? ''] === choice[2] ? '☑' : '☐';
  const [name = '', way] = reference.split(':');
  if (name === 'annex') return annexValue(source.annex, way ?? '');
  if (name === 'template') return source.template?.prefixSha256 ?? '';
  if (name === 'amendment') return amendmentValue(source.refersTo);
  const bound = source.refersTo?.kind === 'consent' ? source.refersTo.agreementNumber : source.agreementNumber;
  const value = name === 'agreementNumber' ? bound : (source.fields[name] ?? '');
  return way === undefined ? value : inWords(value, way);
}

function annexValue(annex: ShownSource['annex'], part: string): string {
  if (part === 'title') return annex?.title ?? '';
  return annex?.clauses[Number(part) - 1] ?? '';
}

const AMENDMENTS: Readonly<Record<string, string>> = { extension: '延长实习期限', termination: '解除协议' };

function amendmentValue(refersTo: ShownSource['refersTo']): string {
  const what = AMENDMENTS[refersTo?.kind ?? ''];
  return refersTo === undefined || what === undefined
    ? ''
    : `${what}，原协议编号 ${refersTo.agreementNumber}，原因：${refersTo.reason ?? ''}`;
}

function inWords(value: string, way: string): string {
  if (way === 'masked') {
    const [first = '', ...rest] = value;
    return first + '*'.repeat(rest.length);
  }
  const [year = '', month = '', day = ''] = value.split('-');
  if (way === 'words') return /^\d{4}-\d\d-\d\d$/.test(value) ? `${year}年${Number(month)}月${Number(day)}日` : value;
  if (way === 'shortYear') return year.slice(2);
  const part = { year, month, day }[way];
  return (part ?? '').replace(/^0/, '');
}
