/** Clauses that claim to stand above the model text: never allowed, whatever else they say. */

const BODY =
  '(?:正文|示范文本|本协议|三方协议|实习协议|主协议|协议书|格式条款|原协议|(?:前述|上述)(?:条款|协议|约定)|协议第|(?<!附件)第[一二三四五六七八九十百零〇\\d]+条)';
const ANNEX = '(?:本?附件|补充(?:条款|协议|约定)|本条款?|下列条款|以下(?:条款|约定|内容)|本约定|口头约定)';
const STRIKE = '(?:删除|删去|删减|修改|变更|改变|替换|取代|代替|替代|废止|撤销|覆盖|更改|调整|推翻)';

/** What the priority clause of the law itself says, and changes of the agreement by all three parties: both are lawful. */
const BODY_PREVAILS =
  /(?<!不)以(?:(?:实习协议|国家|教育部|本协议)?(?:的)?(?:示范文本|正文)(?:的)?(?:正文|内容|约定|规定)?|协议正文|法律[^，。；]{0,12}规定|国家[^，。；]{0,8}规定)为准/gu;
const NEGATED = new RegExp(
  `(?:不得|不能|不可|不|禁止|严禁|无权|未经[^，。；]{0,10}不得)[^，。；]{0,6}(?:${STRIKE}|排除|免除|豁免|违反|抵触)[^，。；]*`,
  'gu',
);
const LAWFUL_CHANGE =
  /(?:变更|修改|补充|解除|终止)(?:、|或者?|和)?(?:变更|修改|补充|解除|终止)?(?:本|实习|三方)协议(?:的|时)?，?(?:应当?|须|需|经|由)[^。；]{0,16}(?:同意|协商一致|书面)/gu;

const OVERRIDES: readonly RegExp[] = [
  new RegExp(`(?:以|按|依)(?:${ANNEX}|[^，。；]{0,12}(?:协议|合同))(?:的?(?:约定|规定|内容|条款))?(?:为准|优先)`, 'u'),
  /其[他它](?:约定|条款|规定)[^，。；]{0,4}以[此其]为准/u,
  new RegExp(`不(?:再)?以[^，。；]{0,4}${BODY}[^，。；]{0,6}(?:为准|为依据)`, 'u'),
  new RegExp(`${ANNEX}[^，。；]{0,12}(?:优先(?:于|适用|效力|执行)?|效力(?:高于|优先)|高于)`, 'u'),
  /(?<!示范文本)(?<!正文)(?<!示范文本的约定)(?<!法律)(?<!规定)优先(?:适用|执行|于(?:示范文本|正文|本协议))/u,
  new RegExp(`${ANNEX}[^，。；]{0,6}另有(?:约定|规定)[^。；]{0,8}(?:从其|按|适用|执行|除外)`, 'u'),
  new RegExp(`${STRIKE}[^，。；不]{0,10}${BODY}`, 'u'),
  new RegExp(`(?:不(?:再|予)?(?:适用|执行|履行|遵守)|排除|免除|豁免|放弃)[^，。；]{0,6}${BODY}`, 'u'),
  new RegExp(
    `${BODY}[^，。；]{0,16}(?:不再?适用|不予适用|不再|不约束|不生效|不具|不作|不执行|无效|作废|删除|删去|废止|失效|停止(?:适用|执行)|排除|仅供参考|修改为|变更为|改为|替换为|调整为|(?:由|以|用|按)(?:本附件|以下|下列)[^，。；]{0,8}(?:取代|代替|替换))`,
    'u',
  ),
  new RegExp(`${ANNEX}[^，。；]{0,10}(?:取代|代替|替代|覆盖|替换)`, 'u'),
  /(?:annex|appendix|attachment|supplement)[^.。]{0,60}(?:prevail|supersede|override|replace|precedence)/iu,
];

/** Where a clause speaks of a conflict with the agreement, no other paper may win. */
const CONFLICT = /不一致|不相符|冲突|抵触|出入|矛盾|相悖|歧义/u;
const PAPER = /协议|正文|示范文本|附件|文件|约定|条款|文本|合同/u;
const OTHERS_WIN = /(?:以|按照?|依照?|执行|适用)(?:(?!示范文本|正文|本协议|法律|国家)[^，。；]){1,16}(?:为准|执行|办理|优先)/u;

/**
 * Says whether a clause claims to replace, override or delete the model text, or lets another contract do so.
 * Signals, not proof: the fixed priority clause, which the renderer appends to every annex, holds for what no pattern sees.
 * @source 民法典第四百九十八条；人社厅函〔2025〕11号三（三）“示范文本内容不得删减”
 */
export function overridesBody(clause: string): boolean {
  const claims = claimsOf(clause);
  if (OVERRIDES.some((pattern) => pattern.test(claims))) return true;
  return claims.split(/[。；]/u).some((sentence) => CONFLICT.test(sentence) && PAPER.test(sentence) && OTHERS_WIN.test(sentence));
}

/** The same for a claim that is cut into several clauses. */
export function overridesBodyTogether(title: string, clauses: readonly string[]): boolean {
  const claims = claimsOf(`${title}。${clauses.join('')}`);
  return OVERRIDES.some((pattern) => pattern.test(claims));
}

/** What the reason of a termination may well say of the agreement that ends. */
const ENDING =
  /(?:不再?|不能|无法|未(?:能|按约)?)(?:继续)?(?:履行|执行|遵守)[^，。；]{0,4}协议|(?:本|原|该|三方|实习)?协议(?:不再|停止|终止)(?:继续)?(?:履行|执行)?/gu;

/** The same for the reason of an extension or a termination, which stands on a page that all sign. */
export const reasonOverridesBody = (kind: 'extension' | 'termination', reason: string): boolean =>
  overridesBody(kind === 'termination' ? reason.replace(ENDING, '') : reason);

/** The text without spaces and quotation marks, and without what may lawfully be said. */
function claimsOf(clause: string): string {
  const compact = clause
    .normalize('NFKC')
    .replaceAll(',', '，')
    .replaceAll(';', '；')
    .replaceAll('準', '准')
    .replace(/[\s"“”‘’'《》〈〉「」『』【】()·*_\-—]/gu, '');
  return compact.replace(BODY_PREVAILS, '').replace(NEGATED, '').replace(LAWFUL_CHANGE, '');
}
