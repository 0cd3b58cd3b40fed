/** The table of results: counts that filter, columns that sort, a search, and never more rows than a screen can bear. */
import { maskName } from '../agreement/identifiers.ts';
import { type Finding, weightOf } from '../verify/findings.ts';
import { VERDICT_ZH, type Verdict } from '../verify/report.ts';
import type { VerifiedFile } from '../verify/verified-file.ts';
import { icon, make, need } from './elements.ts';
import { VERDICTS, verdictTag } from './words.ts';

const ROWS_AT_ONCE = 200;

interface ResultColumn {
  readonly key: string;
  readonly zh: string;
  /** What is shown, searched and sorted by. */
  readonly text: (verified: VerifiedFile) => string;
}

const field =
  (key: string) =>
  ({ report }: VerifiedFile): string =>
    report.agreement?.fields[key] ?? '';

/** What is known of a file by laying all together. */
type Hints = ReadonlyMap<string, readonly Finding[]>;
const NO_HINTS: Hints = new Map();
let hints = NO_HINTS;

/** Findings that pull the verdict down, then hints that ask for a look. */
const reasonsToLook = ({ report, file }: VerifiedFile): readonly Finding[] => [
  ...report.findings.filter((finding) => weightOf(finding) !== 'note'),
  ...(hints.get(file) ?? []).filter(({ code }) => code !== 'REFERENCE_MATCHED'),
];
const reasonOf = (verified: VerifiedFile): string => reasonsToLook(verified)[0]?.zh ?? '';

const COLUMNS: readonly ResultColumn[] = [
  { key: 'verdict', zh: '结论', text: ({ report }) => VERDICT_ZH[report.verdict] },
  { key: 'file', zh: '文件', text: ({ file }) => file },
  { key: 'school', zh: '学校', text: field('schoolName') },
  { key: 'unit', zh: '实习单位', text: field('unitName') },
  { key: 'student', zh: '学生', text: (verified) => maskName(field('studentName')(verified)) },
  { key: 'reason', zh: '原因', text: reasonOf },
];

/** Worst first. */
const WEIGHT: Readonly<Record<Verdict, number>> = { failed: 0, indeterminate: 1, review: 2, passed: 3 };

export interface ResultsView {
  /**
   * Shows what is known by now; holes are files that are still being verified.
   * @param across hints by the name of the file, once all are laid together
   */
  show(files: readonly (VerifiedFile | undefined)[], across?: Hints): void;
}

