/** Every issue a value, a row, an annex or an agreement can have: level and Chinese sentence. Codes are stored: never rename one. */

interface IssueEntry {
  readonly level: 'error' | 'confirm' | 'tidied';
  /** What happened and what to do next. `{name}` is replaced by the parameter of that name. */
  readonly zh: string;
}

const error = (zh: string): IssueEntry => ({ level: 'error', zh });
const confirm = (zh: string): IssueEntry => ({ level: 'confirm', zh });
const tidied = (zh: string): IssueEntry => ({ level: 'tidied', zh });

/** The canonical form of a value. */
const VALUES = {
  FIELDS_MALFORMED: error('填写内容的格式不对，应为一组“项目—内容”。请返回重新填写。'),
  FIELD_UNKNOWN: error('示范文本里没有“{key}”这一空，不能填写。请删除这一项；补充约定请写进附件。'),
  VALUE_NOT_TEXT: error('{label}应当是文字。请重新填写。'),
  VALUE_MISSING: error('缺少{label}。请补填。'),
  GUARDIAN_MISSING: error('该生实习开始时未满18周岁，必须填写{label}。请向学生家庭核实后补填。'),
  VALUE_EMPTY: error('{label}是空的。请填写，或者删除这一项。'),
  VALUE_TOO_LONG: error('{label}有 {length} 个字，最多 {limit} 个字。请缩短。'),
  VALUE_OUT_OF_RANGE: error('{label}应在 {min} 到 {max} 之间。请核对后修改。'),
  VALUE_HAS_NEWLINE: error('{label}里有换行。请改成一行。'),
  VALUE_HAS_BIDI: error('{label}里有改变文字方向的隐藏字符（{point}）。请删除后重新手工输入。'),
  VALUE_HAS_INVISIBLE: error('{label}里有看不见的字符（{point}）。请删除后重新手工输入。'),
  VALUE_HAS_CONTROL: error('{label}里有控制字符（{point}）。请删除后重新手工输入。'),
  VALUE_HAS_PRIVATE_USE: error('{label}里有自造字（{point}），别的电脑上会变成别的字或方框。请改用国家标准字库里的字。'),
  VALUE_HAS_UNASSIGNED: error('{label}里有无法识别的字符（{point}），可能在导出时丢失。请对照原件重新输入。'),
  VALUE_HAS_COMPATIBILITY: error('{label}里有与常用字同形的兼容字符（{point}）。请用输入法重新输入这个字。'),
  VALUE_NOT_NFC: error('{label}里有拆开编码的字符。请用输入法重新输入。'),
  VALUE_HAS_OTHER_SCRIPT: error('{label}里有不能使用的字符（{point}）。只能用汉字、拉丁字母、数字和常用标点，请修改。'),
  VALUE_HAS_TEMPLATE_BRACES: error('{label}里有“{{”或“}}”，这是模板的记号。请删除。'),
  VALUE_HAS_STRAY_SPACE: error('{label}的开头、末尾有空格，或中间有连续空格。请删除多余的空格。'),
  NAME_MALFORMED: error('{label}不像姓名：至少两个字，只能有汉字、字母和间隔号“·”。请对照证件修改。'),
  ORGANISATION_NAME_MALFORMED: error('{label}太短，不像单位全称。请按营业执照或事业单位法人证书填写全称。'),
  PHONE_MALFORMED: error('{label}不是有效的电话号码。请填 11 位手机号、“区号-号码”或“+国家码号码”。'),
  ID_NUMBER_MALFORMED: error('身份证号应为 18 位：17 位数字加 1 位数字或 X。请对照证件重新录入。'),
  ID_NUMBER_BIRTH_DATE_UNREAL: error('身份证号第 7–14 位不是真实存在的出生日期。请对照证件核对。'),
  ID_NUMBER_CHECK_WRONG: error('身份证号末位与前 17 位不匹配。请对照身份证原件核对，可能是录入错了一位。'),
  CREDIT_CODE_MALFORMED: error('{label}应为 18 位数字和大写字母（没有 I、O、S、V、Z）。请对照执照核对。'),
  CREDIT_CODE_CHECK_WRONG: error('{label}末位与前 17 位不匹配。请对照执照核对，可能是录入错了一位。'),
  DATE_MALFORMED: error('{label}不是真实存在的日期。请写成“2026-09-01”的样子。'),
  YEAR_MALFORMED: error('{label}应为 4 位年份，例如 2025。请修改。'),
  YUAN_MALFORMED: error('{label}不是金额。请只填数字，例如 3200 或 3200.50。'),
  INTEGER_MALFORMED: error('{label}应为整数。请只填数字。'),
  TIME_RANGE_MALFORMED: error('{label}应写成“08:30-17:30”的样子。请修改。'),
  CHOICE_UNKNOWN: error('{label}只能填：{options}。请从中选一个。'),
} as const satisfies Record<string, IssueEntry>;

