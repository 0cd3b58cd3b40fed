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
  AGREEMENT_DATA_MALFORMED: { status: 422, zh: '协议数据不完整或格式不对（{where}）。请用学校下发的原始文件，不要自行修改。' },
  ANNEX_OVERRIDES_BODY: {
    status: 422,
    zh: '附件第 {clause} 条想改变、取代或排除示范文本，不能使用；不一致时以示范文本为准。请删除这一条。',
  },
  ROSTER_IS_EMPTY: { status: 422, zh: '这个文件是空的。请重新导出名册后上传。' },
  ROSTER_TOO_LARGE: { status: 413, zh: '名册文件超过 {limit} MB。请删去图片等无关内容，或按班级拆成几个文件。' },
  ROSTER_HAS_TOO_MANY_ROWS: { status: 413, zh: '名册超过 {limit} 行。请按班级拆成几个文件后分别上传。' },
  ROSTER_IS_OLD_XLS: { status: 422, zh: '这是旧版 .xls 文件，暂不能读取。请在 Excel 或 WPS 里“另存为”.xlsx 后重新上传。' },
  ROSTER_IS_ENCRYPTED: { status: 422, zh: '文件设有打开密码。请在 Excel 或 WPS 里取消密码后重新上传。' },
  ROSTER_IS_OTHER_OLE: { status: 422, zh: '这不是表格文件（可能是旧版 Word 或其他文档）。请上传 .xlsx 或 .csv 名册。' },
  ROSTER_IS_WEB_PAGE: {
    status: 422,
    zh: '这个文件其实是网页，里面没有能读取的简单表格。请在原系统里导出 .xlsx，或用 Excel 打开后另存为 .xlsx。',
  },
  ROSTER_IS_PDF: { status: 422, zh: '这是 PDF 文件，不能当名册读取。请上传 .xlsx 或 .csv 名册。' },
  ROSTER_IS_OTHER_ZIP: { status: 422, zh: '这是压缩包或其他文档，不是 .xlsx 表格。请解压后上传里面的 .xlsx 或 .csv 名册。' },
  ROSTER_IS_DAMAGED: { status: 422, zh: '这个 .xlsx 文件已损坏，无法读取。请用 Excel 或 WPS 打开后另存一份再上传。' },
  ROSTER_NOT_TEXT: { status: 422, zh: '认不出这个文件的格式。请上传 .xlsx 或 .csv 名册。' },
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
