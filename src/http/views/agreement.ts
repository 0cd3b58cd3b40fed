/** What the page of one agreement is given to show the school. */
import type { BoardRow } from '../contract.ts';
import type { RefusalView } from '../views.ts';

/** One agreement for the school. */
export interface AgreementView {
  readonly schoolName: string;
  readonly batchId: string;
  readonly batchName: string;
  readonly row: BoardRow;
  readonly templateStatus: string;
  readonly headSha256: string | null;
  /** Of a 知情同意书: the agreement that it goes with. */
  readonly accompanies?: string | null;
  /** Last day, `YYYY-MM-DD`. */
  readonly endsOn?: string;
  /** Blanks with their values, to correct in a new agreement. */
  readonly fields: readonly {
    readonly key: string;
    readonly label: string;
    readonly value: string;
    readonly masked: boolean;
    readonly options: readonly string[];
    readonly optional: boolean;
    readonly maxLength: number;
  }[];
  readonly refusal: RefusalView | null;
  /** After a refusal: what was typed into which form, by the names of its inputs. */
  readonly typed: { readonly form: AgreementForm; readonly values: Readonly<Record<string, string>> } | null;
}

export type AgreementForm = 'voiding' | 'reissue' | 'amendment';
