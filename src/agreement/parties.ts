/** Who signs: the four roles, in the field's words, and who each of them is in one agreement. */

export const PARTY_ROLES = ['student', 'guardian', 'unit', 'school'] as const;

/** `guardian` signs beside 丙方 when the student is a minor; the others are 丙方, 乙方 and 甲方. */
export type PartyRole = (typeof PARTY_ROLES)[number];

export const PARTY_ZH: Readonly<Record<PartyRole, string>> = {
  student: '丙方（学生）',
  guardian: '丙方监护人',
  unit: '乙方（实习单位）',
  school: '甲方（学校）',
};

/** Who signs for a role, as the values of the agreement name them. */
export type Signatory =
  | { readonly role: 'student' | 'guardian'; readonly name: string }
  | { readonly role: 'unit' | 'school'; readonly name: string; readonly organisation: string; readonly creditCode: string };
