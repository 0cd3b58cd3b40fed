/** Hand-made view models: every state a page can be in at least once, with hostile text where people may type. */
import type { Evidence } from '../../src/agreement/evidence.ts';
import { fromUtf8 } from '../../src/bytes.ts';
import { sha256Hex } from '../../src/digest.ts';
import type { BoardRow, CeremonyItem, InvitationJson, ReportJson, RosterIssueJson } from '../../src/http/contract.ts';
import type { AgreementView } from '../../src/http/views/agreement.ts';
import type { SealSectionView } from '../../src/http/views/seal.ts';
import type { SigningKeysView } from '../../src/http/views/signing-keys.ts';
import type {
  ArriveView,
  BatchSignView,
  BatchView,
  ClassroomView,
  DoneView,
  LinksView,
  LoginCodeView,
  ObjectionView,
  ReadView,
  RosterView,
  SchoolHomeView,
  SignView,
} from '../../src/http/views.ts';
import { toInstant } from '../../src/instant.ts';
import type { TemplateSummary } from '../../src/workflow/list-templates.ts';

export const NOW = toInstant(1_772_326_800_000);
const SHA = 'c1f0a6d2b94e7735a1d8e20f6b5c4493ad17e8f2065bd39c84a1e7f3520d9b6e';
const TOKEN = 'Zm9vYmFyYmF6cXV4MDEyMzQ1Njc4OWFiY2RlZg';

export const template: TemplateSummary = {
  pack: 'sample',
  version: '1',
  title: '职业学校学生岗位实习三方协议（样张）',
  status: 'sample',
  kind: 'agreement',
  prefixLengthBytes: 214_332,
  prefixSha256: SHA,
};

export const schoolHome: SchoolHomeView = {
  schoolName: '示例职业技术学校',
  batches: [
    { batchId: 'b1', name: '2026 秋季 机电专业', createdAt: NOW, total: 36, generated: 34, failed: 2, completed: 12 },
    { batchId: 'b2', name: '2026 秋季 护理专业', createdAt: NOW, total: 120, generated: 120, failed: 0, completed: 120 },
  ],
  templates: [template],
};

const issue = (
  level: RosterIssueJson['level'],
  row: number | null,
  column: string | null,
  field: string | null,
  code: string,
  zh: string,
  change: readonly [string, string] | null = null,
): RosterIssueJson => ({ level, row, column, field, code, zh, from: change?.[0] ?? null, to: change?.[1] ?? null });

export const roster: RosterView = {
  schoolName: '示例职业技术学校',
  form: {
    name: '2026 秋季 机电专业',
    annexTitle: '学校补充条款',
    clauses: '乙方为丙方提供免费工作服两套。\n甲方指导教师每两周到岗走访一次。',
    order: 'default',
  },
  refusal: null,
  template,
  consents: [
    { ...template, pack: 'consent', kind: 'consent', title: '知情同意书' },
    { ...template, pack: 'sample-consent', kind: 'consent', title: '知情同意书（样张）' },
  ],
  roster: {
    rosterId: 'r1',
    fileName: '2026 秋季机电专业名册.xlsx',
    uploadedAt: NOW,
    acceptedCount: 34,
    refusedCount: 2,
    minorCount: 5,
    withoutGuardian: { count: 29, rows: '4–31、33', minors: '' },
    annotatable: true,
    sample: [
      { row: 4, studentName: '张三', studentNumber: '20240101', unitName: '示例精密机械有限公司', post: '数控操作' },
      { row: 5, studentName: '李四', studentNumber: '20240102', unitName: '示例精密机械有限公司', post: '质量检验' },
      { row: 6, studentName: '䶮某', studentNumber: '', unitName: '示例仓储有限公司', post: '仓储管理' },
    ],
    issues: [
      issue(
        'error',
        7,
        'C',
        '丙方身份证号',
        'ID_NUMBER_NUMERIC',
        '身份证号在表格里是“数字”格式，末几位已经丢失，系统无法还原。请把该列设为“文本”后重新录入 18 位号码。',
      ),
      issue(
        'error',
        9,
        'C',
        '丙方身份证号',
        'ID_CHECK_WRONG',
        '身份证号末位与前 17 位不匹配（应为 X）。请对照身份证原件核对，可能是录入错了一位。',
      ),
      issue('confirm', 5, 'H', '实习开始日期', 'DATE_AMBIGUOUS', '“9/10”按 9 月 10 日理解，请核对。', ['9/10', '2026-09-10']),
      issue('tidied', 4, 'F', '丙方联系电话', 'PHONE_TIDIED', '去掉了横线和空格。', ['138-0000-0001', '13800000001']),
      issue('tidied', 6, 'A', '丙方（学生）姓名', 'NAME_TIDIED', '去掉了中间的空格。', ['䶮  某', '䶮某']),
    ],
    notes: ['把第 2–3 行当作表头。', '跳过第 1 行（标题）和第 40 行（合计）。'],
  },
};