/** @param open called with the file whose row was chosen */
export function openResults(open: (verified: VerifiedFile) => void): ResultsView {
  const table = need(HTMLTableElement, '[data-table]');
  const tallies = need(HTMLElement, '[data-tallies]');
  const search = need(HTMLInputElement, '#search');
  const onlySchool = need(HTMLSelectElement, '#only-school');
  const onlyReason = need(HTMLSelectElement, '#only-reason');
  const more = need(HTMLButtonElement, '[data-more]');
  const shown = need(HTMLElement, '[data-shown]');
  let all: readonly VerifiedFile[] = [];
  let only: Verdict | null = null;
  let sorted: { readonly column: ResultColumn | null; readonly descending: boolean } = { column: null, descending: false };
  let limit = ROWS_AT_ONCE;

  const draw = (): void => {
    const words = search.value.trim().toLowerCase();
    const rows = all.filter(
      (each) =>
        (only === null || each.report.verdict === only) &&
        (onlySchool.value === '' || schoolOf(each) === onlySchool.value) &&
        (onlyReason.value === '' || reasonsToLook(each).some(({ code }) => code === onlyReason.value)) &&
        (words === '' || searchText(each).includes(words)),
    );
    if (sorted.column !== null) {
      const { text, key } = sorted.column;
      const compare = (a: VerifiedFile, b: VerifiedFile): number =>
        key === 'verdict' ? WEIGHT[a.report.verdict] - WEIGHT[b.report.verdict] : text(a).localeCompare(text(b), 'zh-CN');
      rows.sort((a, b) => compare(a, b) * (sorted.descending ? -1 : 1));
    }
    tallies.replaceChildren(...VERDICTS.map(tally));
    table.replaceChildren(head(), make('tbody', {}, rows.slice(0, limit).map(row)));
    more.hidden = rows.length <= limit;
    shown.textContent = rows.length === all.length ? `共 ${all.length} 份` : `符合条件的 ${rows.length} 份，共 ${all.length} 份`;
  };

  const tally = (verdict: Verdict): HTMLElement => {
    const count = all.filter(({ report }) => report.verdict === verdict).length;
    const button = make(
      'button',
      { type: 'button', class: `tally verdict--${verdict}`, 'aria-pressed': String(only === verdict) },
      icon(verdict),
      make('span', { class: 'tally-count' }, count),
      make('span', {}, VERDICT_ZH[verdict]),
    );
    button.addEventListener('click', () => {
      only = only === verdict ? null : verdict;
      limit = ROWS_AT_ONCE;
      draw();
      tallies.querySelectorAll('button')[VERDICTS.indexOf(verdict)]?.focus();
    });
    return button;
  };

  const head = (): HTMLElement =>
    make(
      'thead',
      {},
      make(
        'tr',
        {},
        COLUMNS.map((column) => {
          const mine = sorted.column === column;
          const button = make('button', { type: 'button', class: 'sort' }, column.zh, mine ? (sorted.descending ? ' ↓' : ' ↑') : '');
          button.addEventListener('click', () => {
            sorted = { column, descending: mine && !sorted.descending };
            draw();
            table.querySelectorAll<HTMLElement>('.sort')[COLUMNS.indexOf(column)]?.focus();
          });
          return make('th', { scope: 'col', 'aria-sort': mine ? (sorted.descending ? 'descending' : 'ascending') : null }, button);
        }),
      ),
    );

  const row = (verified: VerifiedFile): HTMLElement => {
    const openButton = make('button', { type: 'button', class: 'link-button' }, verified.file);
    openButton.addEventListener('click', () => open(verified));
    return make(
      'tr',
      {},
      COLUMNS.map((column) => {
        const content =
          column.key === 'verdict' ? verdictTag(verified.report.verdict) : column.key === 'file' ? openButton : column.text(verified);
        return make('td', { 'data-label': column.zh, class: `cell-${column.key}` }, content === '' ? '—' : content);
      }),
    );
  };

  for (const select of [onlySchool, onlyReason]) {
    select.addEventListener('change', () => {
      limit = ROWS_AT_ONCE;
      draw();
    });
  }
  search.addEventListener('input', () => {
    limit = ROWS_AT_ONCE;
    draw();
  });
  more.addEventListener('click', () => {
    limit += ROWS_AT_ONCE;
    draw();
  });
  return {
    show(files, across = NO_HINTS) {
      if (hints !== across) searchTexts = new WeakMap();
      hints = across;
      all = files.filter((each) => each !== undefined);
      offer(onlySchool, '所有学校', countOf(all.map((each) => [schoolOf(each), schoolOf(each)])));
      offer(onlyReason, '所有原因', countOf(all.flatMap(reasonsOf)));
      draw();
    },
  };
}

const UNREAD = '（未能读出）';
const schoolOf = (verified: VerifiedFile): string => field('schoolName')(verified) || UNREAD;

const REASON_SHOWN = 24;

/** Every reason of a file once, with the words of its first occurrence. */
const reasonsOf = (verified: VerifiedFile): [string, string][] => [
  ...new Map(
    reasonsToLook(verified).map(({ code, zh }): [string, string] => [
      code,
      zh.length > REASON_SHOWN ? `${zh.slice(0, REASON_SHOWN)}…` : zh,
    ]),
  ),
];

interface Counted {
  readonly words: string;
  count: number;
}

function countOf(entries: readonly (readonly [value: string, words: string])[]): ReadonlyMap<string, Counted> {
  const counts = new Map<string, Counted>();
  for (const [value, words] of entries) {
    const known = counts.get(value) ?? { words, count: 0 };
    known.count++;
    counts.set(value, known);
  }
  return counts;
}

/** The choices of a filter, the most frequent first; the one that is chosen stays. */
function offer(select: HTMLSelectElement, every: string, counts: ReadonlyMap<string, Counted>): void {
  const chosen = counts.has(select.value) ? select.value : '';
  const sorted = [...counts].sort(([a, one], [b, other]) => other.count - one.count || (a < b ? -1 : 1));
  select.replaceChildren(
    make('option', { value: '' }, every),
    ...sorted.map(([value, { words, count }]) => make('option', { value }, `${words}（${count}）`)),
  );
  select.value = chosen;
}

let searchTexts = new WeakMap<VerifiedFile, string>();

function searchText(verified: VerifiedFile): string {
  const known = searchTexts.get(verified);
  if (known !== undefined) return known;
  const findings = [...verified.report.findings, ...(hints.get(verified.file) ?? [])].map(({ code, zh }) => `${code} ${zh}`);
  const values = [
    ...COLUMNS.map(({ text }) => text(verified)),
    field('studentName')(verified),
    verified.report.agreement?.agreementNumber ?? '',
    verified.sha256 ?? '',
  ];
  const text = [...values, ...findings].join('\n').toLowerCase();
  searchTexts.set(verified, text);
  return text;
}
