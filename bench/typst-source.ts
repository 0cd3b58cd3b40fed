/** The agreement as a Typst document. */
import type { LockedTemplate } from '../src/template/locked-template.ts';
import type { Block, Inline } from '../src/template/template-document.ts';

const literal = (text: string): string => `#text(${JSON.stringify(text)})`;

/** One paragraph for each of ours, each blank a value of the input `v`; pages, type sizes and furniture as ours. */
export function typstSource(template: LockedTemplate, annex: readonly Block[], family: string, leadingPt: number): string {
  let blank = 0;
  const inline = (item: Inline): string => (item.kind === 'text' ? literal(item.text) : `#v.at(${blank++})`);
  const blocks = (list: readonly Block[]): string[] =>
    list.flatMap((block) => {
      if (block.kind === 'paragraph') return [block.inlines.map(inline).join('') || '#linebreak()'];
      if (block.kind === 'table') return block.rows.flatMap(({ cells }) => cells.flatMap((cell) => blocks(cell.blocks)));
      return ['#linebreak()'];
    });
  return `#let v = json(bytes(sys.inputs.v))
#set page(width: 595.28pt, height: 841.89pt, margin: (x: 75pt, top: 92pt, bottom: 98pt), header: align(center, text(9pt)[${template.mark ?? ''}]), footer: context align(center, text(9pt)[第 #counter(page).display() 页]))
#set text(font: ${JSON.stringify(family)}, size: 12pt, lang: "zh", fallback: false)
#set par(leading: ${leadingPt}pt, spacing: ${leadingPt}pt, justify: true)
${blocks(template.blocks).join('\n\n')}
#pagebreak()
${blocks(annex).join('\n\n')}
`;
}
