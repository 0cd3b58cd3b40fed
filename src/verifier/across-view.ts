/** What only shows when all files are laid together: groups of annexes, two of them side by side, and signatures that look like one hand's. */
import type { PartyRole } from '../agreement/parties.ts';
import type { AcrossFiles, CodeGroup } from '../verify/across-files.ts';
import { type AnnexGroup, compareAnnexes } from '../verify/annex-groups.ts';
import { type ClauseRow, clauseMatrix } from '../verify/clause-matrix.ts';
import type { ProxySuspicion } from '../verify/proxy-signing.ts';
import type { ReferenceHint } from '../verify/references.ts';
import type { DiffPart } from '../verify/text-diff.ts';
import { make, need } from './elements.ts';
import { marked, ROLE_WORD } from './words.ts';

const FILES_SHOWN = 50;

export function showAcross({ groups, suspicions, references, codes }: AcrossFiles): void {
  need(HTMLElement, '[data-annexes]').replaceChildren(make('h3', {}, '补充条款'), ...annexes(groups).filter((each) => each !== null));
  need(HTMLElement, '[data-suspicions]').replaceChildren(
    make('h3', {}, '疑似代签'),
    ...proxies(suspicions),
    ...belonging(references),
    ...leading(codes),
  );
}

function annexes(groups: readonly AnnexGroup[]): (HTMLElement | null)[] {
  const lettered = groups.filter(({ annex }) => annex !== null);
  const files = groups.reduce((sum, group) => sum + group.files.length, 0);
  if (files === 0) return [make('p', {}, '没有可以读出补充条款的协议。')];
  if (lettered.length === 0) return [make('p', {}, `${files} 份协议都没有补充条款。`)];
  const headings = ['组', '份数', '条数', '提示'].map((zh) => make('th', { scope: 'col' }, zh));
  const table = make(
    'div',
    { class: 'table-wrap', role: 'region', 'aria-label': '各组补充条款', tabindex: 0 },
    make('table', { class: 'table--cards' }, make('thead', {}, make('tr', {}, headings)), make('tbody', {}, groups.map(groupRow))),
  );
  return [make('p', {}, `${files} 份共 ${lettered.length} 种补充条款。`), table, comparison(lettered), matrix(lettered)];
}

const groupRow = ({ label, annex, files, hints }: AnnexGroup): HTMLElement =>
  make(
    'tr',
    {},
    make('th', { scope: 'row', 'data-label': '组' }, annex === null ? '无补充条款' : `${label} 组`),
    make('td', { 'data-label': '份数' }, files.length),
    make('td', { 'data-label': '条数' }, annex?.clauses.length ?? 0),
    make(
      'td',
      { 'data-label': '提示' },
      hints.length === 0
        ? '没有'
        : make(
            'div',
            {},
            hints.map(({ clause, zh }) => make('p', {}, `第 ${clause ?? 0} 条：${zh}`)),
          ),
    ),
  );

const COLUMNS_MAX = 12;
const ROWS_MAX = 200;

/** Clause by group: what only few have stands first. */
function matrix(lettered: readonly AnnexGroup[]): HTMLElement | null {
  if (lettered.length < 2) return null;
  const groups = lettered.slice(0, COLUMNS_MAX);
  const rows = clauseMatrix(groups);
  const head = ['条款', '份数', ...groups.map(({ label }) => `${label} 组`)];
  const cell = (number: number | null, i: number): HTMLElement =>
    make('td', { 'data-label': `${groups[i]?.label ?? ''} 组` }, number === null ? '无' : `第 ${number} 条`);
  const line = ({ clause, numbers, files }: ClauseRow): HTMLElement =>
    make(
      'tr',
      {},
      make('th', { scope: 'row', 'data-label': '条款' }, clause),
      make('td', { 'data-label': '份数' }, files),
      numbers.map(cell),
    );
  const left = [
    lettered.length > COLUMNS_MAX ? `只列最大的 ${COLUMNS_MAX} 组。` : '',
    rows.length > ROWS_MAX ? `只列最少见的 ${ROWS_MAX} 条，其余见 Excel。` : '',
  ];
  return make(
    'details',
    { 'data-matrix': '' },
    make('summary', {}, `逐条对照：${rows.length} 条条款各在哪些组里`),
    make('p', { class: 'hint' }, `一字不差才算同一条，最少见的排在前面。${left.join('')}`),
    make(
      'div',
      { class: 'table-wrap', role: 'region', 'aria-label': '条款与组', tabindex: 0 },
      make(
        'table',
        { class: 'table--cards' },
        make(
          'thead',
          {},
          make(
            'tr',
            {},
            head.map((zh) => make('th', { scope: 'col' }, zh)),
          ),
        ),
        make('tbody', {}, rows.slice(0, ROWS_MAX).map(line)),
      ),
    ),
  );
}

