/** The boxes of a paragraph and the option that each stands for: □是 □否, 是□ 否□, A.□, [ ]是, （ ）是. */
import { atomEm } from './docx-runs.ts';
import type { FlowAtom } from './docx-tabs.ts';

/** A box to tick; its □, or the room between its brackets, is the last atom of the text before it. */
export interface BoxPiece {
  readonly kind: 'box';
  readonly option: string;
  /** The option's words stand before the box. */
  readonly trailing?: true;
}

/** Longest words taken as the name of an option, without the letter or number before them. */
const OPTION_WORDS = /^[ \u3000]{0,2}(?:[A-Za-z\d][.．、)）][ \u3000]?)?([\p{L}][\p{L}\p{N}]{0,29})/u;
const WORDS_BEFORE = /([\p{L}][\p{L}\p{N}]{0,29})$/u;
const BRACKETS = /(?<open>[（(]|[[［【])(?<room>[ \u3000]{1,4})(?<close>[）)]|[\]］】])/gu;
/** What follows a bracket when it is no option but something to be written in: 【　】年, 【　】万元. */
const NO_OPTION = /^(?:[字第号年月日元份天周次人岁名届级楼层室栋米座位套间台%％]|[个万千百十亿]|小时|平方)/u;

/**
 * Makes the room between brackets that are ticked a slot of one character: square brackets before a word, round ones where
 * there are several in the paragraph or one opens it.
 */
export function markBrackets(atoms: readonly FlowAtom[]): readonly FlowAtom[] {
  const text = atoms.map((atom) => (atom.prompt === undefined && atom.char.length === 1 && !atom.underline ? atom.char : 'x')).join('');
  const found = [...text.matchAll(BRACKETS)].map((match) => {
    const end = match.index + match[0].length;
    const word = OPTION_WORDS.exec(text.slice(end))?.[1];
    const before = WORDS_BEFORE.exec(text.slice(0, match.index))?.[1];
    const roomEm = [...(match.groups?.['room'] ?? '')].reduce((sum, char) => sum + atomEm({ char }), 0);
    const square = /[[［【]/.test(match.groups?.['open'] ?? '');
    const opens = text.slice(0, match.index).trim() === '';
    // 于【　】年: words that run on into the bracket are no option before it.
    const joined = before !== undefined && !/[】\]］]/u.test(text.slice(0, match.index - before.length).at(-1) ?? '');
    return {
      start: match.index + 1,
      end: end - 1,
      square,
      opens,
      joined,
      narrow: roomEm <= 2,
      word: NO_OPTION.test(word ?? '') ? undefined : word,
      before,
    };
  });
  const round = found.filter((each) => !each.square && each.narrow);
  const leading = round.filter((each) => each.word !== undefined);
  const trailing = round.filter((each) => each.before !== undefined && each.before.length <= 2);
  const ticked = found.filter(
    (each) =>
      (each.square && each.narrow && !each.joined && each.word !== undefined) ||
      (leading.includes(each) && leading.length === round.length && (round.length > 1 || each.opens)) ||
      (trailing.length > 1 && trailing.length === round.length && trailing.includes(each)),
  );
  return atoms.flatMap((atom, index) => {
    const room = ticked.find((each) => index >= each.start && index < each.end);
    if (room === undefined) return [atom];
    const middle = room.start + Math.floor((room.end - room.start) / 2);
    return [index === middle ? { ...atom, char: '\u3000', slot: true } : atom];
  });
}

interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** The boxes that have words to go with them; a □ without any stays text. */
export function nameBoxes(
  atoms: readonly FlowAtom[],
  blanks: readonly Stretch[],
): readonly { readonly at: number; readonly piece: BoxPiece }[] {
  const chars = atoms.map((atom) => (atom.slot === true ? '□' : atom.char.length === 1 && atom.prompt === undefined ? atom.char : 'x'));
  const isBox = (at: number): boolean => chars[at] === '□' && !blanks.some((blank) => at >= blank.start && at < blank.end);
  const text = chars.join('');
  const named: { at: number; piece: BoxPiece }[] = [];
  for (const { index, 0: stretch } of text.matchAll(/[^：:。；;]+/gu)) {
    const boxes = [...stretch].flatMap((_char, offset) => (isBox(index + offset) ? [index + offset] : []));
    const ends = index + stretch.length;
    const wordsAfter = (at: number): string | undefined => {
      const stops = [ends, ...boxes.filter((box) => box > at), ...blanks.map((blank) => blank.start).filter((start) => start > at)];
      // The brackets of a slot belong to the box.
      return OPTION_WORDS.exec(text.slice(at + 1, Math.min(...stops)).replace(/^[ \u3000]*[）)\]］】]/u, ''))?.[1];
    };
    const wordsBefore = boxes.map((at, order) => {
      const from = order === 0 ? index : (boxes[order - 1] ?? index) + 1;
      return WORDS_BEFORE.exec(text.slice(from, at).replace(/[（([［【][ \u3000]*$/u, ''))?.[1];
    });
    const last = boxes.at(-1);
    const trailing = last !== undefined && wordsAfter(last) === undefined && wordsBefore.every((words) => words !== undefined);
    boxes.forEach((at, order) => {
      const option = trailing ? wordsBefore[order] : wordsAfter(at);
      if (option !== undefined) named.push({ at, piece: { kind: 'box', option, ...(trailing ? { trailing } : {}) } });
    });
  }
  return named;
}
