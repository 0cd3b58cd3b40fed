/** The catalogue of blanks that an agreement can have: key, label, type, and the clause that asks for it. */

/** What a blank takes: each type has one canonical spelling and one parser. */
export const FIELD_TYPES = [
  'text',
  'personName',
  'organisationName',
  'phone',
  'idNumber',
  'creditCode',
  'date',
  'year',
  'yuan',
  'integer',
  'timeRange',
  'choice',
] as const;

export type FieldType = (typeof FIELD_TYPES)[number];

/** Who supplies and answers for a value. `shared` values belong to the arrangement itself. */
export type FieldOwner = 'school' | 'unit' | 'student' | 'guardian' | 'shared' | 'system';

export interface FieldSpec {
  readonly key: string;
  /** Label in plain Chinese, as shown on pages and in the roster template. */
  readonly zh: string;
  readonly owner: FieldOwner;
  readonly type: FieldType;
  /** `minor`: required when the student is under 18 on any day of the internship. */
  readonly required: 'always' | 'minor' | 'never';
  /** Where the value is common to a whole batch it may come from the sheet 批次信息 instead of a column. */
  readonly scope: 'row' | 'batch';
  /** Article, item or standard that asks for it. */
  readonly source: string;
  /** Column headings and form labels that mean this field; matched after NFKC and removal of spaces and punctuation. */
  readonly aliases: readonly string[];
  /** For `choice`: the admissible values, which are the printed words beside the □. */
  readonly options?: readonly string[];
  /** Longest value in code points; the blank's own width is checked as well when stamping. */
  readonly maxLength: number;
  /** For `integer`: smallest and largest value. */
  readonly range?: readonly [number, number];
}

const R15 = (item: string): string => `教职成〔2021〕4号第十五条第二款（${item}）`;

const RANGES: Readonly<Record<string, readonly [number, number]>> = { dailyHours: [1, 24], weeklyDays: [1, 7], payDay: [1, 31] };

const f = (
  key: string,
  zh: string,
  owner: FieldOwner,
  type: FieldType,
  required: FieldSpec['required'],
  scope: FieldSpec['scope'],
  source: string,
  maxLength: number,
  aliases: readonly string[] = [],
  options?: readonly string[],
): FieldSpec => ({
  key,
  zh,
  owner,
  type,
  required,
  scope,
  source,
  maxLength,
  aliases,
  ...(options ? { options } : {}),
  ...(RANGES[key] ? { range: RANGES[key] } : {}),
});

