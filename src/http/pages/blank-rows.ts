/** The rows in which a person confirms what each blank of a text asks for. */
import { html } from 'hono/html';
import type { BlankView } from '../views.ts';
import type { Html } from './layout.ts';
import { tag } from './words.ts';

const TYPE_WORD: Readonly<Record<string, string>> = {
  text: '文字',
  personName: '人名',
  organisationName: '单位名称',
  phone: '电话',
  idNumber: '身份证号',
  creditCode: '统一社会信用代码',
  date: '日期',
  year: '年份',
  yuan: '金额（元）',
  integer: '整数',
  timeRange: '时间段',
  choice: '选择',
};
/** What a blank on a line can be; boxes can only be a choice. */
const VALUE_TYPES = [
  'text',
  'personName',
  'organisationName',
  'phone',
  'idNumber',
  'creditCode',
  'year',
  'yuan',
  'integer',
  'timeRange',
  'date',
  'choice',
] as const;
/** What the parts of a date can be apart. */
const DATE_TYPES = ['date', 'integer', 'text'] as const;

const REQUIRED_WORD = { always: '必填', minor: '未成年必填', never: '选填' } as const;

/** Colour of a blank in picture and row. */
export const toneOf = (blank: BlankView): 'fixed' | 'certain' | 'likely' | 'unknown' =>
  blank.kind === 'signedOn' || blank.kind === 'system' ? 'fixed' : blank.guess;

const guessTag = (blank: BlankView): Html =>
  ({
    fixed: () => tag('plain', 'minus', '系统填写'),
    certain: () => tag('good', 'check', '已对上'),
    likely: () => tag('now', 'eye', '请看一眼'),
    unknown: () => tag('bad', 'question', '没认出'),
  })[toneOf(blank)]();

const facts = (
  blank: BlankView,
): Html => html`<p class="soft small">${blank.own ? '' : `${blank.clause}，`}原文第 ${blank.paragraph} 段：${blank.before}<b role="img" aria-label="这个空白">＿＿</b>${blank.after}</p>
${blank.options.length === 0 ? '' : html`<p class="soft small">选项：${blank.options.join('、')}</p>`}`;

function form(blank: BlankView, action: string): Html {
  const [id = ''] = blank.ids;
  const list = blank.kind === 'date' || blank.kind === 'choice' ? blank.kind : 'value';
  return html`<form class="blank-form" method="post" action="${action}">
<input type="hidden" name="blank" value="${id}">
<div class="field"><label for="label-${id}">栏目</label><input id="label-${id}" name="label" type="text" list="labels-${list}" value="${blank.label}" maxlength="60" required autocomplete="off" aria-describedby="label-hint"></div>
${
  blank.kind === 'value'
    ? html`<div class="field"><label for="lines-${id}">占几行横线（多行）</label><input id="lines-${id}" name="lines" type="text" inputmode="numeric" pattern="[0-9]{1,2}" value="${blank.lines}"></div>`
    : ''
}
<details class="new-field"${blank.own ? html` open` : ''}><summary>新栏目的设置</summary><div class="blank-form-more">
${
  blank.kind === 'value'
    ? html`<div class="field"><label for="type-${id}">类型</label><select id="type-${id}" name="type">${VALUE_TYPES.map((type) => html`<option value="${type}"${type === blank.type ? html` selected` : ''}>${TYPE_WORD[type]}</option>`)}</select></div>
<div class="field"><label for="options-${id}">选项（类型是“选择”时填，用顿号隔开）</label><input id="options-${id}" name="options" type="text" maxlength="400" value="${blank.options.join('、')}" autocomplete="off"></div>
<div class="field"><label for="max-${id}">最多几个字</label><input id="max-${id}" name="maxLength" type="text" inputmode="numeric" pattern="[0-9]{1,4}" value="${blank.own ? blank.maxLength : ''}"></div>`
    : blank.kind === 'date'
      ? html`<div class="field"><label for="type-${id}">类型</label><select id="type-${id}" name="type">${DATE_TYPES.map((type) => html`<option value="${type}"${type === blank.type ? html` selected` : ''}>${TYPE_WORD[type]}</option>`)}</select></div><p class="soft small">不是日期的，改成整数或文字后，年、月、日前的空白各成一个栏目。</p>`
      : html`<input type="hidden" name="type" value="choice"><p class="soft small">方框只能是选择，选项就是方框旁的字。</p>`
}
<label class="choice"><input type="checkbox" name="required" value="yes"${blank.required === 'never' ? '' : html` checked`}> <span>必填</span></label>
</div></details>
<div class="buttons"><button class="button button--small" type="submit">保存这一项</button></div>
</form>`;
}

/** @param action null when nothing can be changed any more */
export function blankRow(blank: BlankView, number: number, action: string | null): Html {
  const [id = ''] = blank.ids;
  const fixed = blank.kind === 'signedOn' || blank.kind === 'system';
  return html`<details class="blank blank--${toneOf(blank)}" id="row-${id}" name="blank-rows"><summary><span class="blank-number">${number}</span><span class="blank-name">${blank.label}<span class="soft small">${TYPE_WORD[blank.type] ?? blank.type}${fixed ? '' : `，${REQUIRED_WORD[blank.required]}`}${blank.lines > 1 ? `，${blank.lines} 行` : ''}${blank.own ? '，本文本自有' : ''}</span></span>${guessTag(blank)}</summary>
<div class="blank-body">${facts(blank)}${fixed ? html`<p class="soft small">签署日期和协议编号由系统填写，不用核对。</p>` : action === null ? '' : form(blank, action)}</div></details>`;
}
