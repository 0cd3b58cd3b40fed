/** The annex: local clauses a school adds beside the locked text, as plain numbered clauses. */
import { z } from 'zod';
import { characterProblem, lengthInCharacters } from './characters.ts';
import { overridesBody, overridesBodyTogether } from './clause-override.ts';
import { hasErrors, type Issue, makeIssue } from './issues.ts';

/** Clauses in order, without numbers; the renderer numbers them and appends the fixed priority clause. */
export interface Annex {
  readonly title: string;
  readonly clauses: readonly string[];
}

export type AnnexResult = { readonly ok: true; readonly annex: Annex } | { readonly ok: false; readonly issues: readonly Issue[] };

const ANNEX_MAX_CLAUSES = 40;
/** In code points. */
const ANNEX_MAX_CLAUSE_LENGTH = 500;
const MAX_TITLE_LENGTH = 40;

const shape = z.strictObject({ title: z.string(), clauses: z.array(z.string()) });

/**
 * Accepts an annex in canonical form: clean characters, at most 40 clauses of 500 characters, none that claims to replace the body.
 * Clauses that break a law are another matter: see `checkClauses`.
 * @source 人社厅函〔2025〕11号三（三）；民法典第四百九十八条
 */
export function parseAnnex(input: unknown): AnnexResult {
  const read = shape.safeParse(input);
  if (!read.success) return { ok: false, issues: [makeIssue('ANNEX_MALFORMED', 'annex')] };
  const { title, clauses } = read.data;
  const key = JSON.stringify([title, clauses]);
  const known = accepted.get(key);
  if (known !== undefined) return { ok: true, annex: known };
  const issues: Issue[] = [];
  const titleProblem = textIssue('附件标题', title, MAX_TITLE_LENGTH);
  if (titleProblem !== undefined) issues.push(titleProblem);
  if (clauses.length === 0) issues.push(makeIssue('ANNEX_EMPTY', 'annex'));
  if (clauses.length > ANNEX_MAX_CLAUSES) {
    issues.push(makeIssue('ANNEX_TOO_LONG', 'annex', { limit: ANNEX_MAX_CLAUSES, count: clauses.length }));
  }
  clauses.slice(0, ANNEX_MAX_CLAUSES).forEach((clause, i) => {
    const place = { clause: i + 1 };
    const problem = textIssue(`附件第 ${i + 1} 条`, clause, ANNEX_MAX_CLAUSE_LENGTH);
    if (problem !== undefined) issues.push({ ...problem, ...place });
    else if (overridesBody(clause)) issues.push(makeIssue('ANNEX_OVERRIDES_BODY', 'annex', {}, place));
  });
  if (issues.length === 0 && overridesBodyTogether(title, clauses)) issues.push(makeIssue('ANNEX_OVERRIDES_BODY', 'annex'));
  if (hasErrors(issues)) return { ok: false, issues };
  const annex = { title, clauses };
  const [oldest] = accepted.keys();
  if (accepted.size >= REMEMBERED_MAX && oldest !== undefined) accepted.delete(oldest);
  accepted.set(key, annex);
  return { ok: true, annex };
}

/** A school's agreements share a few annexes: each is read once, and is the same object in all of them. */
const accepted = new Map<string, Annex>();
const REMEMBERED_MAX = 64;

function textIssue(label: string, text: string, limit: number): Issue | undefined {
  if (text === '') return makeIssue('VALUE_EMPTY', 'annex', { label });
  const problem = characterProblem(text);
  if (problem !== undefined) return makeIssue(problem.code, 'annex', { label, point: problem.point });
  const length = lengthInCharacters(text);
  return length > limit ? makeIssue('VALUE_TOO_LONG', 'annex', { label, limit, length }) : undefined;
}
