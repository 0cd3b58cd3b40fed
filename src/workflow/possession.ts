/** The text that a fresh key signs to show that the browser holds it. */
import { fromUtf8 } from '../bytes.ts';
import type { Ceremony } from './stores.ts';

export const possessionTextOf = (ceremony: Ceremony): string => `sanfang.possession/1\n${ceremony.id}`;

export const possessionBytesOf = (ceremony: Ceremony): Uint8Array => fromUtf8(possessionTextOf(ceremony));
