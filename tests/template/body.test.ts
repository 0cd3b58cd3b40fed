import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PARTY_ROLES } from '../../src/agreement/parties.ts';
import { AppError } from '../../src/errors.ts';
import { type BodyLine, type BodyPiece, isBodyText, isOptionWord, parseBlankPath, parseBody, printBody } from '../../src/template/body.ts';

const codeOf = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    return error instanceof AppError ? [error.code, error.params['line']] : error;
  }
  return undefined;
};

const part = fc.constantFrom('year' as const, 'month' as const, 'day' as const);
const field = fc.constantFrom('studentName', 'startsOn', 'extra1', 'insurancePayer');
const role = fc.constantFrom(...PARTY_ROLES);
const blank: fc.Arbitrary<BodyPiece> = fc
  .oneof(
    field.map((name) => ({ kind: 'value' as const, field: name })),
    fc.tuple(field, part).map(([name, p]) => ({ kind: 'value' as const, field: name, part: p })),
    fc
      .tuple(field, fc.string({ unit: fc.constantFrom(...'甲方乙自行选择（）、·A1') }).filter(isOptionWord))
      .map(([name, option]) => ({ kind: 'choice' as const, field: name, option })),
    field.map((name) => ({ kind: 'value' as const, field: name, part: 'year' as const, shortYear: true as const })),
    fc.tuple(field, fc.integer({ min: 2, max: 40 })).map(([name, l]) => ({ kind: 'value' as const, field: name, line: l })),
    role.map((r) => ({ kind: 'signedOn' as const, role: r, part: 'year' as const, shortYear: true as const })),
    fc.tuple(role, part).map(([r, p]) => ({ kind: 'signedOn' as const, role: r, part: p })),
  )
  .map((path) => ({ kind: 'blank' as const, path }));
const text: fc.Arbitrary<BodyPiece> = fc
  .string({ unit: 'grapheme', minLength: 1 })
  .filter(isBodyText)
  .map((words) => ({ kind: 'text' as const, text: words }));
const joined = (pieces: readonly BodyPiece[]): BodyLine =>
  pieces.filter((piece, index) => piece.kind === 'blank' || pieces[index - 1]?.kind !== 'text');
const line = fc.oneof(
  fc.array(fc.oneof(blank, text), { maxLength: 6 }).map(joined),
  role.map((r): BodyLine => [{ kind: 'blank', path: { kind: 'signature', role: r } }]),
);

describe('parseBody', () => {
  it('reads back every body that printBody wrote', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
        expect(parseBody(printBody(lines))).toEqual(lines);
      }),
    );
  });

  it('accepts nothing but its own print', () => {
    const source = fc.string({ unit: fc.constantFrom(...'{}~#>!&^/ \n\\甲a.=@|"'), maxLength: 24 });
    fc.assert(
      fc.property(source, (body) => {
        const refused = codeOf(() => parseBody(body)) !== undefined;
        if (!refused) expect(printBody(parseBody(body))).toBe(body);
      }),
    );
  });

  it.each([
    ['a helper', '甲{{upper studentName}}'],
    ['a block', '{{#if minor}}乙{{/if}}'],
    ['a partial', '{{> clause}}'],
    ['a comment', '甲{{! 改 }}'],
    ['triple-stash', '{{{studentName}}}'],
    ['unescaped output', '{{&studentName}}'],
    ['whitespace control', '甲 {{~studentName}}'],
    ['spaces in a mustache', '{{ studentName }}'],
    ['a data variable', '{{@root.studentName}}'],
    ['a parent path', '{{../studentName}}'],
    ['a literal segment', '{{payMethod.[现金]}}'],
    ['a string', '{{"studentName"}}'],
    ['an unknown signature role', '{{signature.bank}}'],
    ['a signature beside text', '签：{{signature.school}}'],
    ['an escaped mustache', '\\{{studentName}}'],
    ['a lone brace', '甲}乙'],
    ['a control character', '甲\t乙'],
    ['a carriage return', '甲\r'],
    ['the mark of a blank', '甲＿乙'],
    ['a bidi override', '甲\u202e乙'],
    ['an unclosed mustache', '甲{{studentName'],
  ])('refuses %s and names the line', (_what, bad) => {
    expect(codeOf(() => parseBody(`第一条\n${bad}\n`))).toEqual(['TEMPLATE_BODY_GRAMMAR', 2]);
  });

  it('keeps braces, backslashes and numbers of the text apart from blanks', () => {
    const words = '甲{{studentName}}乙\\{}&#123;&';
    const body = printBody([[{ kind: 'text', text: words }]]);
    expect(body).toBe('甲&#123;&#123;studentName&#125;&#125;乙&#92;&#123;&#125;&#38;#123;&\n');
    expect(parseBody(body)).toEqual([[{ kind: 'text', text: words }]]);
    expect(codeOf(() => parseBody('甲&#38;乙\n'))).toEqual(['TEMPLATE_BODY_GRAMMAR', 1]);
  });

  it('refuses a body whose last line is not ended', () => {
    expect(codeOf(() => parseBody('甲\n乙'))).toEqual(['TEMPLATE_BODY_GRAMMAR', 2]);
  });

  it('tells a date part from a choice', () => {
    expect(parseBlankPath('startsOn.year')).toEqual({ kind: 'value', field: 'startsOn', part: 'year' });
    expect(parseBlankPath('insurancePayer.甲方')).toEqual({ kind: 'choice', field: 'insurancePayer', option: '甲方' });
    expect(parseBlankPath('signedOn.school')).toBeUndefined();
    expect(parseBlankPath('startsOn.yy')).toEqual({ kind: 'value', field: 'startsOn', part: 'year', shortYear: true });
    expect(parseBlankPath('duty.line3')).toEqual({ kind: 'value', field: 'duty', line: 3 });
    expect(['duty.line1', 'duty.line41', 'duty.line02', 'duty.yy.x'].map(parseBlankPath)).toEqual(Array(4).fill(undefined));
  });
});