/** Two groups chosen by the reader; the largest two at first. */
function comparison(groups: readonly AnnexGroup[]): HTMLElement {
  if (groups.length < 2) return make('p', {}, '所有补充条款完全相同。');
  const choice = (id: string, zh: string, chosen: number): { readonly field: HTMLElement; readonly select: HTMLSelectElement } => {
    const select = make(
      'select',
      { id },
      groups.map(({ label, files }, i) =>
        make('option', { value: i, selected: i === chosen ? '' : null }, `${label} 组（${files.length} 份）`),
      ),
    );
    return { select, field: make('span', { class: 'field' }, make('label', { for: id }, zh), select) };
  };
  const [before, after] = [choice('annex-before', '左边', 0), choice('annex-after', '右边', 1)];
  const out = make('div', { class: 'table-wrap', role: 'region', 'aria-label': '两组对照', tabindex: 0 });
  const draw = (): void => {
    const [a, b] = [groups[Number(before.select.value)], groups[Number(after.select.value)]];
    const pairs = compareAnnexes(a?.annex ?? null, b?.annex ?? null);
    const side = (parts: readonly DiffPart[], number: number | null, hidden: DiffPart['kind']): HTMLElement =>
      make(
        'td',
        { 'data-label': hidden === 'added' ? '左边' : '右边' },
        number === null ? '—' : [`${number}. `, parts.filter(({ kind }) => kind !== hidden).map(marked)],
      );
    const rows = pairs.map(({ before: i, after: j, parts }) => make('tr', {}, side(parts, i, 'added'), side(parts, j, 'removed')));
    const headings = [a, b].map((group) => make('th', { scope: 'col' }, `${group?.label ?? ''} 组`));
    out.replaceChildren(make('table', { class: 'side-by-side' }, make('thead', {}, make('tr', {}, headings)), make('tbody', {}, rows)));
  };
  before.select.addEventListener('change', draw);
  after.select.addEventListener('change', draw);
  draw();
  const legend = make(
    'p',
    { class: 'hint' },
    '左边',
    make('del', {}, '删去的字'),
    '有删除线，右边',
    make('ins', {}, '增加的字'),
    '有下划线。',
  );
  return make('div', { class: 'stack stack--tight' }, make('div', { class: 'toolbar' }, before.field, after.field), legend, out);
}

/** Files that refer to others; nothing where none does. */
function belonging(references: readonly ReferenceHint[]): HTMLElement[] {
  if (references.length === 0) return [];
  const grave = (code: string): boolean => code !== 'REFERENCE_MATCHED';
  const sorted = [...references].sort((a, b) => Number(grave(b.finding.code)) - Number(grave(a.finding.code)));
  return [
    make('h3', {}, '文件之间的对应和重复'),
    make(
      'ul',
      {},
      sorted.slice(0, FILES_SHOWN).map(({ finding, file }) => make('li', {}, `${finding.zh}　${file}`)),
    ),
    ...(sorted.length > FILES_SHOWN ? [make('p', {}, `另有 ${sorted.length - FILES_SHOWN} 处，见下载的 CSV。`)] : []),
  ];
}

/** Where the codes on the last pages lead; nothing where no agreement has one. */
function leading(codes: readonly CodeGroup[]): HTMLElement[] {
  if (codes.length === 0) return [];
  const item = ({ origin, files }: CodeGroup): HTMLElement => {
    const where = origin === null ? '没有二维码' : make('span', { class: 'code' }, origin);
    const few = files.length <= 3 ? `　${files.join('、')}` : '';
    return make('li', {}, where, `　${files.length} 份${few}`);
  };
  const odd = codes.filter(({ origin }) => origin !== null).length > 1 ? '指向不止一个网址，份数少的请先看。' : '';
  return [
    make('h3', {}, '最后一页的二维码'),
    make('p', { class: 'soft small' }, `${odd}请核对是不是学校公布的验证网址；别的网址显示什么，都不能证明协议。`),
    make('ul', {}, codes.slice(0, FILES_SHOWN).map(item)),
  ];
}

function proxies(suspicions: readonly ProxySuspicion[]): HTMLElement[] {
  if (suspicions.length === 0) return [make('p', {}, '没有发现不同的人笔迹几乎相同，或用同一把密钥签名。')];
  const item = ({ file, party, name }: { readonly file: string; readonly party: PartyRole; readonly name: string }): HTMLElement =>
    make('li', {}, `${ROLE_WORD[party]} ${name}　${file}`);
  return suspicions.map(({ finding, signatures }) =>
    make(
      'details',
      { open: suspicions.length === 1 ? '' : null },
      make('summary', {}, finding.zh),
      make('ul', {}, signatures.slice(0, FILES_SHOWN).map(item)),
      signatures.length > FILES_SHOWN ? make('p', {}, `另有 ${signatures.length - FILES_SHOWN} 处，见下载的 CSV。`) : null,
    ),
  );
}
