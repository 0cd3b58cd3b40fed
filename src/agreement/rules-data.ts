/**
 * Limits and words of the statutory rules that can be computed from the values of one agreement.
 * @source 《职业学校学生实习管理规定》（教职成〔2021〕4号），https://www.gov.cn/zhengce/zhengceku/2022-01/21/content_5669670.htm
 */

/** 规定第十六条（二）；第四十七条第二款；禁止使用童工规定第二条、第四条。 */
export const MINIMUM_AGE_YEARS = 16;
/** 规定第十二条“一般为6个月”。 */
export const USUAL_MONTHS = 6;
/** 国务院关于职工工作时间的规定第三条“每日工作8小时、每周工作40小时”。 */
export const DAILY_HOURS = 8;
export const WEEKLY_HOURS = 40;
export const WEEKLY_DAYS = 5;
/** 夜班：规定第十七条（三）没有写时段，通行取 22:00 至次日 6:00。In minutes from midnight. */
export const NIGHT_ENDS_MINUTES = 6 * 60;
export const NIGHT_STARTS_MINUTES = 22 * 60;

/** 规定第十六条（五）“酒吧、夜总会、歌厅、洗浴中心、电子游戏厅、网吧等营业性娱乐场所”。 */
export const VENUE_WORDS: readonly string[] = [
  '酒吧',
  '夜总会',
  '歌厅',
  '歌舞厅',
  '舞厅',
  'KTV',
  '洗浴',
  '桑拿',
  '足浴',
  '电子游戏厅',
  '游戏厅',
  '电玩城',
  '网吧',
  '网咖',
  '棋牌室',
];
/** 规定第十六条（六）；职业教育法第五十条第二款、第六十六条第二款。 */
export const AGENCY_WORDS: readonly string[] = ['劳务派遣', '职业中介', '职业介绍', '人才派遣', '劳务中介', '劳务外包'];
export const AGENCY_LIKE_WORDS: readonly string[] = ['人力资源', '劳务', '人才服务', '人才市场', '人事代理', '中介'];
/** 规定第十七条（一）“高空、井下、放射性、有毒、易燃易爆”。 */
export const HAZARD_WORDS: readonly string[] = ['高空', '高处作业', '井下', '放射', '有毒', '剧毒', '易燃', '易爆', '爆破', '烟花爆竹'];
/** 规定第十八条“原则上应不低于本单位相同岗位工资标准的80%”。 */
export const SAME_POST_PERCENT = 80;
/** 规定第十一条第一款“一般不超过实习单位在岗职工总数的10%”“一般不高于同类岗位在岗职工总人数的20%”。 */
export const UNIT_PERCENT = 10;
export const POST_PERCENT = 20;
/** 规定第二十四条第二款。Names as they begin an address; without them no province is guessed. @source GB/T 2260 */
export const PROVINCES: readonly string[] = [
  ...['北京', '天津', '上海', '重庆'].map((name) => `${name}市`),
  ...['河北', '山西', '辽宁', '吉林', '黑龙江', '江苏', '浙江', '安徽', '福建', '江西', '山东', '河南', '湖北', '湖南', '广东', '海南'].map(
    (name) => `${name}省`,
  ),
  ...['四川', '贵州', '云南', '陕西', '甘肃', '青海'].map((name) => `${name}省`),
  '内蒙古自治区',
  '广西壮族自治区',
  '西藏自治区',
  '宁夏回族自治区',
  '新疆维吾尔自治区',
];
/** 规定第二十五条“赴国（境）外”：those that an address can begin with. */
export const OVERSEAS_PLACES: readonly string[] = ['香港', '澳门', '台湾'];
