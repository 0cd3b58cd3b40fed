/** Codes are promises: each is given somewhere in the product, and somewhere a test would miss it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ISSUES } from '../src/agreement/issue-catalogue.ts';
import { REFUSALS } from '../src/refusals.ts';
import { FINDINGS } from '../src/verify/findings.ts';

const ROOT = join(import.meta.dirname, '..');
const CATALOGUES = { REFUSALS, ISSUES, FINDINGS } as const;
/** Files that list codes without giving them. */
const LISTS = new Set([
  'src/refusals.ts',
  'src/agreement/issue-catalogue.ts',
  'src/verify/findings.ts',
  'src/verify/foreign/foreign-findings.ts',
  'tests/refusals.test.ts',
]);

/** Known gaps, each with its reason. A code that is no longer a gap fails here until it is taken off. */
const NEVER_GIVEN: Readonly<Record<string, string>> = {
  TEMPLATE_SOURCE_CONTENT_CONTROL: 'retired: content controls are read now; kept so that the code is never used for anything else',
  TEMPLATE_SOURCE_HEADER_VARIES: 'retired: each section keeps its own headers; kept for the same reason',
};
const NEVER_TESTED: Readonly<Record<string, string>> = {
  TEMPLATE_SOURCE_CONTENT_CONTROL: 'retired, see above',
  TEMPLATE_SOURCE_HEADER_VARIES: 'retired, see above',
};

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
    expect(codes.filter((code) => !tested.has(code) && NEVER_TESTED[code] === undefined)).toEqual([]);
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

/** What stands between the bracket at `from` and the one that closes it. */
function argumentsAt(text: string, from: number): string {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '(') depth++;
    if (text[at] === ')' && --depth === 0) return text.slice(from + 1, at);
  }
  return '';
}

/** Calls that give a code by name and leave a slot of its sentence open, so that a person would read `{name}`. */
function openSlots(text: string): readonly string[] {
  const sentences: Readonly<Record<string, { readonly zh: string }>> = { ...FINDINGS, ...REFUSALS };
  return Array.from(text.matchAll(/\b(?:new AppError|makeFinding)(?=\('([A-Z_]+)')/g)).flatMap((call) => {
    const code = call[1] ?? '';
    const given = argumentsAt(text, call.index + call[0].length);
    // Parameters that come from elsewhere are not read here.
    if (/^'[A-Z_]+',\s*(?!\{)\S/.test(given) || given.includes('...')) return [];
    const catalogue = call[0] === 'makeFinding' ? FINDINGS : REFUSALS;
    const zh = (catalogue as typeof sentences)[code]?.zh ?? '';
    const slots = Array.from(zh.matchAll(/\{(\w+)\}/g), ([, slot]) => slot ?? '');
    return slots.filter((slot) => !new RegExp(`\\b${slot}\\b`).test(given)).map((slot) => `${code} {${slot}}`);
  });
}

test('whoever gives a code fills every slot of its sentence', () => {
  const names = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  expect(names.flatMap((name) => openSlots(readFileSync(join(ROOT, 'src', name), 'utf8')).map((slot) => `${name}: ${slot}`))).toEqual([]);
});

test('the check of slots sees an open one', () => {
  expect(openSlots("throw new AppError('ANNEX_REFUSED', { reason: f(1) });")).toEqual(['ANNEX_REFUSED {problems}']);
  expect(openSlots("makeFinding('ZIP_REFUSED')")).toEqual(['ZIP_REFUSED {reason}']);
});
