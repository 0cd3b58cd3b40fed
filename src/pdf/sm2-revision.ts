/** An additional SM2 signature as an incremental update. */
import { type Instant, toPdfDate } from '../instant.ts';
import { printTextString } from './objects.ts';
import { type UnplacedPlan, type UnplacedRevision, writeUnplacedRevision } from './unplaced-revision.ts';
import type { RevisionBase } from './update.ts';

export interface Sm2Plan extends UnplacedPlan {
  readonly at: Instant;
  readonly signatoryName: string;
}

/**
 * No handler is registered for SM2, so the names are ours: readers that do not know them say so, and judge the other signatures alone.
 * @source ISO 32000-1:2008 §12.8.1 (Table 252), Annex E
 */
export function writeSm2Revision(base: RevisionBase, plan: Sm2Plan): UnplacedRevision {
  const name = `/Name${printTextString(plan.signatoryName)}/M(${toPdfDate(plan.at)})`;
  const made = writeUnplacedRevision(base, plan, `/Type/Sig/Filter/Sanfang.SM2/SubFilter/GBT.35275.detached${name}`);
  return { ...made, next: { ...made.next, sm2Fields: [...base.sm2Fields, base.size] } };
}
