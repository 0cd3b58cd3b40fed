/** Real agreements made in process: the sample pack, a development authority with known keys, a fixed clock. */
import { join } from 'node:path';
import {
  type DevAuthority,
  type DevAuthorityMaterial,
  devAuthorityOver,
  makeDevAuthorityMaterial,
} from '../../src/adapters/dev-authority-issuing.ts';
import { openFontLibrary } from '../../src/adapters/font-files.ts';
import { readPackFiles } from '../../src/adapters/pack-folder.ts';
import { type AgreementData, type Annex, parseAgreementData } from '../../src/agreement/agreement-data.ts';
import { agreementNumberFrom } from '../../src/agreement/agreement-number.ts';
import type { Ink } from '../../src/agreement/ink.ts';
import type { PartyRole } from '../../src/agreement/parties.ts';
import { requiredRoles } from '../../src/agreement/signatories.ts';
import { fromUtf8 } from '../../src/bytes.ts';
import { sha256 } from '../../src/digest.ts';
import { type Instant, toInstant } from '../../src/instant.ts';
import type { NamedRoot } from '../../src/pki/anchors.ts';
import type { Clock, Random } from '../../src/ports.ts';
import { completeSignature, makeSignatureValue } from '../../src/signing/complete.ts';
import { type PreparedSignature, prepareSignature, type SignatureRequest } from '../../src/signing/prepare.ts';
import { loadPack } from '../../src/template/load-pack.ts';
import type { LockedTemplate } from '../../src/template/locked-template.ts';
import { type Reproduction, reproduce } from '../../src/template/reproduce.ts';
import { renderRevisionZero } from '../../src/template/revision-zero.ts';
import { type FileReport, verdictOf } from '../../src/verify/report.ts';
import { type VerifyContext, verifyFile } from '../../src/verify/verify-file.ts';
import { type Credential, enrol, signInProcess } from '../../src/workflow/sign-in-process.ts';
import { MINOR, VALUES } from '../agreement/sample-values.ts';

export const AT = toInstant(Date.parse('2026-03-01T01:00:00Z'));
export const DAY = 86_400_000;
export const later = (ms: number): Instant => toInstant(AT + ms);
export const clockAt = (at: Instant): Clock => ({ now: () => at });

const root = join(import.meta.dirname, '../..');
export const fonts = openFontLibrary(join(root, 'fonts'));
export const packFiles = readPackFiles(join(root, 'templates'), 'sample');
export const template: LockedTemplate = loadPack(packFiles, fonts);

/** SHA-256 in counter mode. */
export function seededRandom(seed: string): Random {
  let counter = 0;
  return {
    bytes(length) {
      const bytes = new Uint8Array(length);
      for (let at = 0; at < length; at += 32) bytes.set(sha256(fromUtf8(`${seed}/${counter++}`)).subarray(0, length - at), at);
      return bytes;
    },
  };
}

/** One authority: `makeMemoryAuthority` with its keys kept in reach of the forger. */
export interface Authority {
  readonly material: DevAuthorityMaterial;
  /** The ports at another time. */
  readonly at: (at: Instant) => { readonly authority: DevAuthority; readonly clock: Clock };
}

export function openAuthority(seed: string): Authority {
  const material = makeDevAuthorityMaterial(AT, seededRandom(`${seed}/material`));
  const random = seededRandom(`${seed}/serials`);
  return { material, at: (at) => ({ authority: devAuthorityOver(material, clockAt(at), random), clock: clockAt(at) }) };
}

export const ours = openAuthority('ours');
export const ports = ours.at(AT);
export const trustAnchors = [ours.material.root.certificate.der];
export const namedRoots: readonly NamedRoot[] = [{ sha256: ours.material.root.certificate.sha256, is: 'platform' }];
export const context: VerifyContext = { templates: [template], trustAnchors, namedRoots, checkedAt: AT };

export const INK: Ink = [
  [180, 200, 260, 120, 340, 110, 400, 160, 330, 240, 240, 300],
  [420, 110, 430, 200, 425, 310],
];
export const ANNEX: Annex = { title: '补充条款', clauses: ['乙方每月为丙方提供一次免费体检。', '丙方可以使用乙方的图书室。'] };

const numbers = seededRandom('agreement numbers');

