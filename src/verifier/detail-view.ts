/** One file in detail: verdict, findings, signatures, values, annex, digest. */
import { fieldSpec } from '../agreement/fields.ts';
import { maskIdNumber } from '../agreement/identifiers.ts';
import { beijingText } from '../instant.ts';
import type { FileDrawing } from '../verify/draw-file.ts';
import type { Finding } from '../verify/findings.ts';
import type { FileReport, SignatureReport } from '../verify/report.ts';
import { VERDICT_ZH, vouchedBy } from '../verify/report.ts';
import type { VerifiedFile } from '../verify/verified-file.ts';
import { drawingView } from './drawing-view.ts';
import { icon, make, need, pairs } from './elements.ts';
import type { Voided } from './engine.ts';
import { foreignView } from './foreign-view.ts';
import { ROLE_WORD, STATUS_WORD, timeWord, VERDICT_MEANING } from './words.ts';

type Pair = readonly [label: string, value: string];

const section = (title: string, ...children: readonly (Node | null | readonly Node[])[]): HTMLElement =>
  make('section', { class: 'stack stack--tight' }, make('h3', {}, title), ...children);

/** What the desk knows beside the file itself. */
export interface DetailDesk {
  voidedOf(verified: VerifiedFile): Voided | null;
  /** What laying all files together says of this one. */
  hintsOf(verified: VerifiedFile): readonly Finding[];
  /** Null where nothing can be drawn. */
  draw(verified: VerifiedFile): Promise<FileDrawing | null>;
}

/** Opens over the page; focus returns to the row when it closes. */
export function showDetail(verified: VerifiedFile, desk: DetailDesk): void {
  const dialog = need(HTMLDialogElement, '[data-detail]');
  const { report, file, sha256, lengthBytes } = verified;
  const close = make('button', { type: 'button', class: 'button button--quiet button--small' }, '关闭');
  close.addEventListener('click', () => dialog.close());
  dialog.replaceChildren(
    make(
      'header',
      { class: `verdict verdict--${report.verdict}` },
      icon(report.verdict),
      make('div', {}, make('h2', { id: 'detail-title' }, VERDICT_ZH[report.verdict]), make('p', {}, VERDICT_MEANING[report.verdict])),
      close,
    ),
    make(
      'div',
      { class: `report-body${report.template === null ? '' : ' report-body--pages'}` },
      make(
        'div',
        { class: 'stack', 'data-facts': '' },
        make('p', {}, make('strong', {}, file)),
        voidedNotice(desk.voidedOf(verified)),
        section(report.verdict === 'passed' ? '说明' : '原因', findings(report)),
        together(desk.hintsOf(verified)),
        report.foreign === undefined ? section('签名', signatures(report)) : foreignView(report.foreign),
        values(report),
        annex(report),
        section(
          '文件',
          pairs([
            ['大小', lengthBytes === 0 ? '没有读取' : `${lengthBytes} 字节`],
            ['SHA-256', sha256 ?? '没有读取'],
            ['模板', report.template === null ? '没有认出' : `${report.template.pack}（${STATUS_WORD[report.template.status]}）`],
          ]),
        ),
      ),
      pages(verified, desk),
    ),
  );
  dialog.showModal();
  dialog.scrollTop = 0;
}

const together = (hints: readonly Finding[]): HTMLElement | null =>
  hints.length === 0
    ? null
    : section(
        '与其他文件放在一起看',
        make(
          'ul',
          {},
          hints.map(({ zh }) => make('li', {}, zh)),
        ),
      );

function voidedNotice(voided: Voided | null): HTMLElement | null {
  if (voided === null) return null;
  const instead = voided.replacedBy === null ? '' : `已由 ${voided.replacedBy} 代替。`;
  return make(
    'p',
    { class: 'notice notice--bad' },
    make('strong', {}, '这份协议已由学校作废。'),
    `${beijingText(voided.at)}，原因：${voided.reason}。${instead}上面的结论只说文件本身的真假。`,
  );
}

/** The pages made again, as soon as they are there; nothing for a file that was never read, or is no agreement of ours. */
function pages(verified: VerifiedFile, desk: DetailDesk): HTMLElement | null {
  const { report, sha256 } = verified;
  if (sha256 === null || report.foreign !== undefined) return null;
  const out = make('div', { class: 'stack stack--tight pages-side', 'data-pages': '', role: 'status' }, '正在重新做出页面…');
  desk.draw(verified).then(
    (drawing) => {
      if (drawing === null) out.remove();
      else out.replaceChildren(section('重新做出的页面', drawingView(drawing)));
    },
    (error: unknown) => out.replaceChildren(error instanceof Error ? error.message : String(error)),
  );
  return out;
}

const findings = ({ findings: found }: FileReport): HTMLElement =>
  found.length === 0
    ? make('p', {}, '没有发现问题。')
    : make(
        'ul',
        { class: 'findings' },
        found.map(({ code, zh, revision, party }) =>
          make(
            'li',
            {},
            party === undefined ? null : make('strong', {}, `${ROLE_WORD[party]}：`),
            zh,
            make('code', {}, revision === undefined ? code : `${code} · 第 ${revision} 次保存`),
          ),
        ),
      );

function signatures({ signatures: signed, missing }: FileReport): HTMLElement {
  const row = (signature: SignatureReport): HTMLElement =>
    make(
      'tr',
      {},
      make('th', { scope: 'row', 'data-label': '谁' }, ROLE_WORD[signature.party]),
      make('td', { 'data-label': '姓名' }, signature.name),
      make(
        'td',
        { 'data-label': '时间' },
        `${timeWord(signature.signedAt)}${signature.timestamp === undefined ? '，自报' : `，时间戳 ${signature.timestampAuthority ?? ''}`}`,
      ),
      make('td', { 'data-label': '凭证' }, vouchedBy(signature)),
    );
  const heading = ['谁', '姓名', '时间', '凭证'].map((zh) => make('th', { scope: 'col' }, zh));
  return make(
    'div',
    { class: 'stack stack--tight' },
    signed.length === 0
      ? make('p', {}, '没有可以列出的签名。')
      : make(
          'div',
          { class: 'table-wrap' },
          make('table', { class: 'table--cards' }, make('thead', {}, make('tr', {}, heading)), make('tbody', {}, signed.map(row))),
        ),
    missing.length === 0 ? null : make('p', {}, `还缺：${missing.map((role) => ROLE_WORD[role]).join('、')}`),
  );
}

function values({ agreement }: FileReport): HTMLElement | null {
  if (agreement === null) return null;
  const rows = Object.entries(agreement.fields).map(([key, value]): Pair => {
    const spec = fieldSpec(key);
    return [spec?.zh ?? key, spec?.type === 'idNumber' ? maskIdNumber(value) : value];
  });
  return section('协议内容（请与手中的纸质件对照）', pairs([['协议编号', agreement.agreementNumber], ...rows]));
}

function annex({ agreement }: FileReport): HTMLElement | null {
  if (agreement === null) return null;
  if (agreement.annex === null) return section('补充条款', make('p', {}, '没有补充条款。'));
  return section(
    agreement.annex.title,
    make(
      'ol',
      {},
      agreement.annex.clauses.map((clause) => make('li', {}, clause)),
    ),
  );
}