const cell = (state: BoardRow['cells']['student']['state'], at: number | null = null): BoardRow['cells']['student'] => ({ state, at });

const plain = { objections: [], voided: null, replaces: null } as const;

const rows: readonly BoardRow[] = [
  {
    ...plain,
    agreementNumber: 'SF2026-0001',
    studentName: '张三',
    studentNumber: '20240101',
    studentClass: '机电2401',
    unitName: '示例精密机械有限公司',
    state: 'signing',
    failure: null,
    cells: { student: cell('signed', NOW), guardian: cell('none'), unit: cell('turn'), school: cell('waiting') },
    next: 'unit',
  },
  {
    ...plain,
    agreementNumber: 'SF2026-0002',
    studentName: '李四',
    studentNumber: '20240102',
    studentClass: '机电2401',
    unitName: '示例精密机械有限公司',
    state: 'signing',
    failure: null,
    cells: { student: cell('turn'), guardian: cell('waiting'), unit: cell('waiting'), school: cell('waiting') },
    next: 'student',
  },
  {
    ...plain,
    agreementNumber: 'SF2026-0003',
    studentName: '王五',
    studentNumber: '',
    studentClass: '机电2402',
    unitName: '示例仓储有限公司',
    state: 'completed',
    failure: null,
    cells: { student: cell('signed', NOW), guardian: cell('none'), unit: cell('signed', NOW), school: cell('signed', NOW) },
    next: null,
  },
  {
    ...plain,
    agreementNumber: 'SF2026-0004',
    studentName: '某六',
    studentNumber: '20240104',
    studentClass: '机电2402',
    unitName: '示例仓储有限公司',
    state: 'failed',
    failure: { code: 'GLYPH_MISSING', zh: '姓名里有 1 个字（U+E001）没有字形。请核对是不是造字，改成正确的字后重新上传。' },
    cells: { student: cell('none'), guardian: cell('none'), unit: cell('none'), school: cell('none') },
    next: null,
  },
];

export const batch: BatchView = {
  schoolName: '示例职业技术学校',
  batch: {
    batchId: 'b1',
    name: '2026 秋季 机电专业',
    createdAt: NOW,
    progress: { batchId: 'b1', state: 'ready', total: 4, generated: 3, failed: 1 },
    template: { pack: 'sample', version: '1', title: template.title, status: 'sample', prefixSha256: SHA },
    annexTitle: '学校补充条款',
    order: [['student'], ['guardian'], ['unit', 'school']],
    invitedAt: NOW,
    remindedAt: NOW,
    waiting: { student: 1, guardian: 0, unit: 1, school: 0 },
    completed: 1,
    voided: 1,
    rows,
  },
};

const invitation = (role: InvitationJson['role'], recipient: string, studentName: string | null, n: number): InvitationJson => ({
  role,
  recipient,
  studentName,
  studentNumber: studentName === null ? null : `2024010${n}`,
  studentClass: studentName === null ? null : '机电2401',
  agreementNumber: studentName === null ? null : `SF2026-000${n}`,
  link: `http://127.0.0.1:8080/${studentName === null ? 'b' : 's'}/${TOKEN}${n}`,
  expiresAt: NOW,
});

export const links: LinksView = {
  schoolName: '示例职业技术学校',
  batchName: '2026 秋季 机电专业',
  links: {
    batchId: 'b1',
    invitations: [
      invitation('student', '张*', '张*', 1),
      invitation('student', '李*', '李*', 2),
      invitation('guardian', '李*', '李*', 3),
      invitation('unit', '示例精密机械有限公司', null, 4),
      invitation('school', '示例职业技术学校', null, 5),
    ],
  },
};

export const loginCode: LoginCodeView = { to: '138****5678', way: 'phone', person: true, action: '/s/token/code', refusal: null };

export const arrive: ArriveView = {
  token: TOKEN,
  action: `/s/${TOKEN}/start`,
  role: 'student',
  schoolName: '示例职业技术学校',
  maskedName: '张*',
  turn: 'ready',
  expiresAt: NOW,
  agreementCount: 1,
  identityProved: false,
  typed: {},
  refusal: null,
};

