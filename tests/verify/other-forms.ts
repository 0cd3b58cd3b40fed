/** Forms with other boxes than the sample's: the same text without somebody's place to sign. */
import type { PartyRole } from '../../src/agreement/parties.ts';
import { compileTemplate } from '../../src/template/compile.ts';
import { ALWAYS_IN_FORCE } from '../../src/template/in-force.ts';
import type { LockedTemplate } from '../../src/template/locked-template.ts';
import { readPackDocument } from '../../src/template/manifest.ts';
import type { Block, Paragraph, SignatureBox } from '../../src/template/template-document.ts';
import { fonts, packFiles } from './signed-agreement.ts';

const without = (blocks: readonly Block[], roles: readonly PartyRole[]): Block[] =>
  blocks.map((block) => {
    if (block.kind !== 'table') return block;
    const kept = block.rows.filter(
      ({ cells }) => !cells.some((cell) => cell.blocks.some((inner) => inner.kind === 'signatureBox' && roles.includes(inner.role))),
    );
    return { ...block, rows: kept };
  });

/** @throws AppError TEMPLATE_SIGNATURE_BOX where a form of that kind needs the box */
export function formWithout(roles: readonly PartyRole[], kind: LockedTemplate['kind'] = 'agreement'): LockedTemplate {
  const document = readPackDocument(packFiles);
  return compileTemplate(
    { ...document, pack: `without-${roles.join('-')}`, kind, blocks: without(document.blocks, roles) },
    document.manifest.fields,
    fonts,
    ALWAYS_IN_FORCE,
  );
}

/** The same text with a blank for a value below somebody's place to sign, above the date. */
export function formWithValueBelow(role: PartyRole, field: string): LockedTemplate {
  const document = readPackDocument(packFiles);
  const value = (like: Paragraph | SignatureBox): Paragraph[] =>
    like.kind === 'paragraph' ? [{ ...like, inlines: [{ kind: 'value', field, widthEm: 12, align: 'left' }] }] : [];
  const blocks = document.blocks.map((block): Block => {
    if (block.kind !== 'table') return block;
    const rows = block.rows.map((row) => ({
      ...row,
      cells: row.cells.map((cell) => {
        const at = cell.blocks.findIndex((inner) => inner.kind === 'signatureBox' && inner.role === role);
        const next = cell.blocks[at + 1];
        if (at === -1 || next === undefined) return cell;
        return { ...cell, blocks: [...cell.blocks.slice(0, at + 1), ...value(next), ...cell.blocks.slice(at + 1)] };
      }),
    }));
    return { ...block, rows };
  });
  return compileTemplate({ ...document, pack: `value-below-${role}`, blocks }, document.manifest.fields, fonts, ALWAYS_IN_FORCE);
}
