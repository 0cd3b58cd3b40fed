/** Forms with other boxes than the sample's: the same text without somebody's place to sign. */
import type { PartyRole } from '../../src/agreement/parties.ts';
import { compileTemplate } from '../../src/template/compile.ts';
import { ALWAYS_IN_FORCE } from '../../src/template/in-force.ts';
import type { LockedTemplate } from '../../src/template/locked-template.ts';
import { readPackDocument } from '../../src/template/manifest.ts';
import type { Block } from '../../src/template/template-document.ts';
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