export const read: ReadView = {
  amendment: [],
  amends: '',
  amendmentKind: null,
  token: TOKEN,
  role: 'student',
  signatoryName: '张<三>',
  agreementNumber: 'SF2026-0001',
  schoolName: '示例职业技术学校',
  templateStatus: 'sample',
  prefixLengthBytes: template.prefixLengthBytes,
  prefixSha256: SHA,
  keyPoints: [
    { key: 'unitName', label: '实习单位', value: '示例精密机械有限公司' },
    { key: 'post', label: '实习岗位', value: '数控操作' },
    { key: 'place', label: '实习地点', value: '示例省示例市开发区示例路 8 号' },
    { key: 'period', label: '起止', value: '2026年9月1日 至 2027年2月28日' },
    { key: 'dailyTime', label: '每日实习时间', value: '08:30-17:30' },
    { key: 'restArrangement', label: '休息日', value: '每周六、日' },
    { key: 'stipendYuan', label: '实习报酬', value: '每月 3200 元，每月 15 日银行转账' },
    { key: 'lodging', label: '住宿', value: '单位免费宿舍，四人间' },
    { key: 'policyNumber', label: '保险', value: '' },
  ],
  hotlines: [
    { label: '学校监督电话', phone: '0771-1234567' },
    { label: '主管部门监督电话', phone: '0771-7654321' },
    { label: '省级监督电话', phone: '12345' },
  ],
  body: [
    {
      kind: 'paragraph',
      style: 'title',
      align: 'center',
      inlines: [{ kind: 'text', text: '职业学校学生岗位实习三方协议', bold: true, underline: false }],
    },
    {
      kind: 'paragraph',
      style: 'heading',
      align: 'left',
      inlines: [{ kind: 'text', text: '一、基本信息', bold: true, underline: false }],
    },
    {
      kind: 'paragraph',
      style: 'body',
      align: 'justify',
      inlines: [
        { kind: 'text', text: '甲方（学校）安排丙方（学生）', bold: false, underline: false },
        { kind: 'value', text: '张<三>', says: 'studentName' },
        { kind: 'text', text: '到乙方实习，岗位为', bold: false, underline: false },
        { kind: 'value', text: '数控操作', says: 'post' },
        { kind: 'text', text: '，保险单号', bold: false, underline: false },
        { kind: 'value', text: '', says: 'policyNumber' },
        { kind: 'text', text: '。保险费由 ', bold: false, underline: false },
        { kind: 'choice', ticked: true, says: 'insurancePayer=甲方' },
        { kind: 'text', text: '甲方 ', bold: false, underline: false },
        { kind: 'choice', ticked: false, says: 'insurancePayer=乙方' },
        { kind: 'text', text: '乙方承担。', bold: false, underline: false },
      ],
    },
    {
      kind: 'table',
      rows: [
        {
          cells: [
            {
              columnSpan: 1,
              paragraphs: [
                {
                  kind: 'paragraph',
                  style: 'body',
                  align: 'left',
                  inlines: [{ kind: 'text', text: '联系电话', bold: false, underline: false }],
                },
              ],
            },
            {
              columnSpan: 1,
              paragraphs: [
                {
                  kind: 'paragraph',
                  style: 'body',
                  align: 'left',
                  inlines: [{ kind: 'value', text: '13800000001', says: 'studentPhone' }],
                },
              ],
            },
          ],
        },
      ],
    },
  ],
  annex: {
    title: '学校补充条款',
    clauses: ['乙方为丙方提供免费工作服两套。', '甲方指导教师每两周到岗走访一次。'],
    priorityClause: '示范文本与附件不一致的，以示范文本为准。',
  },
  documentUrl: `/api/s/${TOKEN}/agreements/SF2026-0001/document`,
  state: 'ready',
  waitingFor: null,
};

const item = (n: number, state: CeremonyItem['state']): CeremonyItem => ({
  agreementNumber: `SF2026-000${n}`,
  studentName: '张*',
  post: '数控操作',
  stipendYuan: '3200',
  amends: '',
  state,
  waitingFor: state === 'waiting' ? 'guardian' : null,
});

export const sign: SignView = {
  token: TOKEN,
  ceremony: {
    role: 'student',
    signatoryName: '张"三',
    organisation: null,
    possessionText: 'sanfang',
    termsSha256: SHA,
    items: [item(1, 'ready')],
  },
  agreementNumber: 'SF2026-0001',
  documentFingerprint: '520d9b6e',
};

export const done: DoneView = {
  token: TOKEN,
  role: 'student',
  agreementNumber: 'SF2026-0001',
  parties: [
    { role: 'student', signedAt: NOW },
    { role: 'unit', signedAt: null },
    { role: 'school', signedAt: null },
  ],
  next: 'unit',
  documentUrl: read.documentUrl,
  accompanying: [
    { agreementNumber: 'SF2026-0002', title: '岗位实习知情同意书', missing: ['guardian'], documentUrl: '/s/token/consent.pdf' },
  ],
};