/** Statutory rules over one agreement; each sentence names the article. */
const STATUTES = {
  STUDENT_UNDER_16: error(
    '该生 {startsOn} 实习开始时 {age}。《规定》第十六条（二）不允许未满16周岁学生岗位实习，家长同意也不行。请将该生移出本批次。',
  ),
  STUDENT_FIRST_YEAR: error(
    '入学 {year} 年，实习开始时仍为一年级，不能参加岗位实习（《规定》第十六条第一项）。请移出本批次或核对入学年份。',
  ),
  PERIOD_REVERSED: error('实习结束日期不晚于开始日期。请核对后修改（《规定》第十五条（二））。'),
  PERIOD_OVER_6_MONTHS: confirm('实习期超过 6 个月，《规定》第十二条说“一般为6个月”。请确认人才培养方案有此安排，并留存依据。'),
  PERIOD_OVER_12_MONTHS: confirm(
    '实习期超过 12 个月，远长于《规定》第十二条的“一般为6个月”。请核对日期；确需如此的，留存人才培养方案依据。',
  ),
  HOURS_OVER_8: confirm(
    '每日实习 {hours} 小时，超过 8 小时即为加班（《规定》第十七条；国务院关于职工工作时间的规定第三条）。除经备案的特殊专业外，请改为 8 小时以内。',
  ),
  HOURS_OVER_40: confirm(
    '每周合计 {hours} 小时，超过 40 小时（《规定》第十七条；国务院关于职工工作时间的规定第三条）。除经备案的特殊专业外，请调整。',
  ),
  DAYS_OVER_5: confirm('每周实习 {days} 天，占用了休息日（《规定》第十七条（二））。除经备案的特殊专业外，请改为 5 天以内。'),
  NIGHT_HOURS: confirm('每日实习时间含 22:00 至次日 6:00，属于夜班（《规定》第十七条（三））。除经备案的特殊专业外，请调整时段。'),
  DAILY_TIME_DISAGREES: confirm('每日实习时间的跨度与“每日 {hours} 小时”对不上。请核对两项。'),
  STIPEND_ZERO: error('实习报酬为 0 元。《规定》第十八条要求给予适当的实习报酬。请填写实际金额。'),
  PAY_NOT_MONTHLY: error('报酬的支付周期不得超过 1 个月（《规定》第十八条）。请改为按月支付。'),
  PAY_DAY_MAY_BE_MISSING: confirm('每月 {day} 日在有的月份不存在，支付周期可能超过 1 个月（《规定》第十八条）。请改为 28 日以前。'),
  INSURANCE_PAID_BY_STUDENT: error(
    '{label}写明由学生出钱。《规定》第三十五条第二款：保险费不得向学生另行收取或从实习报酬中抵扣。请改由甲方或乙方承担。',
  ),
  VENUE_FORBIDDEN: error('{label}含“{word}”，属于营业性娱乐场所，不得安排学生实习（《规定》第十六条（五））。请更换实习单位。'),
  VENUE_SUSPECT: confirm('{label}含“{word}”。不得安排学生到营业性娱乐场所实习（《规定》第十六条（五））。请核对实习地点。'),
  UNIT_IS_AGENCY: error(
    '乙方名称含“{word}”。不得通过中介机构或有偿代理组织、安排和管理学生实习（《规定》第十六条（六））。请由实际用人的单位签约。',
  ),
  UNIT_MAY_BE_AGENCY: confirm('乙方名称含“{word}”，疑似中介机构（《规定》第十六条（六））。请确认学生确实在该单位本身的岗位实习。'),
  POST_HAZARDOUS: confirm(
    '{label}含“{word}”，属于高空、井下、放射性、有毒、易燃易爆等高风险实习（《规定》第十七条（一））。除经备案的特殊专业外，请更换岗位。',
  ),
  PAY_BELOW_80: confirm(
    '实习报酬 {pay} 元低于同岗位工资 {wage} 元的 80%。《规定》第十八条：能相对独立工作的学生，原则上不低于 80% 或最低档工资。请核对，并留存依据。',
  ),
  INSURANCE_PERIOD_SHORT: confirm('实习责任保险（{from} 至 {to}）没有覆盖整个实习期（《规定》第三十五条）。请补齐保险，再核对保单。'),
  CROSS_PROVINCE_NOT_FILED: confirm(
    '学校在{school}，实习地点在{place}，属于跨省实习，协议里没有主管部门的同意文号和省级备案号（《规定》第二十四条第二款）。请取得后留存。',
  ),
  PLACE_OVERSEAS: confirm('实习地点在{place}，属于赴境外实习（《规定》第二十五条）。请核对主管部门的同意和省级备案，并留存。'),
  INTERNS_OVER_10_PERCENT: confirm(
    '实习学生 {interns} 人，超过乙方在岗职工 {staff} 人的 10%（《规定》第十一条第一款“一般不超过”）。请核对，并留存说明。',
  ),
  INTERNS_OVER_20_PERCENT: confirm(
    '这个岗位的实习学生 {interns} 人，超过同类岗位职工 {staff} 人的 20%（《规定》第十一条第一款“一般不高于”）。请核对，并留存说明。',
  ),
  PARTIES_SAME: error('甲方与乙方的统一社会信用代码相同。三方协议的学校和实习单位应是两个单位（《规定》第十四条），请核对。'),
  GUARDIAN_IS_STUDENT: error('监护人姓名与学生姓名相同。请填写法定监护人本人（《规定》第九条第一款）。'),
  GUARDIAN_PHONE_SAME: confirm('监护人电话与学生电话相同。请向学生家庭核实，监护人要用自己的电话签署（《规定》第九条第一款）。'),
} as const satisfies Record<string, IssueEntry>;

