/** Hand-made views of the pages about texts. */
import type { BlankView, PageView, TemplateDraftView, TemplatePreviewView, TemplatesView } from '../../src/http/views.ts';
import { NOW, read, template } from './sample-views.ts';

export const list: TemplatesView = {
  schoolName: '示例职业技术学校',
  templates: [
    { ...template, standing: 'inForce', inForce: '没有期限', pageCount: 8, imported: true },
    { ...template, pack: 'old', version: '0.9', standing: 'withdrawn', inForce: '自2026年9月1日起停用', pageCount: 8, imported: false },
  ],
  drafts: [{ draftId: 'd1', fileName: '三方协议（2026）.docx', createdAt: NOW }],
  refusal: null,
};

const blank = (ids: readonly string[], kind: BlankView['kind'], label: string, type: string, guess: BlankView['guess']): BlankView => ({
  ...{ ids, kind, field: 'post', label, type, guess },
  own: guess === 'unknown',
  required: 'always',
  maxLength: 40,
  options: kind === 'choice' ? ['甲方', '乙方'] : [],
  lines: 1,
  clause: '教职成〔2021〕4号第十五条第二款（一）',
  paragraph: 3,
  before: '在乙方的',
  after: '实习',
});

const page: PageView = {
  widthPt: 595.28,
  heightPt: 841.89,
  texts: [
    { x: 200, y: 140, width: 180, sizePt: 18, face: 'head', text: '学生岗位实习三方协议' },
    { x: 75, y: 170, width: 12, sizePt: 12, face: 'body', text: '在' },
  ],
  rules: [{ x: 100, y: 180, width: 120, height: 0.5 }],
  blanks: ['b1', 'b2', 'b3', 'b4', 'b5', 'b6'].map((id, i) => ({ id, x: 100, y: 160 + i * 20, width: 120, height: 13 })),
  signatures: [{ x: 80, y: 400, width: 200, height: 60, words: '甲方（学校）签名处' }],
  source: [{ number: 1, text: '学生岗位实习三方协议' }],
};

export const draft: TemplateDraftView = {
  schoolName: '示例职业技术学校',
  draftId: 'd1',
  fileName: '三方协议（2026）.docx',
  kind: 'agreement',
  suggested: { pack: 'school-0a1b2c3d', version: '1', title: '学生岗位实习三方协议' },
  report: {
    paragraphs: 181,
    characters: { source: 4666, body: 4361, blanks: 299, generated: 177 },
    margins: [{ part: 'word/footer1.xml', text: '— 1 —' }],
    notes: [{ paragraph: 12, zh: '这一段的字号按正文统一。' }],
  },
  problems: [
    { level: 'error', code: 'TEMPLATE_SIGNATURE_BOX', zh: '没有找到监护人的签名处。' },
    { level: 'warn', code: 'FIELDS_MISSING', zh: '原文没有这些内容的空白：甲方地址。' },
  ],
  pages: [page, { ...page, blanks: [], source: [] }],
  blanks: [
    blank(['b1'], 'value', '实习岗位', 'text', 'certain'),
    blank(['b2', 'b3'], 'date', '实习开始日期', 'date', 'likely'),
    blank(['b4'], 'choice', '保险费承担方', 'choice', 'certain'),
    blank(['b5'], 'value', '第3段空格', 'text', 'unknown'),
    blank(['b6'], 'signedOn', '甲方签署日期', 'date', 'certain'),
  ],
  signers: ['school', 'unit', 'student', 'guardian'],
  labels: { value: ['实习岗位'], date: ['实习开始日期'], choice: ['保险费承担方'] },
  decisionCount: 2,
  confirmed: null,
  refusal: null,
  refusedRow: null,
};

/** The words of somebody's document wherever they are shown. */
export const hostileDraft = (words: string): TemplateDraftView => ({
  ...draft,
  fileName: words,
  suggested: { ...draft.suggested, title: words },
  problems: [{ level: 'warn', code: 'X', zh: words }],
  pages: [{ ...page, texts: page.texts.map((text) => ({ ...text, text: words })), source: [{ number: 1, text: words }] }],
  blanks: draft.blanks.map((each) => ({ ...each, label: words, before: words, after: words, options: [words], clause: words })),
});

export const preview: TemplatePreviewView = {
  title: '学生岗位实习三方协议',
  status: 'sample',
  pageCount: 8,
  digest: template,
  body: read.body,
  pdfUrl: '/school/templates/sample/1/preview.pdf',
  back: { url: '/school/templates', words: '协议文本' },
};
