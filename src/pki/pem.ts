/** PEM: labelled base64 blocks in a text file. */
import { fromBase64, toBase64, toLatin1 } from '../bytes.ts';
import { PkiError } from './failure.ts';

export interface PemBlock {
  /** For example `CERTIFICATE`. */
  readonly label: string;
  readonly der: Uint8Array;
}

/**
 * Reads every block of a text, in order; text between blocks is a comment.
 * @throws PkiError PEM_MALFORMED for a block that does not end, ends under another label, or is not base64
 * @source RFC 7468 §2
 */
export function parsePem(text: string): readonly PemBlock[] {
  const blocks: PemBlock[] = [];
  let open: { label: string; base64: string } | undefined;
  for (const line of text.split(/\r?\n/)) {
    const begin = /^-----BEGIN ([A-Z0-9 ]+)-----\s*$/.exec(line)?.[1];
    const end = /^-----END ([A-Z0-9 ]+)-----\s*$/.exec(line)?.[1];
    if (begin !== undefined) {
      if (open) throw new PkiError('PEM_MALFORMED', 'block inside a block');
      open = { label: begin, base64: '' };
    } else if (end !== undefined) {
      if (open?.label !== end) throw new PkiError('PEM_MALFORMED', 'end without its beginning');
      blocks.push({ label: end, der: decode(open.base64) });
      open = undefined;
    } else if (open) open.base64 += line.trim();
  }
  if (open) throw new PkiError('PEM_MALFORMED', 'block without an end');
  return blocks;
}

function decode(base64: string): Uint8Array {
  try {
    return fromBase64(base64);
  } catch {
    throw new PkiError('PEM_MALFORMED', 'not base64');
  }
}

/** One block with lines of 64 characters and a final newline. */
export function printPem({ label, der }: PemBlock): string {
  const lines = toBase64(der).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

/** Certificates of a file that is either PEM or one DER certificate. @throws PkiError PEM_MALFORMED */
export function certificatesIn(bytes: Uint8Array): readonly Uint8Array[] {
  if (bytes[0] === 0x30) return [bytes];
  return parsePem(toLatin1(bytes)).flatMap((block) => (block.label === 'CERTIFICATE' ? [block.der] : []));
}
