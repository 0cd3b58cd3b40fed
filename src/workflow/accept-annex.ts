/** An annex as a school hands it in: judged by form and law, or refused with every reason. */
import { type Annex, parseAnnex } from '../agreement/annex.ts';
import { parseAnnexText } from '../agreement/annex-text.ts';
import { checkClauses } from '../agreement/clauses.ts';
import { hasErrors, type Issue, issueText } from '../agreement/issues.ts';
import { AppError } from '../errors.ts';

/** @throws AppError ANNEX_OVERRIDES_BODY (`clause`), ANNEX_REFUSED (`problems`) */
export function acceptAnnex(input: { readonly title: string; readonly clauses: readonly string[] }): Annex {
  const read = parseAnnex(input);
  if (!read.ok) throw refused(read.issues);
  const unlawful = checkClauses(read.annex);
  if (hasErrors(unlawful)) throw refused(unlawful);
  return read.annex;
}

/** The same from a plain text file, UTF-8. @throws AppError as `acceptAnnex` */
export function acceptAnnexText(bytes: Uint8Array): Annex {
  const read = parseAnnexText(bytes);
  if (!read.ok) throw refused(read.issues);
  return read.annex;
}

function refused(issues: readonly Issue[]): AppError {
  const override = issues.find(({ code }) => code === 'ANNEX_OVERRIDES_BODY');
  if (override !== undefined) return new AppError('ANNEX_OVERRIDES_BODY', { clause: override.clause ?? 0 });
  const problems = issues.filter(({ level }) => level === 'error').map(issueText);
  return new AppError('ANNEX_REFUSED', { problems: problems.join('') });
}
