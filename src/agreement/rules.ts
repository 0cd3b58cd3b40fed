/** Statutory rules over the values of one agreement: each issue names the article it rests on. */
import { beijingDateText } from '../instant.ts';
import { dateIn } from './agreement-fields.ts';
import { addMonths, ageText, dateOf, monthsOfAge } from './calendar.ts';
import { type Issue, makeIssue } from './issues.ts';
import {
  AGENCY_LIKE_WORDS,
  AGENCY_WORDS,
  DAILY_HOURS,
  HAZARD_WORDS,
  MINIMUM_AGE_YEARS,
  NIGHT_ENDS_MINUTES,
  NIGHT_STARTS_MINUTES,
  OVERSEAS_PLACES,
  POST_PERCENT,
  PROVINCES,
  SAME_POST_PERCENT,
  UNIT_PERCENT,
  USUAL_MONTHS,
  VENUE_WORDS,
  WEEKLY_DAYS,
  WEEKLY_HOURS,
} from './rules-data.ts';
import { studentOf } from './signatories.ts';

type Values = Readonly<Record<string, string>>;

/**
 * Every statutory issue of one agreement. `error`: the rule is absolute. `confirm`: the rule has a filed exception or says 一般, 原则上.
 * @param fields canonical values; rules whose blanks are absent are skipped, so that an unfinished row can be judged as well
 * @source 教职成〔2021〕4号第九条至第十八条、第三十五条
 */
export function checkStatutory(fields: Values): readonly Issue[] {
  return [
    ...studentIssues(fields),
    ...periodIssues(fields),
    ...hoursIssues(fields),
    ...payIssues(fields),
    ...unitIssues(fields),
    ...placeIssues(fields),
    ...headcountIssues(fields),
    ...partyIssues(fields),
  ];
}

const has = (fields: Values, ...keys: readonly string[]): boolean => keys.every((key) => fields[key] !== undefined);

/** @source 规定第十六条（一）（二） */
function studentIssues(fields: Values): Issue[] {
  if (!has(fields, 'studentIdNumber', 'startsOn')) return [];
  const startsOn = dateIn(fields, 'startsOn');
  const age = monthsOfAge(studentOf(fields).bornOn, startsOn);
  const issues: Issue[] = [];
  if (age < MINIMUM_AGE_YEARS * 12) {
    issues.push(makeIssue('STUDENT_UNDER_16', 'studentIdNumber', { startsOn: beijingDateText(startsOn), age: ageText(age) }));
  }
  const year = fields['studentEnrolledYear'];
  if (year !== undefined && isFirstYear(Number(year), startsOn)) {
    issues.push(makeIssue('STUDENT_FIRST_YEAR', 'studentEnrolledYear', { year }));
  }
  return issues;
}

/** A student enrolled in a year is in the first year until 31 August of the next. */
export function isFirstYear(enrolledYear: number, on: string): boolean {
  const secondYearStarts = dateOf(enrolledYear + 1, 9, 1);
  return secondYearStarts === undefined || on < secondYearStarts;
}

/** @source 规定第十二条、第十五条（二） */
function periodIssues(fields: Values): Issue[] {
  if (!has(fields, 'startsOn', 'endsOn')) return [];
  const startsOn = dateIn(fields, 'startsOn');
  const endsOn = dateIn(fields, 'endsOn');
  if (endsOn <= startsOn) return [makeIssue('PERIOD_REVERSED', 'endsOn')];
  if (endsOn >= addMonths(startsOn, 2 * USUAL_MONTHS)) return [makeIssue('PERIOD_OVER_12_MONTHS', 'endsOn')];
  return endsOn >= addMonths(startsOn, USUAL_MONTHS) ? [makeIssue('PERIOD_OVER_6_MONTHS', 'endsOn')] : [];
}

