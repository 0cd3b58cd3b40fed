import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addMonths, ageText, dateFromDayNumber, dateFromSerial, dayNumber, monthsOfAge } from '../../src/agreement/calendar.ts';
import {
  creditCheckCharacter,
  creditCodeFault,
  idCheckCharacter,
  isPhone,
  maskIdNumber,
  maskName,
  parseIdNumber,
} from '../../src/agreement/identifiers.ts';
import { type BeijingDate, parseBeijingDate } from '../../src/instant.ts';

const date = (text: string): BeijingDate => {
  const read = parseBeijingDate(text);
  if (read === undefined) throw new Error(text);
  return read;
};

describe('identity numbers', () => {
  it('give the birth date', () => {
    expect(parseIdNumber('11010519491231002X')).toEqual({ bornOn: '1949-12-31' });
  });

  it('may begin with 8 or 9 as residence permits do', () => {
    for (const start of ['810000', '910000']) {
      const first17 = `${start}200801011231`.slice(0, 17);
      expect(parseIdNumber(first17 + idCheckCharacter(first17))).toMatchObject({ bornOn: '2008-01-01' });
    }
  });

  it('never survive one wrong digit or two neighbours exchanged', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 16 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 0, max: 999 }),
        (at, shift, serial) => {
          const first17 = `10000020080101${String(serial).padStart(3, '0')}`;
          const good = first17 + idCheckCharacter(first17);
          const wrong = good.slice(0, at) + ((Number(good[at]) + shift) % 10) + good.slice(at + 1);
          expect(typeof parseIdNumber(wrong)).toBe('string');
        },
      ),
    );
  });

  it('are shown masked', () => {
    expect(maskIdNumber('11010519491231002X')).toBe('110*************2X');
    expect(maskIdNumber('123')).toBe('***');
    expect(maskName('𬱖小明')).toBe('𬱖**');
  });
});

describe('credit codes', () => {
  it('follow the 31-character alphabet', () => {
    expect(creditCheckCharacter('91350100M000100Y4')).toBe('3');
    expect(creditCodeFault('91350100M000100Y43')).toBeUndefined();
    expect(creditCodeFault('91350100M000100Y4Z')).toBe('CREDIT_CODE_MALFORMED');
    expect(creditCodeFault('91350100M000100Y45')).toBe('CREDIT_CODE_CHECK_WRONG');
  });
});

describe('telephone numbers', () => {
  it.each([
    '13800001001',
    '010-55501234',
    '0771-5550123',
    '0771-5550123-801',
    '12345',
    '96110',
    '400-820-8820',
    '+852-51234567',
    '+8613800001001',
  ])('accept %s', (text) => {
    expect(isPhone(text)).toBe(true);
  });
  it.each(['12800001001', '138000010011', '5550123', '0771 5550123', '13800001001/13800001002', '+0123456'])('refuse %s', (text) => {
    expect(isPhone(text)).toBe(false);
  });
});

describe('the calendar', () => {
  it('turns dates into day numbers and back', () => {
    fc.assert(
      fc.property(fc.integer({ min: -25_567, max: 83_000 }), (days) => {
        const on = dateFromDayNumber(days);
        expect(on).toBeDefined();
        expect(on === undefined ? days : dayNumber(on)).toBe(days);
      }),
    );
    expect(dayNumber(date('1970-01-01'))).toBe(0);
    expect(dayNumber(date('2000-03-01'))).toBe(11_017);
  });

  it('reads serial days of the 1900 system', () => {
    expect(dateFromSerial(46_266)).toBe('2026-09-01');
    expect(dateFromSerial(46_266.75)).toBe('2026-09-01');
    expect(dateFromSerial(60)).toBeUndefined();
  });

  it('adds months to the end of short months', () => {
    expect(addMonths(date('2026-08-31'), 6)).toBe('2027-02-28');
    expect(addMonths(date('2027-03-01'), 6)).toBe('2027-09-01');
  });

  it('counts ages in whole months', () => {
    expect(monthsOfAge(date('2010-12-15'), date('2026-09-01'))).toBe(188);
    expect(ageText(188)).toBe('15 周岁 8 个月');
    expect(monthsOfAge(date('2008-02-29'), date('2026-02-28'))).toBe(215);
    expect(monthsOfAge(date('2008-02-29'), date('2026-03-01'))).toBe(216);
  });
});
