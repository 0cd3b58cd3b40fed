/** Finds where the parties sign: 甲方（盖章）, 丙方监护人（签字） …, and the empty lines that are left for it. */
import type { PartyRole } from '../agreement/parties.ts';
import type { SourceBlock, SourceTable } from './docx-document.ts';
import type { SourceParagraph } from './docx-paragraphs.ts';
import type { PartyLetters } from './party-letters.ts';

/** A sequence of paragraphs that belong together: the body between two tables, or one cell. */
export interface Container {
  readonly paragraphs: readonly SourceParagraph[];
  /** The cells right of and below this one; they may be where one signs. */
  readonly neighbours: readonly Container[];
  /** The cells left of and above this one; they may say who signs here. */
  readonly labels: readonly Container[];
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
export function signingRoles(text: string, letters: PartyLetters): readonly PartyRole[] {
  if (text.length > 90 || /[。；]/u.test(text)) return [];
  let from = 0;
  const roles: PartyRole[] = [];
  for (const match of text.matchAll(SIGN_WORDS)) {
    const role = roleIn(text.slice(from, match.index), letters);
    from = match.index + match[0].length;
    if (role !== undefined && !roles.includes(role)) roles.push(role);
  }
  return roles;
}

/**
 * Who is asked to sign in a paragraph. Where it says only （签字） or 签章：, the short lines before it in its cell say who, then the
 * cell to its left, then the one above.
 */
export function rolesAsked(container: Container, index: number, letters: PartyLetters): readonly PartyRole[] {
  const text = wordsOf(container, index);
  const own = signingRoles(text, letters);
  if (own.length > 0 || !SIGNS_ALONE.test(text.trim())) return own;
  for (let before = index - 1; before >= Math.max(0, index - 3); before--) {
    const words = wordsOf(container, before).trim();
    if (words.length > 24 || /[。；]/u.test(words)) break;
    const role = roleIn(words, letters);
    if (role !== undefined) return [role];
  }
  for (const label of container.labels) {
    const words = label.paragraphs.map(textOfParagraph).join('').trim();
    const role = words.length > 40 ? undefined : roleIn(words, letters);
    if (role !== undefined) return [role];
  }
  return [];
}

/** （签字）, 签章：, 代表（签字或盖章）: asks for a signature without saying whose. */
const SIGNS_ALONE =
  /^(?:(?:法定|授权|委托)?(?:代表人?|代理人|负责人|经办人)[ \u3000]*)?[（(]?[ \u3000]*(?:盖章|签章|签字|签名|公章|印章)[^。；]{0,12}$/u;

const wordsOf = (container: Container, index: number): string => {
  const paragraph = container.paragraphs[index];
  return paragraph === undefined ? '' : textOfParagraph(paragraph);
};

function roleIn(words: string, letters: PartyLetters): PartyRole | undefined {
  if (/监护人|家长/.test(words)) return 'guardian';
  if (/甲方/.test(words)) return letters.甲方;
  if (/乙方/.test(words)) return letters.乙方;
  if (/丙方/.test(words)) return letters.丙方;
  if (/实习单位|企业|用人单位/.test(words)) return 'unit';
  if (/学校|院校|学院/.test(words)) return 'school';
  return /学生|实习生/.test(words) ? 'student' : undefined;
}

/** The containers of a document in its order, tables cell by cell. */
export function containersOf(blocks: readonly SourceBlock[]): ReadonlyMap<readonly SourceParagraph[] | SourceParagraph, Container> {
  const found = new Map<readonly SourceParagraph[] | SourceParagraph, Container>();
  let open: SourceParagraph[] = [];
  const close = (): void => {
    const container: Container = { paragraphs: open, neighbours: [], labels: [] };
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
  const containers = new Map<readonly SourceParagraph[], Container & { neighbours: Container[]; labels: Container[] }>();
  const grid = table.rows.map((row) => {
    const slots: Container[] = [];
    for (const cell of row.cells) {
      const container = { paragraphs: cell.paragraphs, neighbours: [], labels: [] };
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
      for (const label of [slots[column - 1], grid[row - 1]?.[column]]) {
        if (label !== undefined && label !== container) entry?.labels.push(label);
      }
    });
  });
  return containers;
}

/**
 * One spot for each role that the document asks to sign: the one with most empty lines, the last of equals.
 * A line that leaves no room gets a box of three lines below it. Where nothing asks for a party's signature, its name alone
 * (甲方：) among the last lines is where it signs.
 */
export function findSignatureSpots(containers: Iterable<Container>, letters: PartyLetters): readonly SignatureSpot[] {
  const all = [...new Set(containers)];
  const best = new Map<PartyRole, SignatureSpot>();
  for (const container of all) {
    container.paragraphs.forEach((_paragraph, index) => {
      const roles = rolesAsked(container, index, letters);
      for (const role of roles) {
        const spot = roles.length === 1 ? roomBelow(container, index, role, letters) : nowhere(container, index, role);
        const known = best.get(role);
        if (known === undefined || spot.replaced >= known.replaced) best.set(role, spot);
      }
    });
  }
  const named = namesAtTheEnd(all, letters);
  for (const { role, container, index } of named) if (!best.has(role)) best.set(role, nowhere(container, index, role));
  return [...best.values()];
}

/** 甲方： with nothing but room behind it, among the last lines of a document, one for each role and for two roles at least. */
export function namesAtTheEnd(
  containers: readonly Container[],
  letters: PartyLetters,
): readonly { readonly role: PartyRole; readonly container: Container; readonly index: number }[] {
  const written = containers.flatMap((container) =>
    container.paragraphs.flatMap((paragraph, index) =>
      isEmptyParagraph(paragraph) ? [] : [{ container, index, text: wordsOf(container, index) }],
    ),
  );
  const tail = written.slice(Math.max(Math.floor(written.length / 2), written.length - LAST_LINES));
  const found = new Map<PartyRole, { role: PartyRole; container: Container; index: number }>();
  for (const { container, index, text } of tail) {
    for (const [word] of text.matchAll(BARE_NAME)) {
      const role = roleIn(word, letters);
      if (role !== undefined) found.set(role, { role, container, index });
    }
  }
  return found.size < 2 ? [] : [...found.values()];
}

const LAST_LINES = 24;
const BARE_NAME =
  /(?:[甲乙丙]方(?:监护人|代表)?(?:[（(][^（）()]{1,12}[）)])?|(?:学生|实习生|监护人|家长|实习单位|学校))[：:](?=[ \u3000\t_＿]*(?:$|[甲乙丙]方))/gu;

const nowhere = (container: Container, index: number, role: PartyRole): SignatureSpot => ({
  role,
  container,
  before: index + 1,
  replaced: 0,
  lines: MIN_LINES,
});

/** The longest run of empty paragraphs before the next line that asks for a signature, else an empty cell beside or below. */
function roomBelow(container: Container, index: number, role: PartyRole, letters: PartyLetters): SignatureSpot {
  const { paragraphs } = container;
  let found = nowhere(container, index, role);
  let run = 0;
  for (let at = index + 1; at < paragraphs.length; at++) {
    const paragraph = paragraphs[at];
    if (paragraph === undefined || rolesAsked(container, at, letters).some((each) => each !== role)) break;
    run = isEmptyParagraph(paragraph) ? run + 1 : 0;
    if (run > found.replaced) found = { ...found, before: at - run + 1, replaced: run, lines: Math.max(MIN_LINES, Math.min(40, run)) };
  }
  if (found.replaced > 0) return found;
  const free = container.neighbours.find((each) => each.paragraphs.length > 0 && each.paragraphs.every(isEmptyParagraph));
  if (free === undefined) return found;
  const replaced = free.paragraphs.length;
  return { role, container: free, before: 0, replaced, lines: Math.max(MIN_LINES, replaced) };
}