/** The data of one agreement of the sample pack under a fresh number. */
export const makeData = (
  values: Readonly<Record<string, string>> = VALUES,
  annex: Annex | null = null,
  pack: LockedTemplate = template,
  more: Partial<Pick<AgreementData, 'guardianSigns' | 'order' | 'refersTo'>> = {},
): AgreementData =>
  parseAgreementData(
    {
      schema: 'sanfang.agreement/1',
      stamping: 1,
      template: { pack: pack.pack, version: pack.version, prefixSha256: pack.prefixSha256 },
      agreementNumber: agreementNumberFrom(numbers.bytes(13)),
      fields: values,
      annex,
      ...more,
    },
    pack.fields,
  );

const organisations = new Map<PartyRole, Credential>();

/** Persons get a certificate for this agreement; school and unit sign all of theirs with one. */
export async function credentialFor(data: AgreementData, role: PartyRole): Promise<Credential> {
  if (role === 'student' || role === 'guardian') return enrol(ports, data, role);
  const usual = data.fields[`${role}Signatory`] === VALUES[`${role}Signatory`] && data.fields[`${role}Name`] === VALUES[`${role}Name`];
  const known = usual ? organisations.get(role) : undefined;
  const credential = known ?? (await enrol(ports, data, role));
  if (usual) organisations.set(role, credential);
  return credential;
}

export interface SigningChoices {
  /** Who signs, in which order; all that must where absent. */
  readonly roles?: readonly PartyRole[];
  readonly ink?: Ink | null;
  /** Drawn beside the unit's signature. */
  readonly seal?: SignatureRequest['seal'];
  readonly credentials?: Partial<Record<PartyRole, Credential>>;
  /** Sign upon this file instead of the unsigned agreement. */
  readonly upon?: Uint8Array;
}

/** A signed file by the ordinary path. */
export async function signAll(data: AgreementData, choices: SigningChoices = {}, pack: LockedTemplate = template): Promise<Uint8Array> {
  let file = choices.upon ?? renderRevisionZero(pack, data);
  for (const role of choices.roles ?? requiredRoles(pack, data)) {
    const credential = choices.credentials?.[role] ?? (await credentialFor(data, role));
    const seal = role === 'unit' && choices.seal !== undefined ? { seal: choices.seal } : {};
    file = await signInProcess(ports, pack, file, { role, credential, ink: role === 'student' ? (choices.ink ?? null) : null, ...seal });
  }
  return file;
}

export const signedAdult = (): Promise<Uint8Array> => signAll(makeData(VALUES));
export const signedMinor = (): Promise<Uint8Array> => signAll(makeData(MINOR, ANNEX), { ink: INK });

/** Prepares the next signature of a role as the ordinary path does. */
export const prepare = (file: Uint8Array, role: PartyRole, credential: Credential, at: Instant = AT): PreparedSignature =>
  prepareSignature(template, file, { role, at, certificateChain: credential.chain, ink: null });

/** Signs, stamps at an instant of one's own choice (null: not at all) and completes. */
export async function finish(prepared: PreparedSignature, credential: Credential, stampedAt: Instant | null): Promise<Uint8Array> {
  const value = makeSignatureValue(prepared, credential.key);
  return completeSignature(value, stampedAt === null ? null : await ours.at(stampedAt).authority.stamp(sha256(value.bytes)));
}

export const verify = (bytes: Uint8Array, changes: Partial<VerifyContext> = {}): FileReport =>
  verifyFile(bytes, { ...context, ...changes });

/** True of every signed file of the sample that is not sealed. */
const USUAL = new Set(['TEMPLATE_IS_SAMPLE', 'REVOCATION_UNKNOWN', 'LEVEL_IS_BT']);

/** Codes of everything but the usual notes. */
/** Whether nothing is wrong but that some parties have yet to sign. */
export const isSoundSoFar = ({ findings }: FileReport): boolean =>
  verdictOf(findings.filter(({ code }) => code !== 'SIGNATURES_INCOMPLETE')) === 'passed';

export const codesOf = (report: FileReport): string[] => report.findings.map((finding) => finding.code).filter((code) => !USUAL.has(code));

/** Where the parts of a sound file lie. @throws Error for a file that is not sound */
export function layoutOf(file: Uint8Array): Reproduction & { readonly zeroLength: number } {
  const reproduction = reproduce(template, file);
  if (reproduction.divergence !== null || reproduction.zero === null) throw new Error('not a sound file');
  return { ...reproduction, zeroLength: reproduction.zero.lengthBytes };
}

/** End of the n-th revision; 0 is the unsigned agreement. */
export function endOf(file: Uint8Array, revision: number): number {
  const layout = layoutOf(file);
  const end = revision === 0 ? layout.zeroLength : layout.signatures[revision - 1]?.end;
  if (end === undefined) throw new Error(`no revision ${revision}`);
  return end;
}
