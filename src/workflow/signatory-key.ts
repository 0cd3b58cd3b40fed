/** One key for one signatory, the same in every agreement: how a unit's agreements of a batch find each other. */
import type { Signatory } from '../agreement/parties.ts';
import { fromUtf8 } from '../bytes.ts';
import { toCanonicalJson } from '../canonical-json.ts';
import { type Sha256, sha256Hex } from '../digest.ts';

/** SHA-256 over the canonical JSON of role, name, organisation and credit code. */
export const signatoryKeyOf = (signatory: Signatory): Sha256 => sha256Hex(fromUtf8(toCanonicalJson({ ...signatory })));
