/** Whom 甲方, 乙方 and 丙方 stand for in a text: the school, the unit and the student, unless it says otherwise. */
import type { PartyRole } from '../agreement/parties.ts';

export type PartyLetter = '甲方' | '乙方' | '丙方';
export type PartyLetters = Readonly<Record<PartyLetter, PartyRole>>;

/** As the national model text has them. */
export const USUAL_LETTERS: PartyLetters = { 甲方: 'school', 乙方: 'unit', 丙方: 'student' };

const NAMED = /(?<letter>[甲乙丙]方)[ \u3000]*(?:[（(](?<inside>[^（）()]{1,16})[）)]|[：:][ \u3000]*(?<after>[\p{L}（）()]{2,12}))/gu;
const CALLED = /(?<before>[\p{L}]{2,10})[_＿ \u3000]*[（(](?:以下)?简?称?(?:为)?[“"]?(?<letter>[甲乙丙]方)[”"]?[）)]/gu;

/** @param texts paragraphs in order; the first that says who a letter is decides */
export function readLetters(texts: readonly string[]): PartyLetters {
  const found = new Map<PartyLetter, PartyRole>();
  for (const text of texts) {
    for (const { groups } of [...text.matchAll(NAMED), ...text.matchAll(CALLED)]) {
      const letter = letterOf(groups?.['letter']);
      const role = roleNamed(groups?.['inside'] ?? groups?.['after'] ?? groups?.['before'] ?? '');
      if (letter !== undefined && role !== undefined && !found.has(letter)) found.set(letter, role);
    }
  }
  // One named party leaves no doubt only together with the others; two letters for one role say nothing.
  if (new Set(found.values()).size !== found.size || found.size < 2) return USUAL_LETTERS;
  const letters: readonly PartyLetter[] = ['甲方', '乙方', '丙方'];
  const open = letters.filter((letter) => !found.has(letter));
  const free = (['school', 'unit', 'student'] as const).filter((role) => ![...found.values()].includes(role));
  for (const [at, letter] of open.entries()) found.set(letter, free[at] ?? USUAL_LETTERS[letter]);
  const role = (letter: PartyLetter): PartyRole => found.get(letter) ?? USUAL_LETTERS[letter];
  return { 甲方: role('甲方'), 乙方: role('乙方'), 丙方: role('丙方') };
}

const letterOf = (word: string | undefined): PartyLetter | undefined =>
  word === '甲方' || word === '乙方' || word === '丙方' ? word : undefined;

/** How a text calls a role: 甲方, 乙方, 丙方; nothing for a guardian. */
export const letterOfRole = (letters: PartyLetters, role: PartyRole): string =>
  Object.entries(letters).find(([, each]) => each === role)?.[0] ?? '';

/** The role that words name, and no other. */
function roleNamed(words: string): PartyRole | undefined {
  if (/监护人|家长/u.test(words)) return 'guardian';
  const roles = ([/学校|院校|学院|校方|大学/u, /单位|企业|公司|工厂/u, /学生|实习生|毕业生/u] as const).map((pattern) =>
    pattern.test(words),
  );
  if (roles.filter(Boolean).length !== 1) return undefined;
  return (['school', 'unit', 'student'] as const)[roles.indexOf(true)];
}