/** Every blank the product knows by name, in the order of the agreement. Keys are stored for ever: never rename one. */
export const FIELDS: readonly FieldSpec[] = [
  f('schoolName', '甲方（学校）名称', 'school', 'organisationName', 'always', 'batch', R15('一'), 40, [
    '学校名称',
    '学校',
    '甲方',
    '甲方名称',
    '职业学校',
  ]),
  f('schoolCreditCode', '甲方统一社会信用代码', 'school', 'creditCode', 'always', 'batch', 'GB 32100-2015', 18, [
    '学校统一社会信用代码',
    '学校信用代码',
  ]),
  f('schoolAddress', '甲方地址', 'school', 'text', 'always', 'batch', R15('一'), 60, ['学校地址', '甲方通讯地址']),
  f('schoolSignatory', '甲方授权代表', 'school', 'personName', 'always', 'batch', R15('一'), 30, [
    '学校授权代表',
    '学校经办人',
    '甲方联系人',
    '学校联系人',
  ]),
  f('schoolPhone', '甲方联系电话', 'school', 'phone', 'always', 'batch', R15('一'), 20, ['学校联系电话', '学校电话']),
  f('unitName', '乙方（实习单位）名称', 'unit', 'organisationName', 'always', 'row', R15('一'), 40, [
    '实习单位',
    '单位名称',
    '乙方',
    '乙方名称',
    '企业名称',
    '实习单位名称',
    '实习企业',
  ]),
  f('unitCreditCode', '乙方统一社会信用代码', 'unit', 'creditCode', 'always', 'row', 'GB 32100-2015', 18, [
    '统一社会信用代码',
    '信用代码',
    '单位信用代码',
    '企业统一社会信用代码',
  ]),
  f('unitAddress', '乙方地址', 'unit', 'text', 'always', 'row', R15('一'), 60, ['单位地址', '企业地址', '乙方通讯地址']),
  f('unitSignatory', '乙方授权代表', 'unit', 'personName', 'always', 'row', R15('一'), 30, [
    '单位授权代表',
    '单位经办人',
    '乙方联系人',
    '单位联系人',
    '企业联系人',
  ]),
  f('unitPhone', '乙方联系电话', 'unit', 'phone', 'always', 'row', R15('一'), 20, ['单位联系电话', '单位电话', '企业电话']),
  f('studentName', '丙方（学生）姓名', 'student', 'personName', 'always', 'row', R15('一'), 30, ['姓名', '学生姓名', '丙方', '丙方姓名']),
  f('studentIdNumber', '丙方身份证号', 'student', 'idNumber', 'always', 'row', R15('一'), 18, [
    '身份证号',
    '身份证号码',
    '身份证',
    '证件号码',
    '公民身份号码',
    '学生身份证号',
  ]),
  f('studentNumber', '学号', 'student', 'text', 'never', 'row', R15('一'), 24, ['学籍号']),
  f('studentMajor', '专业', 'student', 'text', 'always', 'row', R15('一'), 30, ['专业名称', '所学专业', '学生专业']),
  f('studentClass', '班级', 'student', 'text', 'always', 'row', R15('一'), 24, ['班级名称', '年级班级', '所在班级']),
  f('studentEnrolledYear', '入学年份', 'student', 'year', 'always', 'row', '教职成〔2021〕4号第十六条（一）', 4, [
    '入学年',
    '年级',
    '入学时间',
  ]),
  f('studentPhone', '丙方联系电话', 'student', 'phone', 'always', 'row', R15('一'), 20, [
    '联系电话',
    '学生电话',
    '手机号',
    '手机号码',
    '手机',
    '电话',
    '学生联系电话',
    '学生手机号',
  ]),
  f('studentAddress', '家庭住址', 'student', 'text', 'never', 'row', R15('一'), 60, ['家庭地址', '住址', '丙方地址']),
  f('guardianName', '监护人（或家长）姓名', 'guardian', 'personName', 'minor', 'row', '教职成〔2021〕4号第九条第一款', 30, [
    '监护人',
    '监护人姓名',
    '家长姓名',
    '家长',
    '法定监护人',
  ]),
  f(
    'guardianRelation',
    '与丙方关系',
    'guardian',
    'choice',
    'minor',
    'row',
    '民法典第二十七条',
    4,
    ['与学生关系', '监护人关系', '关系', '与丙方的关系'],
    ['父亲', '母亲', '祖父母', '其他'],
  ),
  f('guardianPhone', '监护人联系电话', 'guardian', 'phone', 'minor', 'row', '教职成〔2021〕4号第九条第一款', 20, [
    '监护人电话',
    '家长电话',
    '家长联系电话',
    '监护人手机号',
  ]),
  f(
    'arrangement',
    '实习方式',
    'shared',
    'choice',
    'always',
    'batch',
    '教职成〔2021〕4号第九条、第十条',
    12,
    ['安排方式'],
    ['学校安排', '学生自行选择'],
  ),
  f('post', '实习岗位', 'shared', 'text', 'always', 'row', R15('二'), 30, ['岗位', '岗位名称', '实习内容', '实习岗位名称']),
  f('place', '实习地点', 'shared', 'text', 'always', 'row', R15('二'), 60, ['实习地址', '工作地点']),
  f('startsOn', '实习开始日期', 'shared', 'date', 'always', 'row', R15('二'), 10, [
    '开始时间',
    '开始日期',
    '实习开始时间',
    '起始日期',
    '实习开始',
  ]),
  f('endsOn', '实习结束日期', 'shared', 'date', 'always', 'row', R15('二'), 10, [
    '结束时间',
    '结束日期',
    '实习结束时间',
    '截止日期',
    '实习结束',
  ]),
  f('dailyHours', '每日实习小时数', 'shared', 'integer', 'always', 'batch', R15('三'), 2, ['每天小时', '每日工时', '每日工作小时']),
  f('weeklyDays', '每周实习天数', 'shared', 'integer', 'always', 'batch', R15('三'), 1, ['每周天数', '每周工作天数']),
  f('dailyTime', '每日实习时间', 'shared', 'timeRange', 'always', 'batch', R15('三'), 11, ['上班时间', '工作时间', '作息时间']),
  f('restArrangement', '休息休假安排', 'shared', 'text', 'always', 'batch', R15('三'), 200, ['休息安排', '休息日']),
  f('meals', '就餐安排', 'shared', 'text', 'always', 'batch', R15('三'), 200, ['用餐', '就餐条件', '伙食']),
  f('lodging', '住宿安排', 'shared', 'text', 'always', 'batch', R15('三'), 200, ['住宿', '住宿条件']),
  f('stipendYuan', '实习报酬（元/月）', 'shared', 'yuan', 'always', 'row', R15('四'), 10, [
    '报酬元月',
    '报酬',
    '实习报酬',
    '月报酬',
    '工资',
    '报酬金额',
  ]),
  f('payDay', '每月发放日', 'shared', 'integer', 'always', 'batch', R15('四'), 2, ['发放日', '发薪日', '支付日期']),
  f('payMethod', '支付方式', 'shared', 'choice', 'always', 'batch', `${R15('四')}；第十八条`, 16, ['报酬支付方式'], ['银行转账', '现金']),
  f('protection', '劳动保护与安全防护条件', 'shared', 'text', 'always', 'batch', R15('五'), 400, ['劳动保护', '安全防护', '防护条件']),
  f('insurer', '实习责任保险承保公司', 'shared', 'text', 'always', 'batch', `${R15('六')}；第三十五条`, 40, ['保险公司', '承保公司']),
  f('policyNumber', '保险单号', 'shared', 'text', 'always', 'batch', `${R15('六')}；第三十五条`, 40, ['保单号', '保险单号码']),
  f(
    'insurancePayer',
    '保险费承担方',
    'shared',
    'choice',
    'always',
    'batch',
    '教职成〔2021〕4号第三十五条第二款',
    4,
    ['投保人', '保费承担'],
    ['甲方', '乙方'],
  ),
  f('assessment', '实习考核方式', 'shared', 'text', 'always', 'batch', R15('七'), 400, ['考核方式', '考核']),
  f('schoolMentor', '甲方实习指导教师', 'school', 'personName', 'always', 'row', '教职成〔2021〕4号第八条第二款', 30, [
    '指导教师',
    '学校指导教师',
    '实习指导教师',
  ]),
  f('schoolMentorPhone', '甲方指导教师电话', 'school', 'phone', 'always', 'row', '教职成〔2021〕4号第八条第二款', 20, [
    '指导教师电话',
    '教师电话',
    '学校指导教师电话',
  ]),
  f('unitMentor', '乙方实习指导人员', 'unit', 'personName', 'always', 'row', '教职成〔2021〕4号第八条第二款', 30, [
    '单位指导人',
    '企业导师',
    '企业指导教师',
    '单位指导人员',
  ]),
  f('unitMentorPhone', '乙方指导人员电话', 'unit', 'phone', 'always', 'row', '教职成〔2021〕4号第八条第二款', 20, [
    '企业导师电话',
    '单位指导人电话',
    '单位指导人员电话',
  ]),
  f('schoolHotline', '学校监督电话', 'school', 'phone', 'always', 'batch', '教职成〔2021〕4号第四十五条', 20, ['学校监督咨询电话']),
  f('authorityHotline', '主管部门监督电话', 'school', 'phone', 'always', 'batch', '教职成〔2021〕4号第四十五条', 20, [
    '主管部门电话',
    '市级监督电话',
  ]),
  f('provinceHotline', '省级监督电话', 'school', 'phone', 'always', 'batch', '教职成〔2021〕4号第四十五条', 20, [
    '省厅监督电话',
    '省级主管部门监督电话',
  ]),
  // Asked for by no text that comes with the product; where a text has such a blank, the rule behind it is judged.
  f('samePostPayYuan', '同岗位工资（元/月）', 'shared', 'yuan', 'never', 'row', '教职成〔2021〕4号第十八条', 10, [
    '相同岗位工资标准',
    '同岗工资',
  ]),
  f('insuranceStartsOn', '保险生效日期', 'shared', 'date', 'never', 'batch', '教职成〔2021〕4号第三十五条', 10, ['保险起期']),
  f('insuranceEndsOn', '保险终止日期', 'shared', 'date', 'never', 'batch', '教职成〔2021〕4号第三十五条', 10, ['保险止期']),
  f('crossProvinceApproval', '跨省实习同意文号', 'school', 'text', 'never', 'batch', '教职成〔2021〕4号第二十四条第二款', 40),
  f('crossProvinceFiling', '跨省实习备案号', 'school', 'text', 'never', 'batch', '教职成〔2021〕4号第二十四条第二款', 40),
  f('unitStaffCount', '乙方在岗职工总数', 'unit', 'integer', 'never', 'row', '教职成〔2021〕4号第十一条第一款', 7),
  f('unitInternCount', '乙方接收学生总数', 'unit', 'integer', 'never', 'row', '教职成〔2021〕4号第十一条第一款', 6),
  f('postStaffCount', '同类岗位在岗职工数', 'unit', 'integer', 'never', 'row', '教职成〔2021〕4号第十一条第一款', 7),
  f('postInternCount', '同类岗位实习人数', 'unit', 'integer', 'never', 'row', '教职成〔2021〕4号第十一条第一款', 6),
  f('agreementNumber', '协议编号', 'system', 'text', 'always', 'row', '系统生成', 24, ['编号']),
];

const byKey = new Map(FIELDS.map((spec) => [spec.key, spec]));

/** The catalogue entry of a key, or undefined for a blank that only its template knows. */
export const fieldSpec = (key: string): FieldSpec | undefined => byKey.get(key);
