/** The forger's tools: correct incremental updates, own signatures, and a CMS of one's own choice in a canonical revision. */
import type { AgreementData } from '../../src/agreement/agreement-data.ts';
import type { PartyRole } from '../../src/agreement/parties.ts';
import { concatBytes, fromLatin1, toHex, toLatin1 } from '../../src/bytes.ts';
import { sha256 } from '../../src/digest.ts';
import type { Instant } from '../../src/instant.ts';
import type { RevisionBase } from '../../src/pdf/update.ts';
import { toCanonicalToken } from '../../src/pki/canonical.ts';
import { assembleCms, buildSignedAttributes, CMS_OID } from '../../src/pki/cms.ts';
import { withLowS } from '../../src/pki/ecdsa-value.ts';
import { parseTimestampToken } from '../../src/pki/timestamp.ts';
import { layOutSignature } from '../../src/template/signature-layout.ts';
import type { Credential } from '../../src/workflow/sign-in-process.ts';
import { AT, layoutOf, ours, template } from '../verify/signed-agreement.ts';

export const text = (bytes: Uint8Array): string => toLatin1(bytes);

/** The body of an object in its newest version, as Latin-1. */
export function objectBody(file: Uint8Array, number: number): string {
  const latin = `\n${toLatin1(file)}`;
  const start = latin.lastIndexOf(`\n${number} 0 obj\n`);
  if (start === -1) throw new Error(`no object ${number}`);
  return latin.slice(start + `\n${number} 0 obj\n`.length, latin.indexOf('\nendobj\n', start));
}

/** The number of the newest object whose body contains all of the words. */
export function findObject(file: Uint8Array, ...words: readonly string[]): number {
  const found = [...toLatin1(file).matchAll(/\n(\d+) 0 obj\n([\s\S]*?)\nendobj\n/g)].filter(([, , body]) =>
    words.every((word) => body?.includes(word)),
  );
  const number = found.at(-1)?.[1];
  if (number === undefined) throw new Error(`no object with ${words.join(' ')}`);
  return Number(number);
}

const lastNumber = (latin: string, pattern: RegExp): number => Number([...latin.matchAll(pattern)].at(-1)?.[1]);
export const sizeOf = (file: Uint8Array): number => lastNumber(toLatin1(file), /\/Size (\d+)/g);
export const startxrefOf = (file: Uint8Array): number => lastNumber(toLatin1(file), /startxref\n(\d+)/g);

/**
 * A correct incremental update with those objects, as any PDF editor would append it.
 * @param trailer further entries of the trailer
 */
export function appendUpdate(file: Uint8Array, objects: readonly (readonly [number, string])[], trailer = ''): Uint8Array {
  let at = file.length;
  let body = '';
  let table = 'xref\n';
  for (const [number, content] of objects) {
    const object = `${number} 0 obj\n${content}\nendobj\n`;
    table += `${number} 1\n${String(at).padStart(10, '0')} 00000 n \n`;
    body += object;
    at += object.length;
  }
  const id = /\/ID\[(<[0-9a-f]{32}><[0-9a-f]{32}>)\]/.exec(toLatin1(file))?.[1] ?? '';
  const size = Math.max(sizeOf(file), ...objects.map(([number]) => number + 1));
  const end = `trailer\n<</Size ${size}/Root 1 0 R/ID[${id}]/Prev ${startxrefOf(file)}${trailer}>>\nstartxref\n${at}\n%%EOF\n`;
  return concatBytes(file, fromLatin1(body + table + end));
}

/** Same length, other bytes. @throws Error unless the words occur */
export function overwrite(file: Uint8Array, words: string, by: string, which: 'first' | 'last' = 'last'): Uint8Array {
  const latin = toLatin1(file);
  const at = which === 'first' ? latin.indexOf(words) : latin.lastIndexOf(words);
  if (at === -1 || words.length !== by.length) throw new Error(`cannot overwrite ${words}`);
  const changed = file.slice();
  changed.set(fromLatin1(by), at);
  return changed;
}

export const splice = (file: Uint8Array, start: number, end: number, by: Uint8Array | string = ''): Uint8Array =>
  concatBytes(file.subarray(0, start), typeof by === 'string' ? fromLatin1(by) : by, file.subarray(end));

/** A revision with an empty /Contents, laid upon any file by someone who does not ask whether he may. */
export interface OpenRevision {
  readonly file: Uint8Array;
  readonly contentsStart: number;
  readonly digest: Uint8Array;
}

/** @param base where the update goes; for a sound file, its end */
export function layRevision(
  file: Uint8Array,
  data: AgreementData,
  role: PartyRole,
  at: Instant = AT,
  base: RevisionBase | null = null,
): OpenRevision {
  const layout = layoutOf(base === null ? file : file.subarray(0, endOfZero(file)));
  const upon = base ?? layout.base;
  if (layout.zero === null || upon === null) throw new Error('nothing to lay upon');
  const made = layOutSignature(template, layout.zero, data, upon, { role, at, ink: null });
  if (made === undefined) throw new Error(`no place for ${role}`);
  const bytes = concatBytes(file, made.bytes);
  return {
    file: bytes,
    contentsStart: made.contentsStart,
    digest: sha256(bytes.subarray(0, made.contentsStart), bytes.subarray(made.contentsEnd)),
  };
}

const endOfZero = (file: Uint8Array): number => toLatin1(file).indexOf('%%EOF\n') + '%%EOF\n'.length;

/** Lays a CMS into an open revision, padded with zeros. */
export function putCms(open: OpenRevision, cms: Uint8Array): Uint8Array {
  const file = open.file.slice();
  file.set(fromLatin1(toHex(cms)), open.contentsStart + 1);
  return file;
}

/** A canonical CMS by any credential. @param token null for none, absent for our own authority's */
export async function makeCms(open: OpenRevision, credential: Credential, token?: Uint8Array | null): Promise<Uint8Array> {
  const [leaf = new Uint8Array(), ...others] = credential.chain;
  const signedAttributes = buildSignedAttributes(open.digest, leaf, CMS_OID.data, others);
  const made = credential.key.sign(signedAttributes);
  const signatureValue = credential.key.kind === 'rsa' ? made : withLowS(made, credential.key.kind);
  const timestampToken =
    token === undefined ? toCanonicalToken(parseTimestampToken(await ours.at(AT).authority.stamp(sha256(signatureValue)))) : token;
  return assembleCms({ signedAttributes, signatureValue, chain: credential.chain, timestampToken });
}

/** Lays a revision and signs it, whatever the rules say. */
export async function forge(
  file: Uint8Array,
  data: AgreementData,
  role: PartyRole,
  credential: Credential,
  base: RevisionBase | null = null,
): Promise<Uint8Array> {
  const open = layRevision(file, data, role, AT, base);
  return putCms(open, await makeCms(open, credential));
}