/** The annex. */
const ANNEX = {
  ANNEX_MALFORMED: error('附件的格式不对，应为标题和若干条款。请重新填写。'),
  ANNEX_NOT_UTF8: error('附件文字不是 UTF-8 编码。请另存为“UTF-8”后重新上传。'),
  ANNEX_EMPTY: error('附件里没有条款。请填写条款，或者不附附件。'),
  ANNEX_TOO_LONG: error('附件有 {count} 条，最多 {limit} 条。请合并或删减。'),
  ANNEX_NUMBER_REMOVED: tidied('条款前的序号已去掉，生成时统一编号。'),
  ANNEX_OVERRIDES_BODY: error(
    '这一条想改变、取代或排除示范文本，不能使用。示范文本内容不得删减，与附件不一致时以示范文本为准（《规定》第十四条；民法典第四百九十八条）。请删除这一条。',
  ),
  ANNEX_CLAUSE_FORBIDDEN: error('这一条可能违反{article}（{category}，命中“{word}”）。{advice}'),
  ANNEX_CLAUSE_SUSPECT: confirm('这一条可能涉及{category}（命中“{word}”，见{article}）。请另一名审核人核对。{advice}'),
} as const satisfies Record<string, IssueEntry>;

/** Reading a roster. */
const ROSTER = {
  ROSTER_HAS_NO_HEADER: error('没有找到表头。请确认工作表“{sheet}”里有“姓名”“身份证号”等列名{others}。'),
  ROSTER_HAS_NO_STUDENTS: error('没有读到学生。请确认工作表“{sheet}”的表头下面有名单{others}。'),
  ROSTER_COLUMN_MISSING: error('缺少“{label}”：名册里没有这一列，“批次信息”里也没有这一项。请补上其中一处。'),
  ROSTER_COLUMN_UNKNOWN: confirm('“{heading}”这一列没有对应的空，内容不会写进协议。请确认可以不用。'),
  EMAIL_MALFORMED: confirm('“{heading}”里填的不是电子邮箱，不会向它发信。需要发信的请改正后重新上传。'),
  ROSTER_COLUMN_DUPLICATE: error('“{heading}”与前面的 {other} 列都像是“{label}”。请只保留一列，或改列名。'),
  ROSTER_COLUMN_IS_BODY_TEXT: error(
    '“{heading}”像是协议正文或条款。示范文本不能改，名册里不能有这一列；补充约定请写进附件。请删除这一列。',
  ),
  ROSTER_BATCH_LABEL_UNKNOWN: confirm('“批次信息”里的“{heading}”没有对应的空，不会写进协议。请确认可以不用。'),
  ROSTER_BATCH_LABEL_DUPLICATE: error('“批次信息”里“{label}”出现了两次。请只保留一行。'),
  ROSTER_BATCH_LABEL_IS_BODY_TEXT: error('“批次信息”里的“{heading}”像是协议正文或条款。示范文本不能改；补充约定请写进附件。请删除这一行。'),
  ROSTER_BATCH_VALUE_OVERRIDDEN: confirm('“{label}”在名册和“批次信息”里都有，以名册每行的内容为准。请确认。'),
  ROSTER_HAS_HIDDEN_ROW: confirm('这一行在表格里是隐藏的，已照常读取。请确认该生要签协议。'),
  ROSTER_HAS_HIDDEN_COLUMN: confirm('“{heading}”这一列在表格里是隐藏的，已照常读取。请确认内容有效。'),
  ROSTER_ID_DUPLICATE: error('第 {rows} 行身份证号相同（{name}）。请删除重复的行，或核对证件。'),
  ROSTER_NAME_DUPLICATE: confirm('第 {rows} 行同名（{name}）而身份证号不同。请确认是两名学生。'),
  CELL_MERGED_FILLED: tidied('合并单元格，沿用第 {top} 行的内容。'),
  CELL_IS_ERROR: error('{label}在表格里是公式错误（{text}）。请改成实际内容。'),
  CELL_IS_DATE: error('{label}被表格自动改成了日期（{text}）。请把该列设为“文本”后重新录入。'),
  CELL_NUMBER_LOST: error('{label}在表格里是“数字”格式，末几位可能已经丢失。请把该列设为“文本”后重新录入。'),
  CELL_IS_FORMULA: confirm('{label}在表格里是公式，按计算结果“{to}”读取。请确认结果正确。'),
  CELL_TIDIED: tidied('{label}已整理：“{from}”→“{to}”。'),
  CELL_INVISIBLE_REMOVED: tidied('{label}里看不见的字符（{points}）已去掉：“{from}”→“{to}”。'),
  CELL_SPACE_REMOVED: tidied('{label}里的空格已去掉：“{from}”→“{to}”。'),
  ID_NUMBER_IS_NUMERIC: error('身份证号在表格里是“数字”格式，末几位已经丢失，系统无法还原。请把该列设为“文本”后重新录入 18 位号码。'),
  ID_NUMBER_CHECK_EXPECTED: error('身份证号末位与前 17 位不匹配（应为 {expected}）。请对照身份证原件核对，可能是录入错了一位。'),
  CREDIT_CODE_LOOKALIKE: error('{label}里有字母 {letters}，统一社会信用代码不用这些字母，可能是形近的数字。请对照执照核对。'),
  CREDIT_CODE_IS_NUMERIC: error('{label}在表格里是“数字”格式，末几位已经丢失。请把单元格设为“文本”后重新录入 18 位代码。'),
  DATE_WITHOUT_YEAR: error('{label}“{from}”没有年份，无法确定是哪一天。请写成“2026-09-01”的样子。'),
  DATE_AMBIGUOUS: confirm('{label}“{from}”按 {to} 理解。请确认，不对就写成“2026-09-01”的样子。'),
  PHONE_DIGIT_COUNT: error('{label}有 {count} 位数字，手机号应为 11 位。请核对后补正。'),
  PHONE_IS_NUMERIC_LOST: error('{label}在表格里是“数字”格式，可能丢了开头的 0。请把该列设为“文本”后重新录入。'),
  NAME_CHARACTER_LOST: error('姓名中有 {count} 个字可能在导出时丢失（显示为“?”或方框）。请直接输入正确的字，可用手写或部首查字。'),
  YEAR_FROM_GRADE: confirm('{label}“{from}”按 {to} 年理解。请确认。'),
} as const satisfies Record<string, IssueEntry>;

export const ISSUES = { ...VALUES, ...STATUTES, ...ANNEX, ...ROSTER };
