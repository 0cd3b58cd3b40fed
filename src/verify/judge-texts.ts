/** Judges the free words of an agreement outside its annex: a blank or a reason is no place to change the text. */
import type { AgreementData } from '../agreement/agreement-data.ts';
import { overridesBody, reasonOverridesBody } from '../agreement/clause-override.ts';
import type { FieldSpec } from '../agreement/fields.ts';
import { type Finding, makeFinding } from './findings.ts';

/** Shorter words cannot name the text and strike it. */
const SHORT = 7;

const KNOWN_MAX = 1024;
/** The agreements of a batch share most words. */
const known = new Map<string, boolean>();

function claims(text: string): boolean {
  if (text.length < SHORT) return false;
  const before = known.get(text);
  if (before !== undefined) return before;
  const now = overridesBody(text);
  if (known.size >= KNOWN_MAX) known.clear();
  known.set(text, now);
  return now;
}

/**
 * Signals, not proof: a person decides. An annex that says such a thing is refused when it is read.
 * @param fields the blanks of the template
 * @source 人社厅函〔2025〕11号三（三）“示范文本内容不得删减”
 */
export function judgeTexts({ fields }: { readonly fields: readonly FieldSpec[] }, data: AgreementData): Finding[] {
  const { refersTo } = data;
  const found = fields.flatMap(({ key, zh, type }) => (type === 'text' && claims(data.fields[key] ?? '') ? [zh] : []));
  if (refersTo !== undefined && refersTo.kind !== 'consent' && reasonOverridesBody(refersTo.kind, refersTo.reason)) found.push('原因');
  return found.map((where) => makeFinding('WORDS_OVERRIDE_BODY', { where }));
}
