/** Who signs: the four roles, in the field's words, the forms they sign, the order, and who each of them is in one agreement. */

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

/** `agreement` is the internship agreement; `consent` the 知情同意书, which the guardian signs whatever the student's age. */
export const FORM_KINDS = ['agreement', 'consent'] as const;
export type FormKind = (typeof FORM_KINDS)[number];

/** What a text says about who signs it: its kind, and the boxes that it has, in the order of `PARTY_ROLES`. */
export interface SigningForm {
  readonly kind: FormKind;
  readonly boxes: readonly PartyRole[];
}

/**
 * Boxes without which a form is not what it says. The guardian's is not among an agreement's: the guardian of a minor may consent apart.
 * @source 教职成〔2021〕4号第九条第一款、第十四条
 */
export const BOXES_NEEDED: Readonly<Record<FormKind, readonly PartyRole[]>> = {
  agreement: ['student', 'unit', 'school'],
  consent: ['student', 'guardian'],
};

/** Groups in order; roles of one group may sign in any order. */
export type SigningOrder = readonly (readonly PartyRole[])[];

/** Student, guardian of a minor, unit, school. */
export const DEFAULT_ORDER: SigningOrder = [['student'], ['guardian'], ['unit'], ['school']];

/** The one spelling of an order: every role once, no empty group, roles of a group as in `PARTY_ROLES`. Undefined for anything else. */
export function toSigningOrder(groups: SigningOrder): SigningOrder | undefined {
  const named = groups.flat();
  const whole = named.length === PARTY_ROLES.length && PARTY_ROLES.every((role) => named.includes(role));
  if (!whole || groups.some((group) => group.length === 0)) return undefined;
  return groups.map((group) => PARTY_ROLES.filter((role) => group.includes(role)));
}

export const sameOrder = (a: SigningOrder, b: SigningOrder): boolean => orderText(a) === orderText(b);

const orderText = (order: SigningOrder): string => order.map((group) => group.join('+')).join('>');

/** How one file belongs to another, in words. */
export const REFERENCE_ZH = { consent: '知情同意书', extension: '延期协议', termination: '解除协议' } as const;
