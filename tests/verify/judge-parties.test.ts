/** Statutory limits are judged from the embedded data, whatever the school's own screen said when it generated. */
import { expect, test } from 'vitest';
import { VALUES } from '../agreement/sample-values.ts';
import { codesOf, makeData, signAll, verify } from './signed-agreement.ts';

test.each([
  ['an unpaid internship fails', { stipendYuan: '0' }, 'STATUTE_VIOLATED', 'failed', '第十八条'],
  ['work on six days a week is looked at by a person', { weeklyDays: '6' }, 'STATUTE_DOUBTFUL', 'review', '第十七条'],
] as const)('%s, with the article named', async (_, changed, code, verdict, article) => {
  const report = verify(await signAll(makeData({ ...VALUES, ...changed })));
  expect(codesOf(report)).toContain(code);
  expect(report.verdict).toBe(verdict);
  expect(report.findings.find((finding) => finding.code === code)?.zh).toContain(article);
});
