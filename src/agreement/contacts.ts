/** Where signatories can be written to: addresses that a roster may have beside the agreement's own values, and that never stand in an agreement. */
import { type Issue, makeIssue } from './issues.ts';
import { PARTY_ROLES, type PartyRole } from './parties.ts';
import { normaliseHeading, type RosterHeader } from './roster-headings.ts';
import { cellAt, columnLetters, isBlank, type SheetCell, type SheetData } from './sheet-data.ts';

/** Mail addresses by party. */
export type Contacts = Readonly<Partial<Record<PartyRole, string>>>;

const WHOSE: Readonly<Record<PartyRole, readonly string[]>> = {
  student: ['', '学生', '丙方', '本人'],
  guardian: ['监护人', '家长', '监护人或家长'],
  unit: ['乙方', '单位', '实习单位', '企业'],
  school: ['甲方', '学校'],
};
const MAIL = ['邮箱', '电子邮箱', '邮箱地址', '电子邮件', 'Email', 'email', 'EMAIL'];

const headings = new Map(PARTY_ROLES.flatMap((role) => WHOSE[role].flatMap((whose) => MAIL.map((mail) => [whose + mail, role] as const))));

/** Whose mail address a column or a label of the batch sheet holds, if any. @param heading levels joined by `/` */
export function contactOfHeading(heading: string): PartyRole | undefined {
  const [leaf = '', above = ''] = heading.split('/').map(normaliseHeading).reverse();
  const group = above.replace(/(?:基本)?(?:信息|情况|资料)$/, '');
  return headings.get(group + leaf) ?? (MAIL.includes(leaf) ? undefined : headings.get(leaf));
}

/** An ordinary address: ASCII, one @, a domain of at least two labels; at most 100 characters. @source RFC 5321 §4.1.2, narrowed */
export const isMailAddress = (text: string): boolean =>
  text.length <= 100 && /^[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24}$/.test(text);

/** The address in a cell, or undefined. Width, spaces and the case of the domain are put right. */
export function readMailAddress(cell: SheetCell): string | undefined {
  const [user = '', domain = '', ...rest] = cell.text.normalize('NFKC').replace(/\s/g, '').split('@');
  const address = `${user}@${domain.toLowerCase()}`;
  return rest.length === 0 && isMailAddress(address) ? address : undefined;
}

/** The first two characters and the domain. */
export const maskMailAddress = (address: string): string => address.replace(/^(.{1,2})[^@]*@/, '$1***@');

export interface ReadContacts {
  readonly contacts: Contacts;
  readonly issues: readonly Issue[];
}

/** Of one student's row; what is no address is told and not written to. @param row counted from 0 */
export function readRowContacts(sheet: SheetData, header: RosterHeader, row: number): ReadContacts {
  const contacts: Partial<Record<PartyRole, string>> = {};
  const issues: Issue[] = [];
  for (const { index, heading, spec } of header.columns) {
    const role = spec === null ? contactOfHeading(heading) : undefined;
    const cell = cellAt(sheet, row, index);
    if (role === undefined || isBlank(cell)) continue;
    const address = readMailAddress(cell);
    if (address !== undefined) contacts[role] ??= address;
    else issues.push(makeIssue('EMAIL_MALFORMED', '', { heading }, { row: row + 1, column: columnLetters(index) }));
  }
  return { contacts, issues };
}
