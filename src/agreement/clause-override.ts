/** Clauses that claim to stand above the model text: never allowed, whatever else they say. */

const BODY =
  '(?:正文|示范文本|本协议|三方协议|实习协议|主协议|协议书|格式条款|前述|上述|原协议|协议第|第[一二三四五六七八九十百零〇\\d]+条)';
const OTHER =
  '(?:本?附件|补充(?:条款|协议|约定)|本条款?|下列条款|以下(?:条款|约定)|本约定|[^，。；]{0,12}(?:协议|合同|制度|手册|规定|约定))';

/** `以…为准` where the thing named is not the model text itself. */
const PREVAILS = new RegExp(`(?:以|按|依)${OTHER}(?:的?(?:约定|规定|内容|条款))?(?:为准|优先|执行为准)`, 'u');
const TAKES_PRECEDENCE = /(?:附件|补充条款|补充协议|本条款?|本约定)[^，。；]{0,12}(?:优先(?:于|适用|效力)?|效力(?:高于|优先)|高于)/u;
const CHANGES = new RegExp(`(?:删除|删去|修改|变更|替换|取代|代替|废止|作废|撤销|覆盖|更改|调整)[^，。；不]{0,10}${BODY}`, 'u');
const CHANGED = new RegExp(
  `${BODY}[^，。；]{0,16}(?:不再?适用|不予适用|不再?执行|不生效|无效|作废|删除|删去|废止|失效|视为删除|不作为依据|修改为|变更为|改为|替换为|调整为|由(?:本附件|以下|下列)[^，。；]{0,8}(?:取代|代替|替换))`,
  'u',
);
const SUPERSEDES = /(?:附件|补充条款|补充协议|本条)[^，。；]{0,10}(?:取代|代替|替代|覆盖|替换)[^，。；]{0,10}/u;
/** What the priority clause of the law itself says. */
const BODY_PREVAILS =
  /以(?:(?:实习协议|国家|教育部|本协议)?(?:的)?(?:示范文本|正文)(?:的)?(?:正文|内容|约定|规定)?|协议正文|法律[^，。；]{0,12}规定|国家[^，。；]{0,8}规定)为准/gu;
const NEGATED =
  /(?:不得|不能|不可|不|禁止|严禁|无权|未经[^，。；]{0,10}不得)[^，。；]{0,6}(?:删除|删去|修改|变更|替换|取代|代替|废止|覆盖|更改|调整|删减)[^，。；]*/gu;

/**
 * Says whether a clause claims to replace, override or delete the model text, or lets another contract do so.
 * @source 民法典第四百九十八条；人社厅函〔2025〕11号三（三）“示范文本内容不得删减”
 */
export function overridesBody(clause: string): boolean {
  const compact = clause
    .normalize('NFKC')
    .replaceAll(',', '，')
    .replaceAll(';', '；')
    .replace(/[\s"“”‘’'《》〈〉「」『』【】·*_\-—]/gu, '')
    .replace(BODY_PREVAILS, '')
    .replace(NEGATED, '');
  return [PREVAILS, TAKES_PRECEDENCE, CHANGES, CHANGED, SUPERSEDES].some((pattern) => pattern.test(compact));
}
