/** What a signatory does on the page, held against what the revision to be signed says of it. */
import type { Ink } from './ink.ts';
import type { ChosenSeal } from './seal-choice.ts';
import { UntrustedRequest } from './signed-attributes.ts';

export interface OwnAct {
  /** As the page named it: student, guardian, unit or school. */
  readonly role: string;
  /** Handwriting, or null for the printed name. */
  readonly ink: Ink | null;
  readonly seal: ChosenSeal | null;
}

const INPUTS_HEAD = '\n%Sanfang revision ';

interface Inputs {
  readonly kind?: unknown;
  readonly role?: unknown;
  readonly ink?: unknown;
  readonly custody?: unknown;
  readonly seal?: { readonly diameterMm?: unknown; readonly sha256?: unknown };
}

/** Of the newest revision; a verifier computes every byte of it from this line. @throws UntrustedRequest ACT_DIFFERS */
function readInputs(pdf: Uint8Array, prefixLengthBytes: number): Inputs {
  const text = new TextDecoder('latin1').decode(pdf.subarray(prefixLengthBytes));
  const at = text.lastIndexOf(INPUTS_HEAD);
  const start = at + INPUTS_HEAD.length;
  try {
    const inputs: unknown = at === -1 ? null : JSON.parse(text.slice(start, text.indexOf('\n', start)));
    if (typeof inputs === 'object' && inputs !== null) return inputs;
  } catch {
    // Told below.
  }
  throw new UntrustedRequest('ACT_DIFFERS');
}

/**
 * The revision to be signed is a signature of this role with this handwriting, whose key is in this page, and draws the chosen seal in the
 * chosen size, or none where none was chosen.
 * @throws UntrustedRequest ACT_DIFFERS, SEAL_DIFFERS
 */
export function assertOwnAct(pdf: Uint8Array, prefixLengthBytes: number, { role, ink, seal }: OwnAct): void {
  const inputs = readInputs(pdf, prefixLengthBytes);
  if (inputs.kind !== 'signature' || inputs.role !== role || inputs.custody !== undefined) throw new UntrustedRequest('ACT_DIFFERS');
  if (JSON.stringify(inputs.ink) !== JSON.stringify(ink)) throw new UntrustedRequest('ACT_DIFFERS');
  if (inputs.seal?.sha256 !== seal?.sha256 || inputs.seal?.diameterMm !== seal?.diameterMm) throw new UntrustedRequest('SEAL_DIFFERS');
}
