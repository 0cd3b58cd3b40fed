import { describe, expect, it } from 'vitest';
import { checkStatutory, isFirstYear } from '../../src/agreement/rules.ts';
import { idNumberOf, MINOR, VALUES } from './sample-values.ts';

const codes = (changes: Readonly<Record<string, string>>, base = VALUES) =>
  checkStatutory({ ...base, ...changes }).map((issue) => issue.code);

describe('statutory rules', () => {
  it('have nothing to say about a lawful agreement', () => {
    expect(codes({})).toEqual([]);
    expect(codes({}, MINOR)).toEqual([]);
  });

  it.each([
    [{ studentIdNumber: idNumberOf('2011-03-02') }, 'STUDENT_UNDER_16'],
    [{ studentEnrolledYear: '2026' }, 'STUDENT_FIRST_YEAR'],
    [{ endsOn: '2027-03-01' }, 'PERIOD_REVERSED'],
    [{ endsOn: '2027-09-01' }, 'PERIOD_OVER_6_MONTHS'],
    [{ endsOn: '2028-03-01' }, 'PERIOD_OVER_12_MONTHS'],
    [{ dailyHours: '9', weeklyDays: '4' }, 'HOURS_OVER_8'],
    [{ weeklyDays: '6', dailyHours: '6' }, 'DAYS_OVER_5'],
    [{ weeklyDays: '7', dailyHours: '8' }, 'HOURS_OVER_40'],
    [{ dailyTime: '14:00-22:30' }, 'NIGHT_HOURS'],
    [{ dailyTime: '20:00-04:30' }, 'NIGHT_HOURS'],
    [{ dailyTime: '05:30-14:00' }, 'NIGHT_HOURS'],
    [{ dailyTime: '08:30-12:00' }, 'DAILY_TIME_DISAGREES'],
    [{ stipendYuan: '0' }, 'STIPEND_ZERO'],
    [{ payMethod: '期满一次性转账' }, 'PAY_NOT_MONTHLY'],
    [{ payDay: '31' }, 'PAY_DAY_MAY_BE_MISSING'],
    [{ insurer: '由学生自理' }, 'INSURANCE_PAID_BY_STUDENT'],
    [{ insurancePayer: '丙方' }, 'INSURANCE_PAID_BY_STUDENT'],
    [{ unitName: '示例ktv娱乐有限公司' }, 'VENUE_FORBIDDEN'],
    [{ post: '酒吧服务员' }, 'VENUE_FORBIDDEN'],
    [{ place: '示例市酒吧街12号' }, 'VENUE_SUSPECT'],
    [{ unitName: '示例劳务派遣有限公司' }, 'UNIT_IS_AGENCY'],
    [{ unitName: '示例人力资源服务有限公司' }, 'UNIT_MAY_BE_AGENCY'],
    [{ post: '高空作业员' }, 'POST_HAZARDOUS'],
    [{ samePostPayYuan: '9999' }, 'PAY_BELOW_80'],
    [{ insuranceStartsOn: '2027-03-02', insuranceEndsOn: '2027-12-31' }, 'INSURANCE_PERIOD_SHORT'],
    [{ insuranceStartsOn: '2027-03-01', insuranceEndsOn: '2027-03-02' }, 'INSURANCE_PERIOD_SHORT'],
    [{ schoolAddress: '广东省广州市学府路1号', place: '广西壮族自治区南宁市工业路1号' }, 'CROSS_PROVINCE_NOT_FILED'],
    [{ schoolAddress: '北京市学府路1号', place: '上海市工业路1号', crossProvinceApproval: '京教〔2027〕1号' }, 'CROSS_PROVINCE_NOT_FILED'],
    [{ place: '香港九龙1号' }, 'PLACE_OVERSEAS'],
    [{ unitStaffCount: '100', unitInternCount: '11' }, 'INTERNS_OVER_10_PERCENT'],
    [{ postStaffCount: '10', postInternCount: '3' }, 'INTERNS_OVER_20_PERCENT'],
    [{ schoolCreditCode: VALUES['unitCreditCode'] ?? '' }, 'PARTIES_SAME'],
    [{ guardianName: VALUES['studentName'] ?? '' }, 'GUARDIAN_IS_STUDENT'],
    [{ guardianPhone: VALUES['studentPhone'] ?? '' }, 'GUARDIAN_PHONE_SAME'],
  ])('tell of %j with %s', (changes, code) => {
    expect(codes(changes)).toContain(code);
  });

  it('allow exactly 16 years, 8 hours, 5 days, six months and the hours up to 22:00', () => {
    expect(codes({ studentIdNumber: idNumberOf('2011-03-01') }, MINOR)).toEqual([]);
    expect(codes({ dailyTime: '06:00-15:00' })).toEqual([]);
    expect(codes({ dailyTime: '13:00-22:00' })).toEqual([]);
    expect(codes({ endsOn: '2027-08-31' })).toEqual([]);
    expect(codes({ payDay: '28' })).toEqual([]);
    expect(codes({ unitName: '示例酒店管理有限公司' })).toEqual([]);
  });

  it('are silent where a text does not ask, and at the very limits', () => {
    expect(codes({ stipendYuan: '3200', samePostPayYuan: '4000' })).toEqual([]);
    expect(codes({ insuranceStartsOn: VALUES['startsOn'] ?? '', insuranceEndsOn: VALUES['endsOn'] ?? '' })).toEqual([]);
    expect(codes({ insuranceStartsOn: '2030-01-01' })).toEqual([]);
    expect(codes({ unitStaffCount: '100', unitInternCount: '10', postStaffCount: '10', postInternCount: '2' })).toEqual([]);
    expect(codes({ unitInternCount: '1000' })).toEqual([]);
    expect(codes({ schoolAddress: '广东省广州市学府路1号', place: '广东省深圳市1号' })).toEqual([]);
    expect(codes({ schoolAddress: '广东省广州市学府路1号', place: '吉林路1号' })).toEqual([]);
    const filed = { crossProvinceApproval: '京教〔2027〕1号', crossProvinceFiling: '备2027-1' };
    expect(codes({ schoolAddress: '北京市学府路1号', place: '上海市工业路1号', ...filed })).toEqual([]);
  });

  it('count a student as first-year until the end of the next August', () => {
    expect(isFirstYear(2025, '2026-08-31')).toBe(true);
    expect(isFirstYear(2025, '2026-09-01')).toBe(false);
  });

  it('name an article in every sentence', () => {
    const all = checkStatutory({
      ...MINOR,
      studentIdNumber: idNumberOf('2015-01-01'),
      weeklyDays: '7',
      dailyHours: '12',
      stipendYuan: '0',
    });
    expect(all.length).toBeGreaterThan(3);
    for (const issue of all.filter((one) => one.code !== 'DAILY_TIME_DISAGREES')) expect(issue.zh).toMatch(/第.{1,4}条/);
  });

  it('judge unfinished rows by what is there', () => {
    expect(checkStatutory({})).toEqual([]);
    expect(checkStatutory({ dailyHours: '10' }).map((issue) => issue.code)).toEqual(['HOURS_OVER_8']);
  });
});
