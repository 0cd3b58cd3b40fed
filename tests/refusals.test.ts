/** Codes are promises: each is given somewhere in the product, and somewhere a test would miss it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ISSUES } from '../src/agreement/issue-catalogue.ts';
import { REFUSALS } from '../src/errors.ts';
import { FINDINGS } from '../src/verify/findings.ts';

const ROOT = join(import.meta.dirname, '..');
const CATALOGUES = { REFUSALS, ISSUES, FINDINGS } as const;
/** Files that list codes without giving them. */
const LISTS = new Set([
  'src/errors.ts',
  'src/agreement/issue-catalogue.ts',
  'src/verify/findings.ts',
  'src/verify/foreign/foreign-findings.ts',
  'tests/refusals.test.ts',
]);

/** Known gaps, each with its reason. A code that is no longer a gap fails here until it is taken off. */
const NEVER_GIVEN: Readonly<Record<string, string>> = {
  TIMESTAMP_UNAVAILABLE: 'for an authority that is reached over the network; the port promises it, no adapter of that kind exists yet',
  TEMPLATE_SOURCE_CONTENT_CONTROL: 'retired: content controls are read now; kept so that the code is never used for anything else',
};
const NEVER_TESTED: Readonly<Record<string, string>> = {
  TEMPLATE_SOURCE_CONTENT_CONTROL: 'retired, see above',
  AGREEMENT_NOT_COMPLETE: 'of sealing, whose own tests are still to come',
  AGREEMENT_NOT_SEALED: 'of sealing, whose own tests are still to come',
  REVOCATION_UNAVAILABLE: 'of sealing, whose own tests are still to come',
  FILE_UNREADABLE: 'needs a file that may not be read; the tests run as root in places, where every file may be',
};

/** Findings about PDFs made elsewhere, whose tests are still to come: each line goes when its test is there. */
const FOREIGN_UNTESTED: ReadonlySet<string> = new Set([
  'FILE_SIGNED_ELSEWHERE',
  'FILE_IS_SCAN',
  'FILE_IS_XFA',
  'FILE_BROKEN',
  'FILE_LIMIT_REACHED',
  'FILE_HEADER_ODD',
  'READERS_DISAGREE',
  'FILE_READ_BY_REPAIR',
  'FILE_HAS_ACTIONS',
  'FILE_HAS_UNUSED_PAGES',
  'FOREIGN_COVERAGE_WRONG',
  'FOREIGN_COVERAGE_ODD',
  'FOREIGN_COVERAGE_SHORT',
  'FOREIGN_CONTENTS_EMPTY',
  'FOREIGN_SIGNATURE_UNREADABLE',
  'FOREIGN_FORMAT_UNKNOWN',
  'FOREIGN_DIGEST_WRONG',
  'FOREIGN_VALUE_WRONG',
  'SIGNATURE_IS_SM2',
  'FOREIGN_ALGORITHM_UNKNOWN',
  'FOREIGN_ALGORITHM_WEAK',
  'FOREIGN_SIGNATURE_IS_BER',
  'FOREIGN_PADDING_NOT_ZERO',
  'FOREIGN_SIGNERS_SEVERAL',
  'FOREIGN_TIMESTAMP_WRONG',
  'FOREIGN_SIGNER_TRUSTED',
  'FOREIGN_SIGNER_UNTRUSTED',
  'FOREIGN_SIGNATURE_UNREACHABLE',
  'FOREIGN_SIGNATURE_REPEATED',
  'CHANGED_AFTER_SIGNING',
  'CHANGES_NOT_JUDGED',
  'FOLLOWED_BY_SIGNATURES',
  'UNCHANGED_SINCE_SIGNING',
  'FOREIGN_SIGNATURE_BOX_LARGE',
  'FOREIGN_TEXT_EQUALS_TEMPLATE',
  'FOREIGN_TEXT_DIFFERS',
]);

/** Every code in quotes in the TypeScript files of a folder; comments hold none. */
function codesIn(folder: 'src' | 'tests'): ReadonlySet<string> {
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => name.endsWith('.ts') && !LISTS.has(`${folder}/${name}`));
  const text = files.map((name) => readFileSync(join(ROOT, folder, name), 'utf8')).join('\n');
  return new Set(Array.from(text.matchAll(/(?<=['"`])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?=['"`])/g), ([code]) => code));
}

const given = codesIn('src');
const tested = codesIn('tests');

describe.each(Object.entries(CATALOGUES))('every code of %s', (_, catalogue) => {
  const codes = Object.keys(catalogue);

  test('is given somewhere in src', () => {
    expect(codes.filter((code) => !given.has(code) && NEVER_GIVEN[code] === undefined)).toEqual([]);
  });

  test('is named by a test', () => {
    expect(codes.filter((code) => !tested.has(code) && NEVER_TESTED[code] === undefined && !FOREIGN_UNTESTED.has(code))).toEqual([]);
  });

  test('has a sentence in Chinese that ends as one', () => {
    const bad = Object.entries(catalogue).filter(([, { zh }]) => !/[。）：？}]$/u.test(zh) || !/\p{Script=Han}|^\{\w+\}$/u.test(zh));
    expect(bad).toEqual([]);
  });
});

test('the lists of known gaps hold nothing that is no gap any more, and no code that does not exist', () => {
  const all = new Set(Object.values(CATALOGUES).flatMap((catalogue) => Object.keys(catalogue)));
  expect(Object.keys(NEVER_GIVEN).filter((code) => given.has(code) || !all.has(code))).toEqual([]);
  expect(Object.keys(NEVER_TESTED).filter((code) => tested.has(code) || !all.has(code))).toEqual([]);
});