const SEAL_AT = { seal: { x: 10, y: 4, width: 40, height: 40 }, name: { x: 52, y: 4, width: 60, height: 40 } };

export const seal: SealSectionView = {
  stored: {
    id: 'seal',
    sha256: SHA,
    diameterMm: 40,
    storedAt: NOW,
    pngBase64: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    preview: {
      widthMm: 120,
      heightMm: 48,
      words: [{ x: 2, y: 2, width: 20, height: 4 }],
      sizes: [
        { diameterMm: 38, at: SEAL_AT },
        { diameterMm: 40, at: SEAL_AT },
        { diameterMm: 42, at: SEAL_AT },
        { diameterMm: 45, at: null },
      ],
    },
  },
  isChosen: true,
  refusal: null,
};

export const batchSign: BatchSignView = {
  token: TOKEN,
  schoolName: '示例职业技术学校',
  batchName: '2026 秋季 机电专业',
  templates: [{ ...template, count: 4 }],
  annexes: [
    { annex: read.annex, count: 3 },
    { annex: null, count: 1 },
  ],
  ceremony: {
    role: 'unit',
    signatoryName: '王经办',
    organisation: '示例精密机械有限公司',
    possessionText: 'sanfang',
    termsSha256: SHA,
    items: [
      item(1, 'ready'),
      { ...item(2, 'ready'), amends: '解除协议，原协议编号 SF2026-0009，原因：单位停产' },
      item(3, 'signed'),
      item(4, 'waiting'),
    ],
  },
  differences: [
    {
      label: '岗位',
      says: 'post',
      values: [
        { value: '数控操作', count: 2 },
        { value: '质量检验', count: 2 },
      ],
    },
    { label: '报酬', says: 'stipendYuan', values: [{ value: '3200 元/月', count: 4 }] },
  ],
  minorCount: 1,
  seal: { stored: null, isChosen: false, refusal: null },
};

export const report: ReportJson = {
  file: '张某-SF2026-0001.pdf',
  verdict: 'passed',
  findings: [{ code: 'TEMPLATE_IS_SAMPLE', zh: '使用的是样张模板，不是国家示范文本。' }],
  template: { pack: 'sample', status: 'sample' },
  signatures: [
    { party: 'student', name: '张某', signedAt: '2026-03-01T01:00:00Z', timestamp: '2026-03-01T01:00:01Z', assurance: 'platform' },
    { party: 'unit', name: '王经办（示例精密机械有限公司）', signedAt: '2026-03-01T02:00:00Z', assurance: 'platform' },
  ],
  missing: ['school'],
  agreement: {
    agreementNumber: 'SF2026-0001',
    prefixSha256: SHA,
    values: [
      { label: '学生', value: '张某' },
      { label: '岗位', value: '数控操作' },
    ],
  },
  sha256: SHA,
  lengthBytes: 268_301,
};

const [firstRow] = rows;
if (firstRow === undefined) throw new Error('no row');

export const agreement = (hostile: string): AgreementView => ({
  schoolName: hostile,
  batchId: 'b1',
  batchName: hostile,
  row: {
    ...firstRow,
    state: 'declined',
    objections: [{ role: 'student', kind: 'decline', reason: 'safety', message: hostile, identityProved: true, raisedAt: NOW }],
    replaces: 'SF2026-0000',
  },
  accompanies: null,
  endsOn: '2026-12-31',
  templateStatus: 'sample',
  headSha256: SHA,
  fields: [
    { key: 'post', label: '岗位', value: hostile, masked: false, options: [], optional: false, maxLength: 30 },
    {
      key: 'studentIdNumber',
      label: '丙方身份证号',
      value: '110***********002X',
      masked: true,
      options: [],
      optional: false,
      maxLength: 18,
    },
    { key: 'meals', label: '用餐', value: '免费', masked: false, options: ['免费', '自理'], optional: true, maxLength: 10 },
  ],
  refusal: { code: 'X', zh: hostile },
  typed: null,
});

export const objection = (hostile: string): ObjectionView => ({
  role: 'student',
  schoolName: hostile,
  agreementNumber: 'SF2026-0001',
  studentName: '张*',
  identityProved: true,
  signed: false,
  open: [{ kind: 'decline', reason: 'safety', message: hostile, raisedAt: NOW }],
  phones: [{ label: hostile, phone: hostile }],
  action: `/s/${TOKEN}/objection`,
  back: `/s/${TOKEN}/read`,
  carriesNumber: true,
  typed: { kind: 'decline', reason: 'own-choice', message: `</textarea>${hostile}` },
  refusal: { code: 'X', zh: hostile },
});

