/** Annex clauses from a plain text file: one clause a line, blank lines between them as one likes. */
import { toUtf8 } from '../bytes.ts';
import { type Annex, parseAnnex } from './annex.ts';
import { checkClauses } from './clauses.ts';
import { hasErrors, type Issue, makeIssue } from './issues.ts';

export const DEFAULT_ANNEX_TITLE = '附件：补充条款';

/** `issues` of a usable annex are of level `tidied` and `confirm` only. */
export type AnnexTextResult =
  | { readonly ok: true; readonly annex: Annex; readonly issues: readonly Issue[] }
  | { readonly ok: false; readonly issues: readonly Issue[] };

const NUMBER = /^(?:第[一二三四五六七八九十百\d]+条|[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．])[\s：:、]*/u;

/** A first line `# 标题`, or one that begins with 附件 or 补充条款 and has no full stop, is the title. */
const TITLE = /^(?:#\s*(.{1,40})|((?:附件|补充条款|补充协议)[^。；，]{0,30}))$/u;

/**
 * Reads, numbers off and judges clauses: characters, limits, override of the body, laws.
 * @param input text, or the bytes of a UTF-8 file
 */
export function parseAnnexText(input: string | Uint8Array): AnnexTextResult {
  let text: string;
  try {
    text = typeof input === 'string' ? input : toUtf8(input);
  } catch {
    return { ok: false, issues: [makeIssue('ANNEX_NOT_UTF8', 'annex')] };
  }
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .map((line) => line.replace(/^[ \t\u3000]+|[ \t\u3000]+$/g, ''))
    .filter((line) => line !== '');
  const heading = TITLE.exec(lines[0] ?? '');
  const title = (heading?.[1] ?? heading?.[2] ?? DEFAULT_ANNEX_TITLE).trim();
  const issues: Issue[] = [];
  const clauses = lines.slice(heading === null ? 0 : 1).map((line, i) => {
    const clause = line.replace(NUMBER, '');
    if (clause !== line)
      issues.push(makeIssue('ANNEX_NUMBER_REMOVED', 'annex', {}, { clause: i + 1, from: line.slice(0, 20), to: clause.slice(0, 20) }));
    return clause;
  });
  const parsed = parseAnnex({ title, clauses });
  if (!parsed.ok) return { ok: false, issues: [...parsed.issues, ...checkClauses({ title, clauses })] };
  issues.push(...checkClauses(parsed.annex));
  return hasErrors(issues) ? { ok: false, issues } : { ok: true, annex: parsed.annex, issues };
}
