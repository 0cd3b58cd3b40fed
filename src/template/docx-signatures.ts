/** Finds where the parties sign: 甲方（盖章）, 丙方监护人（签字） …, and the empty lines that are left for it. */
import type { PartyRole } from '../agreement/parties.ts';
import type { SourceBlock, SourceTable } from './docx-document.ts';
import type { SourceParagraph } from './docx-paragraphs.ts';

/** A sequence of paragraphs that belong together: the body between two tables, or one cell. */
export interface Container {
  readonly paragraphs: readonly SourceParagraph[];
  /** The cells right of and below this one; they may be where one signs. */
  readonly neighbours: readonly Container[];
}

export interface SignatureSpot {
  readonly role: PartyRole;
  readonly container: Container;
  /** The box stands before this paragraph of its container and replaces `replaced` empty ones. */
  readonly before: number;
  readonly replaced: number;
  readonly lines: number;
}

const SIGN_WORDS = /盖章|签章|签字|签名|公章|印章|[（(]章[）)]|[（(]签[）)]/gu;
const MIN_LINES = 3;

export const textOfParagraph = (paragraph: SourceParagraph): string =>
  paragraph.generated + paragraph.atoms.map((atom) => atom.char).join('');

export const isEmptyParagraph = (paragraph: SourceParagraph): boolean =>
  paragraph.generated === '' &&
  paragraph.atoms.every((atom) => atom.char.trim() === '' && !atom.underline && atom.leaderEm === undefined && atom.prompt === undefined);

/** Whether the words before a blank ask for a signature or a seal, so that nothing is ever printed there. */
export const isSigningLabel = (label: string): boolean => /(?:盖章|签章|签字|签名|公章|印章)[^。；]{0,6}$/u.test(label);

/** The roles whose signature a short line asks for, in its order; none for prose. */
export function signingRoles(text: string): readonly PartyRole[] {
  if (text.length > 90 || /[。；]/u.test(text)) return [];
  let from = 0;
  const roles: PartyRole[] = [];
  for (const match of text.matchAll(SIGN_WORDS)) {
    const role = roleIn(text.slice(from, match.index));
    from = match.index + match[0].length;
    if (role !== undefined && !roles.includes(role)) roles.push(role);
  }
  return roles;
}

function roleIn(words: string): PartyRole | undefined {
  if (/监护人|家长/.test(words)) return 'guardian';
  if (/甲方/.test(words)) return 'school';
  if (/乙方/.test(words)) return 'unit';
  if (/丙方/.test(words)) return 'student';
  if (/实习单位|企业|用人单位/.test(words)) return 'unit';
  if (/学校|院校|学院/.test(words)) return 'school';
  return /学生|实习生/.test(words) ? 'student' : undefined;
}

/** The containers of a document in its order, tables cell by cell. */
export function containersOf(blocks: readonly SourceBlock[]): ReadonlyMap<readonly SourceParagraph[] | SourceParagraph, Container> {
  const found = new Map<readonly SourceParagraph[] | SourceParagraph, Container>();
  let open: SourceParagraph[] = [];
  const close = (): void => {
    const container: Container = { paragraphs: open, neighbours: [] };
    for (const paragraph of open) found.set(paragraph, container);
    open = [];
  };
  for (const block of blocks) {
    if (block.kind === 'paragraph') open.push(block);
    else close();
    if (block.kind === 'table') for (const [key, container] of cellContainers(block)) found.set(key, container);
  }
  close();
  return found;
}

function cellContainers(table: SourceTable): ReadonlyMap<readonly SourceParagraph[], Container> {
  const containers = new Map<readonly SourceParagraph[], Container & { neighbours: Container[] }>();
  const grid = table.rows.map((row) => {
    const slots: Container[] = [];
    for (const cell of row.cells) {
      const container = { paragraphs: cell.paragraphs, neighbours: [] };
      containers.set(cell.paragraphs, container);
      for (let span = 0; span < cell.columnSpan; span++) slots.push(container);
    }
    return slots;
  });
  grid.forEach((slots, row) => {
    slots.forEach((container, column) => {
      const entry = containers.get(container.paragraphs);
      for (const neighbour of [slots[column + 1], grid[row + 1]?.[column]]) {
        if (neighbour !== undefined && neighbour !== container) entry?.neighbours.push(neighbour);
      }
    });
  });
  return containers;
}

/**
 * One spot for each role that the document asks to sign: the one with most empty lines, the last of equals.
 * A line that leaves no room gets a box of three lines below it.
 */
export function findSignatureSpots(containers: Iterable<Container>): readonly SignatureSpot[] {
  const best = new Map<PartyRole, SignatureSpot>();
  for (const container of new Set(containers)) {
    container.paragraphs.forEach((paragraph, index) => {
      const roles = signingRoles(textOfParagraph(paragraph));
      for (const role of roles) {
        const spot = roles.length === 1 ? roomBelow(container, index, role) : nowhere(container, index, role);
        const known = best.get(role);
        if (known === undefined || spot.replaced >= known.replaced) best.set(role, spot);
      }
    });
  }
  return [...best.values()];
}

const nowhere = (container: Container, index: number, role: PartyRole): SignatureSpot => ({
  role,
  container,
  before: index + 1,
  replaced: 0,
  lines: MIN_LINES,
});

/** The longest run of empty paragraphs before the next line that asks for a signature, else an empty cell beside or below. */
function roomBelow(container: Container, index: number, role: PartyRole): SignatureSpot {
  const { paragraphs } = container;
  let found = nowhere(container, index, role);
  let run = 0;
  for (let at = index + 1; at < paragraphs.length; at++) {
    const paragraph = paragraphs[at];
    if (paragraph === undefined || signingRoles(textOfParagraph(paragraph)).length > 0) break;
    run = isEmptyParagraph(paragraph) ? run + 1 : 0;
    if (run > found.replaced) found = { ...found, before: at - run + 1, replaced: run, lines: Math.max(MIN_LINES, Math.min(40, run)) };
  }
  if (found.replaced > 0) return found;
  const free = container.neighbours.find((each) => each.paragraphs.length > 0 && each.paragraphs.every(isEmptyParagraph));
  if (free === undefined) return found;
  const replaced = free.paragraphs.length;
  return { role, container: free, before: 0, replaced, lines: Math.max(MIN_LINES, replaced) };
}
