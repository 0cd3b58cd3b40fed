/** Marks and words for agreements that do not go on, shared by the board, one agreement and the public page. */
import { html } from 'hono/html';
import { isObjectionReason, isVoidReason, OBJECTION_REASONS, VOID_REASONS } from '../../agreement/endings.ts';
import type { BoardRow } from '../contract.ts';
import type { Html } from './layout.ts';
import { ROLE_WORD, tag, timeWord } from './words.ts';

export const objectionReason = (code: string): string => (isObjectionReason(code) ? OBJECTION_REASONS[code] : code);
export const voidReason = (code: string): string => (isVoidReason(code) ? VOID_REASONS[code] : code);

/** What somebody raised, for the school. */
export const objectionLine = (objection: BoardRow['objections'][number]): Html =>
  html`<li>${
    objection.kind === 'decline' ? tag('bad', 'stop', '不签') : tag('now', 'question', '有问题')
  }<span><strong>${ROLE_WORD[objection.role]}：${objectionReason(objection.reason)}</strong>${objection.identityProved ? '' : html`<span class="soft">（只凭链接，没有核验身份）</span>`}<br>${
    objection.message === '' ? '' : html`“${objection.message}”<br>`
  }<span class="soft small">${timeWord(objection.raisedAt)}</span></span></li>`;

/** The PDF cannot be changed, so this is said wherever a voided agreement is shown. */
export const FILE_STAYS = '已签的 PDF 文件本身不会、也不能改动，文件里看不到“已作废”；是否作废以这里查到的为准。';