/** @source 规定第十七条（二）（三）；国务院关于职工工作时间的规定第三条 */
function hoursIssues(fields: Values): Issue[] {
  const issues: Issue[] = [];
  const { dailyHours, weeklyDays, dailyTime } = fields;
  if (dailyHours !== undefined && Number(dailyHours) > DAILY_HOURS) {
    issues.push(makeIssue('HOURS_OVER_8', 'dailyHours', { hours: dailyHours }));
  }
  if (weeklyDays !== undefined && Number(weeklyDays) > WEEKLY_DAYS) {
    issues.push(makeIssue('DAYS_OVER_5', 'weeklyDays', { days: weeklyDays }));
  }
  if (dailyHours !== undefined && weeklyDays !== undefined && Number(dailyHours) * Number(weeklyDays) > WEEKLY_HOURS) {
    issues.push(makeIssue('HOURS_OVER_40', 'dailyHours', { hours: Number(dailyHours) * Number(weeklyDays) }));
  }
  if (dailyTime === undefined) return issues;
  const { from, to } = minutesOf(dailyTime);
  if (touchesNight(from, to)) issues.push(makeIssue('NIGHT_HOURS', 'dailyTime'));
  const spanMinutes = to > from ? to - from : to + 1440 - from;
  const dailyMinutes = dailyHours === undefined ? undefined : Number(dailyHours) * 60;
  if (dailyMinutes !== undefined && (spanMinutes < dailyMinutes || spanMinutes > dailyMinutes + 180)) {
    issues.push(makeIssue('DAILY_TIME_DISAGREES', 'dailyTime', { hours: dailyHours ?? '' }));
  }
  return issues;
}

/** `08:30-17:30` as minutes from midnight. */
function minutesOf(timeRange: string): { readonly from: number; readonly to: number } {
  const at = (start: number) => Number(timeRange.slice(start, start + 2)) * 60 + Number(timeRange.slice(start + 3, start + 5));
  return { from: at(0), to: at(6) };
}

/** Whether a span of minutes from midnight has time between 22:00 and 06:00; one that ends before it starts crosses midnight. */
export const touchesNight = (from: number, to: number): boolean => to <= from || from < NIGHT_ENDS_MINUTES || to > NIGHT_STARTS_MINUTES;

/** @source 规定第十八条、第三十五条第二款 */
function payIssues(fields: Values): Issue[] {
  const issues: Issue[] = [];
  const { stipendYuan, payDay, payMethod } = fields;
  if (stipendYuan !== undefined && Number(stipendYuan) === 0) issues.push(makeIssue('STIPEND_ZERO', 'stipendYuan'));
  if (payDay !== undefined && Number(payDay) > 28) issues.push(makeIssue('PAY_DAY_MAY_BE_MISSING', 'payDay', { day: payDay }));
  if (payMethod !== undefined && /一次性|按季|季度|年底|年终|期满|结束/.test(payMethod))
    issues.push(makeIssue('PAY_NOT_MONTHLY', 'payMethod'));
  issues.push(...belowSamePost(fields), ...insurancePeriod(fields));
  for (const [key, label] of [
    ['insurancePayer', '保险费承担方'],
    ['insurer', '承保公司'],
    ['policyNumber', '保险单号'],
  ] as const) {
    if (/丙方|学生|家长|本人|自理|自费|个人|报酬中|工资中/.test(fields[key] ?? '')) {
      issues.push(makeIssue('INSURANCE_PAID_BY_STUDENT', key, { label }));
    }
  }
  return issues;
}

/** @source 规定第十八条 */
function belowSamePost({ stipendYuan, samePostPayYuan }: Values): Issue[] {
  if (stipendYuan === undefined || samePostPayYuan === undefined || Number(stipendYuan) === 0) return [];
  if (fen(stipendYuan) * 100 >= fen(samePostPayYuan) * SAME_POST_PERCENT) return [];
  return [makeIssue('PAY_BELOW_80', 'stipendYuan', { pay: stipendYuan, wage: samePostPayYuan })];
}

const fen = (yuan: string): number => Math.round(Number(yuan) * 100);

/** @source 规定第三十五条第一款 */
function insurancePeriod(fields: Values): Issue[] {
  if (!has(fields, 'insuranceStartsOn', 'insuranceEndsOn', 'startsOn', 'endsOn')) return [];
  const [from, to] = [dateIn(fields, 'insuranceStartsOn'), dateIn(fields, 'insuranceEndsOn')];
  if (from <= dateIn(fields, 'startsOn') && to >= dateIn(fields, 'endsOn')) return [];
  return [makeIssue('INSURANCE_PERIOD_SHORT', 'insuranceEndsOn', { from: beijingDateText(from), to: beijingDateText(to) })];
}

