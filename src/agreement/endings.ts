/** Why somebody does not sign, and why a school takes an agreement back: codes for records, words for people. */

export const OBJECTION_REASONS = {
  'own-choice': '想自己选择实习单位',
  'unit-or-post': '单位或岗位不合适',
  'pay-or-hours': '报酬或时间不合适',
  safety: '担心安全或健康',
  charged: '被要求交钱、扣证件或提供担保',
  'content-wrong': '协议里有内容写错了',
  'not-me': '这不是给我的',
  other: '其他',
} as const;
export type ObjectionReason = keyof typeof OBJECTION_REASONS;

/** `decline`: does not sign, signing rests. `question`: wants to talk first, nothing rests. */
export const OBJECTION_KINDS = ['decline', 'question'] as const;
export type ObjectionKind = (typeof OBJECTION_KINDS)[number];

export const VOID_REASONS = {
  'value-wrong': '协议内容填写有误',
  'arrangement-changed': '实习单位、岗位或时间有变化',
  'student-withdrawn': '学生不参加这次实习',
  declined: '有签署人不同意签署',
  'all-agreed': '各方协商一致解除',
} as const;
export type VoidReason = keyof typeof VOID_REASONS;

/** What may end an agreement that all have signed: nobody ends it alone. @source 民法典第一百三十六条第二款、第五百六十二条第一款 */
export const ENDS_CONCLUDED: VoidReason = 'all-agreed';

const isKeyOf = <T extends object>(table: T, text: string): text is Extract<keyof T, string> => Object.hasOwn(table, text);
export const isObjectionReason = (text: string): text is ObjectionReason => isKeyOf(OBJECTION_REASONS, text);
export const isVoidReason = (text: string): text is VoidReason => isKeyOf(VOID_REASONS, text);

/** Longest message beside a reason, in characters. */
export const MESSAGE_MAX = 500;
