/** Sealed agreements: by the ordinary path, and with validation data of the forger's own choice. */
import { concatBytes, fromLatin1, toHex } from '../../src/bytes.ts';
import { sha256 } from '../../src/digest.ts';
import type { Instant } from '../../src/instant.ts';
import type { ValidationData } from '../../src/pdf/seal-revision.ts';
import { toCanonicalToken } from '../../src/pki/canonical.ts';
import { parseTimestampToken } from '../../src/pki/timestamp.ts';
import { layOutArchive, layOutValidation } from '../../src/template/seal-layout.ts';
import { renewFile, type SealingPorts, sealFile } from '../../src/workflow/seal-agreement.ts';
import { AT, layoutOf, ours, template, trustAnchors } from './signed-agreement.ts';

export function sealingPorts(at: Instant = AT): SealingPorts {
  const { authority, clock } = ours.at(at);
  return { revocation: authority, timestamps: authority, clock, trustAnchors };
}

export const seal = (file: Uint8Array, at: Instant = AT): Promise<Uint8Array> => sealFile(sealingPorts(at), template, file);
export const renew = (file: Uint8Array, at: Instant): Promise<Uint8Array> => renewFile(sealingPorts(at), template, file);

/** What the first seal of a file carries. */
export function validationOf(file: Uint8Array): ValidationData {
  const found = layoutOf(file).seals.find((each) => each.kind === 'dss');
  if (found?.kind !== 'dss') throw new Error('not sealed');
  return { certificates: found.certificates, crls: found.crls, ocsps: found.ocsps };
}

/** A file with that validation data and nothing behind it. */
export function putValidation(file: Uint8Array, data: ValidationData): Uint8Array {
  const { base } = layoutOf(file);
  const made = base === null ? undefined : layOutValidation(base, data);
  if (made === undefined) throw new Error('nothing to seal');
  return concatBytes(file, made.bytes);
}

/** Lays an archive revision and fills it. @param token over the digest of everything but /Contents */
export async function putArchive(file: Uint8Array, token: (digest: Uint8Array) => Promise<Uint8Array> | Uint8Array): Promise<Uint8Array> {
  const { zero, base } = layoutOf(file);
  const made = zero === null || base === null ? undefined : layOutArchive(zero, base);
  if (made === undefined) throw new Error('nothing to timestamp');
  const open = concatBytes(file, made.bytes);
  const digest = sha256(open.subarray(0, made.contentsStart), open.subarray(made.contentsEnd));
  open.set(fromLatin1(toHex(await token(digest))), made.contentsStart + 1);
  return open;
}

/** A token by our own authority in the spelling of files. */
export const tokenAt =
  (at: Instant = AT) =>
  async (digest: Uint8Array): Promise<Uint8Array> =>
    toCanonicalToken(parseTimestampToken(await ours.at(at).authority.stamp(digest)));

/** The whole seal with data of one's own choice. */
export const sealWith = (file: Uint8Array, data: ValidationData, at: Instant = AT): Promise<Uint8Array> =>
  putArchive(putValidation(file, data), tokenAt(at));