/** Addresses that do not begin with a province say nothing. @source 规定第二十四条第二款、第二十五条 */
function placeIssues({ schoolAddress, place, crossProvinceApproval, crossProvinceFiling }: Values): Issue[] {
  if (place === undefined) return [];
  const overseas = OVERSEAS_PLACES.find((name) => place.startsWith(name) || place.startsWith(`中国${name}`));
  if (overseas !== undefined) return [makeIssue('PLACE_OVERSEAS', 'place', { place: overseas })];
  const [home, there] = [provinceOf(schoolAddress), provinceOf(place)];
  if (home === undefined || there === undefined || home === there) return [];
  if (crossProvinceApproval !== undefined && crossProvinceFiling !== undefined) return [];
  return [makeIssue('CROSS_PROVINCE_NOT_FILED', 'place', { school: home, place: there })];
}

const provinceOf = (address: string | undefined): string | undefined => PROVINCES.find((name) => address?.startsWith(name));

/** @source 规定第十一条第一款 */
function headcountIssues(fields: Values): Issue[] {
  const issues: Issue[] = [];
  for (const [interns, staff, percent, code] of [
    ['unitInternCount', 'unitStaffCount', UNIT_PERCENT, 'INTERNS_OVER_10_PERCENT'],
    ['postInternCount', 'postStaffCount', POST_PERCENT, 'INTERNS_OVER_20_PERCENT'],
  ] as const) {
    const [some, all] = [fields[interns], fields[staff]];
    if (some === undefined || all === undefined || Number(some) * 100 <= Number(all) * percent) continue;
    issues.push(makeIssue(code, interns, { interns: some, staff: all }));
  }
  return issues;
}

function wordIn(words: readonly string[], text = ''): string | undefined {
  const upper = text.toUpperCase();
  return words.find((word) => upper.includes(word));
}

/** @source 规定第十六条（五）（六）、第十七条（一） */
function unitIssues(fields: Values): Issue[] {
  const issues: Issue[] = [];
  for (const [key, label] of [
    ['unitName', '乙方名称'],
    ['post', '实习岗位'],
  ] as const) {
    const word = wordIn(VENUE_WORDS, fields[key]);
    if (word !== undefined) issues.push(makeIssue('VENUE_FORBIDDEN', key, { label, word }));
  }
  const placeWord = wordIn(VENUE_WORDS, fields['place']);
  if (placeWord !== undefined) issues.push(makeIssue('VENUE_SUSPECT', 'place', { label: '实习地点', word: placeWord }));
  const agency = wordIn(AGENCY_WORDS, fields['unitName']);
  const agencyLike = wordIn(AGENCY_LIKE_WORDS, fields['unitName']);
  if (agency !== undefined) issues.push(makeIssue('UNIT_IS_AGENCY', 'unitName', { word: agency }));
  else if (agencyLike !== undefined) issues.push(makeIssue('UNIT_MAY_BE_AGENCY', 'unitName', { word: agencyLike }));
  const hazard = wordIn(HAZARD_WORDS, fields['post']);
  if (hazard !== undefined) issues.push(makeIssue('POST_HAZARDOUS', 'post', { label: '实习岗位', word: hazard }));
  return issues;
}

/** @source 规定第九条第一款、第十四条 */
function partyIssues(fields: Values): Issue[] {
  const issues: Issue[] = [];
  const same = (a: string, b: string): boolean => fields[a] !== undefined && fields[a] === fields[b];
  if (same('schoolCreditCode', 'unitCreditCode')) issues.push(makeIssue('PARTIES_SAME', 'unitCreditCode'));
  if (same('guardianName', 'studentName')) issues.push(makeIssue('GUARDIAN_IS_STUDENT', 'guardianName'));
  if (same('guardianPhone', 'studentPhone')) issues.push(makeIssue('GUARDIAN_PHONE_SAME', 'guardianPhone'));
  return issues;
}
