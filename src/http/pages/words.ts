/** Words and small marks that several pages share, so that one thing has one name everywhere. */
import { html } from 'hono/html';
import { beijingText, parseRfc3339, toInstant } from '../../instant.ts';
import type { BoardRow, CellState, PartyRoleName } from '../contract.ts';
import { type IconName, icon } from './icon.ts';
import type { Html } from './layout.ts';

export const ROLE_WORD: Readonly<Record<PartyRoleName, string>> = { student: '学生', guardian: '监护人', unit: '实习单位', school: '学校' };

/** `学生 → 监护人 → 实习单位和学校不分先后` */
export function orderWord(order: readonly (readonly PartyRoleName[])[]): string {
  if (order.length === 1) return '各方不分先后';
  return order.map((group) => `${group.map((role) => ROLE_WORD[role]).join('和')}${group.length > 1 ? '不分先后' : ''}`).join(' → ');
}

/** The order in which parties sign and are listed. */
export const ROLE_ORDER: readonly PartyRoleName[] = ['student', 'guardian', 'unit', 'school'];

const PARTY_WORD: Readonly<Record<string, string>> = ROLE_WORD;

/** Word for a party of a report; a name that is not ours is shown as it came. */
export const partyWord = (party: string): string => PARTY_WORD[party] ?? party;

export const TEMPLATE_STATUS_WORD: Readonly<Record<string, string>> = {
  national: '国家示范文本',
  regional: '地方示范文本',
  sample: '样张，非国家示范文本',
};

/** `2026年9月1日 14:05（北京时间）` from epoch milliseconds. */
export const timeWord = (epochMs: number): string => beijingText(toInstant(epochMs));

/** The same from RFC 3339; other text is shown as it came. */
export function timeWordOf(text: string): string {
  const at = parseRfc3339(text);
  return at === undefined ? text : beijingText(at);
}

export const tag = (tone: 'good' | 'now' | 'bad' | 'dim' | 'plain', name: IconName, words: string): Html =>
  html`<span class="tag${tone === 'plain' ? '' : ` tag--${tone}`}">${icon(name)}${words}</span>`;

/** One party's state with icon, word and colour. @param of the agreement, which may rest or be over */
export function stateTag(state: CellState, of: BoardRow['state']): Html {
  if (state === 'none') return html`<span class="soft">不需要</span>`;
  if (state === 'signed') return tag('good', 'check', '已签');
  if (of === 'voided') return html`<span class="soft">没有签</span>`;
  if (of === 'declined') return tag('plain', 'stop', '暂停');
  if (of === 'pending' || of === 'failed') return html`—`;
  return state === 'turn' ? tag('now', 'turn', '该签了') : tag('plain', 'clock', '未轮到');
}

const isMissing = (value: Html | string | null): boolean => value === null || value === '';

/** A list of label and value; an empty value says so instead of leaving a hole. */
export const pairs = (items: readonly { readonly label: string; readonly value: Html | string | null }[]): Html =>
  html`<dl class="pairs">${items.map(
    ({ label, value }) =>
      html`<div><dt>${label}</dt><dd${isMissing(value) ? html` class="missing"` : ''}>${isMissing(value) ? '学校未填' : value}</dd></div>`,
  )}</dl>`;

/** `已验 3 步，当前第 2 步`: an ordered list of steps with the present one marked. */
export const steps = (names: readonly string[], current: number): Html => html`<nav aria-label="步骤">
<p class="visually-hidden" data-step-words>第 ${current} 步，共 ${names.length} 步</p>
<ol class="steps">${names.map(
  (name, i) =>
    html`<li${i + 1 < current ? html` data-done` : ''}${i + 1 === current ? html` aria-current="step"` : ''}>${i + 1}<span> ${name}</span></li>`,
)}</ol>
</nav>`;

/** The same order on every signing page. */
export const SIGNING_STEPS = ['核验身份', '看要点', '读全文', '知情同意', '签名', '确认'] as const;

/** What a signature's certificate is called. */
export const ASSURANCE_WORD: Readonly<Record<string, string>> = {
  platform: '平台证书',
  licensed: '持证 CA 证书',
  other: '其他受信任证书',
  untrusted: '不受信任的证书',
};
