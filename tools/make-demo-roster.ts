/** Writes templates/sample/demo-roster.xlsx: 36 invented students of an invented school. Run by hand: `node tools/make-demo-roster.ts`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { writeRosterWorkbook } from '../src/adapters/roster-template.ts';
import { creditCheckCharacter, idCheckCharacter } from '../src/agreement/identifiers.ts';

/** 100000 is no administrative division: nobody has such an identity number. @source GB/T 2260-2007 */
const idNumber = (bornOn: string, serial: number): string => {
  const first17 = `100000${bornOn.replaceAll('-', '')}${String(serial).padStart(3, '0')}`;
  return first17 + idCheckCharacter(first17);
};
const creditCode = (first17: string): string => first17 + creditCheckCharacter(first17);

const UNITS = [
  {
    unitName: '示例精密机械有限公司',
    unitCreditCode: creditCode('91100000MA0EXAMP1'),
    unitAddress: '示例省示例市工业大道1号',
    unitSignatory: '周示范',
    unitPhone: '0000-5550201',
    post: '数控车工',
    place: '示例省示例市工业大道1号一号车间',
    unitMentor: '郑师傅',
    unitMentorPhone: '13800009001',
    stipendYuan: '3200',
  },
  {
    unitName: '示例智能装备有限公司',
    unitCreditCode: creditCode('91100000MA0EXAMP2'),
    unitAddress: '示例省示例市科技路8号',
    unitSignatory: '吴样本',
    unitPhone: '0000-5550301',
    post: '机电设备装调',
    place: '示例省示例市科技路8号装调车间',
    unitMentor: '冯师傅',
    unitMentorPhone: '13800009002',
    stipendYuan: '3000.50',
  },
] as const;

const ADULTS =
  '李䶮 王㛃 张伟明 刘芳菲 陈晓东 杨雨桐 赵子轩 黄思琪 周俊杰 吴佳怡 徐浩然 孙梦洁 马文博 朱雅婷 胡志强 林诗涵 郭宇航 何静怡 高天翔 罗紫萱 梁家豪 宋佳慧 唐子墨 许文静 韩旭东 邓可欣'.split(
    ' ',
  );
/** Name, guardian, relation. */
const MINORS = [
  ['陈𬱖', '陈大山', '父亲'],
  ['欧阳明月', '欧阳振华', '父亲'],
  ['阿依古丽·买买提', '买买提·艾力', '父亲'],
  ['曾小雨', '李秀英', '母亲'],
  ['单国栋', '单建国', '父亲'],
  ['解雨晴', '王桂兰', '祖父母'],
  ['区嘉欣', '区志明', '父亲'],
  ['查良宇', '赵玉梅', '母亲'],
  ['覃海燕', '覃光明', '父亲'],
  ['韦一诺', '黄美玲', '其他'],
] as const;

interface Person {
  readonly name: string;
  readonly bornOn: string;
  readonly guardian?: string;
  readonly relation?: string;
}

const twoDigits = (value: number): string => String(value).padStart(2, '0');
const people: readonly Person[] = [
  ...ADULTS.map((name, i) => ({ name, bornOn: `${i % 2 === 0 ? 2006 : 2007}-${twoDigits((i % 10) + 1)}-${twoDigits((i % 27) + 1)}` })),
  ...MINORS.map(([name, guardian, relation], i) => ({
    name,
    bornOn: `${i % 2 === 0 ? 2010 : 2011}-${twoDigits((i % 8) + 5)}-${i + 11}`,
    guardian,
    relation,
  })),
];

const rows = people.map((person, i): Record<string, string> => {
  const unit = UNITS[i < 20 ? 0 : 1] ?? UNITS[0];
  const guardian =
    person.guardian !== undefined && person.relation !== undefined
      ? { guardianName: person.guardian, guardianRelation: person.relation, guardianPhone: `1380000${String(7001 + i)}` }
      : {};
  return {
    ...unit,
    ...guardian,
    studentName: person.name,
    studentIdNumber: idNumber(person.bornOn, i + 1),
    studentNumber: `2026${String(i + 1).padStart(4, '0')}`,
    studentMajor: i < 20 ? '数控技术应用' : '机电技术应用',
    studentClass: i < 20 ? '数控2601班' : '机电2601班',
    studentEnrolledYear: '2026',
    studentPhone: `1380000${String(1001 + i)}`,
    startsOn: '2028-03-01',
    endsOn: '2028-08-31',
    schoolMentor: i < 20 ? '钱老师' : '孙老师',
    schoolMentorPhone: i < 20 ? '13800008001' : '13800008002',
  };
});

const batch = {
  schoolName: '示例职业技术学校',
  schoolCreditCode: creditCode('12100000MB0EXAMP0'),
  schoolAddress: '示例省示例市学府路100号',
  schoolSignatory: '沈校办',
  schoolPhone: '0000-5550100',
  arrangement: '学校安排',
  dailyHours: '8',
  weeklyDays: '5',
  dailyTime: '08:30-17:30',
  restArrangement: '周六、周日及法定节假日休息，午休1小时',
  meals: '乙方食堂就餐，享受员工同等餐补',
  lodging: '乙方免费提供宿舍，四人一间',
  payDay: '10',
  payMethod: '银行转账',
  protection: '乙方免费提供工作服、防护眼镜和劳保鞋，上岗前完成安全培训',
  insurer: '示例财产保险股份有限公司',
  policyNumber: 'SLZR2028030001',
  insurancePayer: '甲方',
  assessment: '学校与单位共同考核，过程记录占六成，总结与答辩占四成',
  schoolHotline: '0000-5550110',
  authorityHotline: '0000-5550120',
  provinceHotline: '0000-5550130',
};

mkdirSync(new URL('../templates/sample/', import.meta.url), { recursive: true });
writeFileSync(new URL('../templates/sample/demo-roster.xlsx', import.meta.url), await writeRosterWorkbook({ rows, batch }));
