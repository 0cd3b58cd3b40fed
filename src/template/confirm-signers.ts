/** Confirming an import: a person says who signs in which box; the boxes and the text around them stay where they are. */
import { PARTY_ZH, type PartyRole } from '../agreement/parties.ts';
import { AppError } from '../errors.ts';
import { type BlankPath, parseBody, printBlankPath } from './body.ts';
import { placeEntries } from './confirm-groups.ts';
import { type PackPair, printPair } from './confirm-import.ts';
import { type Manifest, readPackDocument } from './manifest.ts';

/**
 * Gives the box of one party, with its date, to another; where that one had a box, the two change places.
 * @returns both files, consistent with each other; the prefix has to be published anew
 * @throws AppError TEMPLATE_SIGNER_UNKNOWN when the first has no box, and those of `readPackDocument`
 */
export function swapSigners(pack: PackPair, from: PartyRole, to: PartyRole): PackPair {
  const { manifest, bodyText } = readPackDocument(pack);
  const turned = (role: PartyRole): PartyRole => (role === from ? to : role === to ? from : role);
  const turnedPath = (path: BlankPath): BlankPath =>
    path.kind === 'signature' || path.kind === 'signedOn' ? { ...path, role: turned(path.role) } : path;
  if (!signersOf(manifest).includes(from)) throw new AppError('TEMPLATE_SIGNER_UNKNOWN', { role: PARTY_ZH[from] });
  const lines = parseBody(bodyText).map((line) =>
    line.map((piece) => (piece.kind === 'blank' ? { ...piece, path: turnedPath(piece.path) } : piece)),
  );
  const placed = placeEntries(lines, manifest.blanks);
  const blanks = manifest.blanks.map((entry, index) => {
    const path = placed[index]?.path;
    if (path?.kind !== 'signedOn') return entry;
    return { ...entry, path: printBlankPath(path), field: `signedOn.${path.role}`, label: `${PARTY_ZH[path.role]}签署日期` };
  });
  type Line = Extract<Manifest['blocks'][number], { kind: 'paragraph' | 'signatureBox' }>;
  const turnedLine = (line: Line): Line => (line.kind === 'signatureBox' ? { ...line, role: turned(line.role) } : line);
  const blocks = manifest.blocks.map((block) => {
    if (block.kind === 'pageBreak' || block.kind === 'section') return block;
    if (block.kind !== 'table') return turnedLine(block);
    return {
      ...block,
      rows: block.rows.map((row) => ({ cells: row.cells.map((cell) => ({ ...cell, blocks: cell.blocks.map(turnedLine) })) })),
    };
  });
  return printPair({ ...manifest, blocks, blanks }, lines);
}

/** Who has a box, in the order of the text. */
export const signersOf = ({ blocks }: Pick<Manifest, 'blocks'>): readonly PartyRole[] =>
  blocks.flatMap((block) => {
    const inner = block.kind === 'table' ? block.rows.flatMap((row) => row.cells.flatMap((cell) => cell.blocks)) : [block];
    return inner.flatMap((each) => (each.kind === 'signatureBox' ? [each.role] : []));
  });
