/** Object numbers of an agreement: fixed, so that the constant prefix can refer to what the tail will write. */
import { PARTY_ROLES, type PartyRole } from '../agreement/parties.ts';
import { FONT_OBJECTS } from '../pdf/font-subset.ts';

export const OBJECTS = {
  catalog: 1,
  pages: 2,
  outputProfile: 3,
  metadata: 4,
  structureRoot: 5,
  parentTree: 6,
  parentTreeBody: 7,
  parentTreeTail: 8,
  documentElement: 9,
  bodySection: 10,
  data: 11,
  dataFile: 12,
  form: 13,
  resources: 14,
  annexSection: 15,
  annexResources: 16,
  emptyAppearance: 17,
  firstWidget: 18,
  firstFormElement: 18 + PARTY_ROLES.length,
  overflowSection: 26,
  verifyMark: 27,
  verifyFigure: 28,
  verifyCaption: 29,
  bodyFont: 30,
  headFont: 30 + FONT_OBJECTS,
  valueFont: 30 + 2 * FONT_OBJECTS,
  annexFont: 30 + 3 * FONT_OBJECTS,
  annexHeadFont: 30 + 4 * FONT_OBJECTS,
  firstPage: 30 + 5 * FONT_OBJECTS,
} as const;

/** Of each body page: page, constant content, value content, annotations. */
const OBJECTS_PER_PAGE = 4;

export const pageObject = (page: number): number => OBJECTS.firstPage + page * OBJECTS_PER_PAGE;
export const contentObject = (page: number): number => pageObject(page) + 1;
export const valuesObject = (page: number): number => pageObject(page) + 2;
export const annotationsObject = (page: number): number => pageObject(page) + 3;
export const firstElementObject = (pageCount: number): number => pageObject(pageCount);

export const widgetObject = (role: PartyRole): number => OBJECTS.firstWidget + PARTY_ROLES.indexOf(role);
export const formElementObject = (role: PartyRole): number => OBJECTS.firstFormElement + PARTY_ROLES.indexOf(role);

/** Keys of the parent tree: body pages first, then one per role's widget, then the pages appended behind the body. */
export const widgetParentKey = (pageCount: number, role: PartyRole): number => pageCount + PARTY_ROLES.indexOf(role);
export const appendedParentKey = (pageCount: number, appendedPage: number): number => pageCount + PARTY_ROLES.length + appendedPage;
