/** Of a row of the board: the other files of the same internship. */

type State = 'pending' | 'failed' | 'signing' | 'declined' | 'completed' | 'voided';
type Kind = 'extension' | 'termination';

export interface RelatedFiles {
  /** Of one that could not be generated: the one issued in its place. */
  readonly replacedBy?: string | null;
  /** Its 知情同意书; state and cells speak of both. */
  readonly consent?: { readonly agreementNumber: string; readonly state: State } | null;
  /** Of an extension or termination: the agreement that it changes. */
  readonly amends?: { readonly kind: Kind; readonly agreementNumber: string } | null;
  /** Extensions and terminations of this agreement that were not voided. */
  readonly amendedBy?: readonly { readonly kind: Kind; readonly agreementNumber: string; readonly state: State }[];
}
