/** The text of a filled paragraph: characters that may stand, spaces at its ends as indent, the automatic number written out. */
import { isBodyText } from './body.ts';
import { roundEm } from './docx-blanks.ts';
import type { SourceParagraph } from './docx-paragraphs.ts';
import { refuseSource } from './docx-refusal.ts';
import { atomEm } from './docx-runs.ts';
import { textOfParagraph } from './docx-signatures.ts';
import type { FlowAtom } from './docx-tabs.ts';
import type { Inline, Paragraph } from './template-document.ts';

/** A tab without a line is two spaces; the wide underscore is kept for blanks. */
const TEXT_OF: ReadonlyMap<string, string> = new Map([
  ['\t', '\u3000\u3000'],
  ['＿', '__'],
]);

/**
 * Text of equal weight together.
 * @throws AppError TEMPLATE_SOURCE_CHARACTER_REFUSED for a character that no template text may have
 */
export function toInlines(atoms: readonly FlowAtom[], source: SourceParagraph): readonly Inline[] {
  const inlines: (Inline & { kind: 'text' })[] = [];
  for (const { char, bold, underline } of atoms) {
    const text = TEXT_OF.get(char) ?? char;
    if (!isBodyText(text)) {
      const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
      throw refuseSource(
        'TEMPLATE_SOURCE_CHARACTER_REFUSED',
        { paragraph: source.number, text: textOfParagraph(source) },
        `${/\p{C}/u.test(char) ? '' : char} U+${code}`,
      );
    }
    const last = inlines.at(-1);
    if (last !== undefined && last.bold === bold && last.underline === underline)
      inlines[inlines.length - 1] = { ...last, text: last.text + text };
    else inlines.push({ kind: 'text', text, bold, underline });
  }
  return inlines;
}

/** Spaces at the start become indent, spaces at the end nothing; the automatic number is written out. */
export function layOut(source: SourceParagraph, inlines: readonly Inline[], generated: Map<Paragraph, number>): Paragraph {
  const rest = [...inlines];
  let indentEm = 0;
  for (let first = rest[0]; first?.kind === 'text'; first = rest[0]) {
    const kept = first.text.trimStart();
    indentEm += [...first.text.slice(0, first.text.length - kept.length)].reduce((sum, char) => sum + atomEm({ char }), 0);
    if (kept !== '') {
      rest[0] = { ...first, text: kept };
      break;
    }
    rest.shift();
  }
  for (let last = rest.at(-1); last?.kind === 'text'; last = rest.at(-1)) {
    const kept = last.text.trimEnd();
    if (kept !== '') {
      rest[rest.length - 1] = { ...last, text: kept };
      break;
    }
    rest.pop();
  }
  const first = rest[0];
  const bold = first?.kind === 'text' && first.bold;
  const label: readonly Inline[] = source.generated === '' ? [] : [{ kind: 'text', text: source.generated, bold, underline: false }];
  const flush = source.align === 'left' || source.align === 'justify';
  const firstLineEm = source.firstLineEm + (flush && source.generated === '' ? Math.min(30, indentEm) : 0);
  const { kind, style, align, leftEm } = source;
  const paragraph: Paragraph = { kind, style, align, firstLineEm: roundEm(firstLineEm), leftEm, inlines: joinEqual([...label, ...rest]) };
  if (source.generated !== '') generated.set(paragraph, source.generated.length);
  return paragraph;
}

function joinEqual(inlines: readonly Inline[]): readonly Inline[] {
  const joined: Inline[] = [];
  for (const inline of inlines) {
    const last = joined.at(-1);
    const same = inline.kind === 'text' && last?.kind === 'text' && last.bold === inline.bold && last.underline === inline.underline;
    if (same) joined[joined.length - 1] = { ...last, text: last.text + inline.text };
    else joined.push(inline);
  }
  return joined;
}
