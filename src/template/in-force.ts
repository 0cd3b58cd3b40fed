/** When a version of a template may be used: from and until which day, and from which day on it is withdrawn. */
import { type BeijingDate, beijingDateText } from '../instant.ts';

export interface InForce {
  /** First day; null for any day before. */
  readonly from: BeijingDate | null;
  /** Last day; null for no end. */
  readonly until: BeijingDate | null;
  /** First day on which nobody may sign any more; null while it stands. */
  readonly withdrawnOn: BeijingDate | null;
}

/** A sample: nobody stands behind it, and nobody ends it. */
export const ALWAYS_IN_FORCE: InForce = { from: null, until: null, withdrawnOn: null };

export type Standing = 'inForce' | 'notYet' | 'ended' | 'withdrawn';

/** Where a day lies. Withdrawal outweighs the dates. */
export function standingOn({ from, until, withdrawnOn }: InForce, day: BeijingDate): Standing {
  if (withdrawnOn !== null && day >= withdrawnOn) return 'withdrawn';
  if (from !== null && day < from) return 'notYet';
  return until !== null && day > until ? 'ended' : 'inForce';
}

/** `自2026年9月1日起施行`, in the order that matters to who may use it. */
export function inForceText({ from, until, withdrawnOn }: InForce): string {
  const parts = [
    ...(from === null ? [] : [`自${beijingDateText(from)}起施行`]),
    ...(until === null ? [] : [`施行至${beijingDateText(until)}`]),
    ...(withdrawnOn === null ? [] : [`自${beijingDateText(withdrawnOn)}起停用`]),
  ];
  return parts.length === 0 ? '没有期限' : parts.join('，');
}
