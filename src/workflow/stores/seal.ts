/** What is kept of an organisation's seal: its picture, for the organisation's own next signature and for nobody else. */

import type { SealDiameter } from '../../agreement/seal-size.ts';
import type { Instant } from '../../instant.ts';
import type { OwnSealImage } from '../../template/own-seal.ts';
import type { AuditEvent } from '../stores.ts';
import type { Visitor } from './evidence.ts';

export interface OrganisationSeal {
  readonly id: string;
  readonly tenant: string;
  /** Who may see and use it: one link of a unit, or a school as its agreements name it. */
  readonly holder: string;
  /** In which it was handed in. */
  readonly ceremony: string;
  readonly image: OwnSealImage;
  /** As wished when it was handed in. */
  readonly diameterMm: SealDiameter;
  readonly storedAt: Instant;
  readonly visitor: Visitor;
}

export interface SealStore {
  /** One commit: in place of the holder's one before. */
  put(seal: OrganisationSeal, event: AuditEvent): Promise<void>;
  /** The one that the holder has now. */
  findOf(holder: string): Promise<OrganisationSeal | undefined>;
  /** Also one that was replaced or removed since, as long as a signature was prepared with it. */
  find(id: string): Promise<OrganisationSeal | undefined>;
  /** Forgets the picture at once unless a signature was prepared with it. `false`: the holder has none. */
  remove(holder: string, at: Instant, event: AuditEvent): Promise<boolean>;
}
