/** A development authority that lives in memory only, with fresh keys and the issuing code of the product. */

import type { RevokedCertificate } from '../../src/adapters/authority-revocation.ts';
import { type DevAuthority, devAuthorityOver, makeDevAuthorityMaterial } from '../../src/adapters/dev-authority-issuing.ts';
import type { Clock, Random } from '../../src/ports.ts';

/** @param revoked grows as the test revokes */
export const makeMemoryAuthority = (
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  revoked: readonly RevokedCertificate[] = [],
): DevAuthority => devAuthorityOver(makeDevAuthorityMaterial(clock.now(), random), clock, random, () => revoked);
