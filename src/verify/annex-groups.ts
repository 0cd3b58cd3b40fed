/** Annexes of many agreements sorted into groups of equals, and two groups laid side by side. */
import type { Annex } from '../agreement/annex.ts';
import { checkClause } from '../agreement/clauses.ts';
import type { Issue } from '../agreement/issues.ts';
import { fromUtf8 } from '../bytes.ts';
import { toCanonicalJson } from '../canonical-json.ts';
import { type Sha256, sha256Hex } from '../digest.ts';
import { type DiffPart, diffText } from './text-diff.ts';

export interface AnnexGroup {
  /** A, B, …, Z, AA, …: the largest group first; `—` for agreements without an annex. */
  readonly label: string;
  readonly annex: Annex | null;
  /** SHA-256 of the canonical JSON of title and clauses. */
  readonly digest: Sha256;
  /** Names of the files, in their own order. */
  readonly files: readonly string[];
  /** What the law has to say of each clause; `clause` counts from 1. */
  readonly hints: readonly Issue[];
}

export const NO_ANNEX = '—';

const digestOf = (annex: Annex | null): Sha256 =>
  sha256Hex(fromUtf8(annex === null ? 'null' : toCanonicalJson({ title: annex.title, clauses: annex.clauses })));

/** Groups by size, then by digest, so that the letters do not depend on the order of the files. */
export function groupAnnexes(agreements: readonly { readonly file: string; readonly annex: Annex | null }[]): readonly AnnexGroup[] {
  const byDigest = new Map<Sha256, { annex: Annex | null; files: string[] }>();
  for (const { file, annex } of agreements) {
    const digest = digestOf(annex);
    const group = byDigest.get(digest) ?? { annex, files: [] };
    group.files.push(file);
    byDigest.set(digest, group);
  }
  const sorted = [...byDigest].sort(([a, one], [b, other]) => other.files.length - one.files.length || (a < b ? -1 : 1));
  let letters = 0;
  return sorted.map(([digest, { annex, files }]) => ({
    label: annex === null ? NO_ANNEX : letterOf(letters++),
    annex,
    digest,
    files,
    hints: (annex?.clauses ?? []).flatMap((clause, i) => checkClause(clause).map((issue) => ({ ...issue, clause: i + 1 }))),
  }));
}

/** 0 → A, 25 → Z, 26 → AA. */
const letterOf = (index: number): string =>
  (index < 26 ? '' : letterOf(Math.floor(index / 26) - 1)) + String.fromCharCode(65 + (index % 26));

/** One row of a comparison: a clause of either side, or of both where they correspond. Numbers count from 1. */
export interface ClausePair {
  readonly before: number | null;
  readonly after: number | null;
  readonly parts: readonly DiffPart[];
}

/** Every clause of both annexes exactly once, in order; clauses that resemble each other are paired. */
export function compareAnnexes(before: Annex | null, after: Annex | null): readonly ClausePair[] {
  const [a, b] = [before?.clauses ?? [], after?.clauses ?? []];
  const pairs = align(a, b);
  return pairs.map(([i, j]) => ({
    before: i === null ? null : i + 1,
    after: j === null ? null : j + 1,
    parts: diffText(i === null ? '' : (a[i] ?? ''), j === null ? '' : (b[j] ?? '')),
  }));
}

/** Clauses less alike than this are different clauses. */
const ALIKE = 0.4;

/** The order-keeping pairing of greatest likeness. */
function align(a: readonly string[], b: readonly string[]): [number | null, number | null][] {
  const grams = { a: a.map(bigrams), b: b.map(bigrams) };
  const width = b.length + 1;
  const best = new Float64Array((a.length + 1) * width);
  const likenessAt = (i: number, j: number): number => {
    const value = a[i] === b[j] ? 1 : likeness(grams.a[i] ?? new Map(), grams.b[j] ?? new Map());
    return value >= ALIKE ? value : 0;
  };
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const alike = likenessAt(i, j);
      const paired = alike > 0 ? alike + (best[(i + 1) * width + j + 1] ?? 0) : 0;
      best[i * width + j] = Math.max(paired, best[(i + 1) * width + j] ?? 0, best[i * width + j + 1] ?? 0);
    }
  }
  const pairs: [number | null, number | null][] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    const here = best[i * width + j] ?? 0;
    const alike = likenessAt(i, j);
    if (alike > 0 && here === alike + (best[(i + 1) * width + j + 1] ?? 0)) pairs.push([i++, j++]);
    else if (here === (best[(i + 1) * width + j] ?? 0)) pairs.push([i++, null]);
    else pairs.push([null, j++]);
  }
  while (i < a.length) pairs.push([i++, null]);
  while (j < b.length) pairs.push([null, j++]);
  return pairs;
}

function bigrams(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  const characters = [...text];
  characters.forEach((character, i) => {
    const gram = character + (characters[i + 1] ?? '');
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  });
  return counts;
}

/** Share of common pairs of characters, 0…1. @source Dice, 1945 */
function likeness(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let [common, all] = [0, 0];
  for (const [gram, count] of a) {
    common += Math.min(count, b.get(gram) ?? 0);
    all += count;
  }
  for (const count of b.values()) all += count;
  return all === 0 ? 1 : (2 * common) / all;
}
