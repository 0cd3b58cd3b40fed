/** What the page of one agreement is given to show the school. */
import type { SchoolAgreement } from '../../workflow/school-agreement.ts';
import type { BoardRow } from '../contract.ts';
import type { RefusalView } from '../views.ts';

/** One agreement for the school. */
export interface AgreementView extends Omit<SchoolAgreement, 'row'> {
  readonly schoolName: string;
  readonly row: BoardRow;
  readonly refusal: RefusalView | null;
  /** After a refusal: what was typed into which form, by the names of its inputs. */
  readonly typed: { readonly form: AgreementForm; readonly values: Readonly<Record<string, string>> } | null;
}

export type AgreementForm = 'voiding' | 'reissue' | 'amendment';
