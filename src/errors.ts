/** Refused commands: one class, one catalogue of stable codes with the Chinese sentence a user reads. */

interface Refusal {
  /** HTTP status that `http/` answers with; the command line maps any refusal to exit code 2. */
  readonly status: 400 | 401 | 403 | 404 | 409 | 410 | 413 | 422 | 429 | 500 | 503;
  /** What happened and what to do next. `{name}` is replaced by the parameter of that name. */
  readonly zh: string;
}

/** Every refusal the product can give. Codes read SUBJECT_PREDICATE and are never renamed or reused. */
export const REFUSALS = {
  REQUEST_MALFORMED: { status: 400, zh: '提交的内容不完整或格式不对（{where}）。请返回上一页重新填写。' },
  TEMPLATE_BODY_GRAMMAR: {
    status: 422,
    zh: '模板正文 body.hbs 第 {line} 行有不允许的写法（{text}）。正文只能有文字和 {{字段}}，请从原件重新导入，不要手工修改。',
  },
  TEMPLATE_MANIFEST_MALFORMED: { status: 422, zh: '模板清单 manifest.json 的内容不符合格式（{where}）。请从原件重新导入模板。' },
  TEMPLATE_ALTERED: { status: 422, zh: '模板文件与导入时不一致：{what}。示范文本不得改动，请恢复原文件，或从原件重新导入。' },
} as const satisfies Record<string, Refusal>;

export type RefusalCode = keyof typeof REFUSALS;
export type RefusalParams = Readonly<Record<string, string | number>>;

/** Fills `{name}` slots of a sentence; a slot without a parameter stays visible so that tests catch it. */
export function fillSentence(zh: string, params: RefusalParams): string {
  return zh.replace(/\{(\w+)\}/g, (slot, name: string) => String(params[name] ?? slot));
}

/** A command that was understood and refused. Becomes HTTP only in `http/app.ts`, an exit code only in `cli/`. */
export class AppError extends Error {
  readonly code: RefusalCode;
  readonly params: RefusalParams;
  readonly status: Refusal['status'];
  readonly zh: string;

  constructor(code: RefusalCode, params: RefusalParams = {}) {
    const refusal: Refusal = REFUSALS[code];
    super(code);
    this.name = 'AppError';
    this.code = code;
    this.params = params;
    this.status = refusal.status;
    this.zh = fillSentence(refusal.zh, params);
  }
}