const DIGEST = sha256Hex(fromUtf8('x'));
const TIME = '2026-03-01T01:00:00Z';

export const evidence = (hostile: string): Evidence => ({
  schema: 'sanfang.evidence/1',
  madeAt: TIME,
  agreementNumber: 'SF2026-0001',
  state: 'voided',
  voided: { at: TIME, reason: hostile, replacedBy: 'SF-2' },
  replaces: 'SF-0',
  template: { pack: 'sample', version: '1', status: 'sample', prefixSha256: DIGEST },
  annexSha256: null,
  dataSha256: DIGEST,
  terms: { version: '1', title: '电子签约约定', clauses: ['一'], sha256: DIGEST },
  parties: [
    {
      role: 'student',
      name: hostile,
      organisation: null,
      invitations: [{ ceremony: 'c', at: TIME, expiresAt: TIME }],
      identityProofs: [{ ceremony: 'c', at: TIME, method: hostile, from: hostile, device: hostile }],
      signature: {
        at: TIME,
        ceremony: 'c',
        revision: 1,
        consent: {
          at: TIME,
          termsSha256: DIGEST,
          templateSha256: DIGEST,
          annexSha256: null,
          documentSha256: DIGEST,
          from: 'unknown',
          device: 'phone',
        },
        keyPlace: 'server',
        certificates: [{ sha256: DIGEST, serial: '01', subject: hostile, issuer: hostile, notBefore: TIME, notAfter: TIME }],
        timestamp: TIME,
        timestampAuthority: hostile,
        assurance: 'platform',
      },
    },
    {
      role: 'unit',
      name: hostile,
      organisation: hostile,
      invitations: [],
      identityProofs: [],
      signature: null,
      sm2: {
        at: TIME,
        revision: 2,
        certificates: [{ sha256: DIGEST, serial: '02', subject: hostile, issuer: hostile, notBefore: TIME, notAfter: TIME }],
      },
    },
  ],
  revisions: [{ number: 0, sha256: DIGEST, lengthBytes: 1, role: null, at: TIME }],
  report: { verdict: 'review', level: null, findings: [] },
  audit: { entries: [], head: { sequence: 1, hash: DIGEST } },
});

export const classroom = (hostile: string): ClassroomView => ({
  classroomId: 'c1',
  batchId: 'b1',
  batchName: hostile,
  schoolName: hostile,
  expiresAt: NOW,
  code: { code: '012345', leftMs: 1000 },
  signed: 1,
  total: 2,
  seats: (['ready', 'signed', 'waiting', 'declined'] as const).map((state) => ({
    agreementNumber: 'SF-1',
    studentName: hostile,
    studentNumber: '1',
    state,
  })),
  link: 'http://192.0.2.1/c/c1',
});

export const signingKeys = (hostile: string): SigningKeysView => ({
  schoolName: '示例职业技术学校',
  tokens: (['good', 'revoked', 'expired'] as const).map((state) => ({
    id: state,
    label: hostile,
    role: 'unit',
    organisation: '示例精密机械有限公司',
    createdAt: NOW,
    expiresAt: NOW + 90 * 86_400_000,
    lastUsedAt: state === 'good' ? NOW : null,
    state,
  })),
  newToken: { label: hostile, token: 'k'.repeat(43) },
  organisations: [
    { role: 'school', organisation: '示例职业技术学校', creditCode: '12350100400000000A' },
    { role: 'unit', organisation: hostile, creditCode: '91350100M000100Y43' },
  ],
  keys: [null, NOW + 3_600_000].map((unlockedUntil, i) => ({
    id: `key${i}`,
    label: hostile,
    signer: i === 0 ? null : 'hsm',
    holder: '示例职业技术学校',
    issuer: '示例电子认证服务有限公司',
    notAfter: NOW + 300 * 86_400_000,
    assurance: i === 0 ? 'platform' : 'licensed',
    unlockedUntil,
  })),
  connected: [{ name: 'hsm', zh: hostile }],
  runs: [{ id: 'run', batch: 'b', batchName: hostile, key: 'key1', operator: '0731', startedAt: NOW, trouble: hostile }],
  batches: [
    { id: 'b', name: '机电 2024 级' },
    { id: 'c', name: hostile },
  ],
  termsSha256: DIGEST,
  refusal: { code: 'KEY_PASSPHRASE_WRONG', zh: hostile },
});
