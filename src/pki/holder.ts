/** Whose certificate it is: the platform's own profile, and how certificates of licensed authorities name their holder. */
import type { Certificate } from './certificate.ts';
import { PLATFORM_UNIT } from './issue.ts';

/** Organisational units that only the platform's own certificates carry: the role of the signatory. */
const ROLES: ReadonlySet<string> = new Set(['student', 'guardian', 'unit', 'school']);

/** Carries the platform's profile, so that its subject is judged to the letter. Anybody can copy it: what a certificate is called follows its root. */
export const hasPlatformProfile = ({ subject }: Certificate): boolean => {
  const unit = subject.organisationalUnit;
  return unit !== null && (ROLES.has(unit) || unit === PLATFORM_UNIT);
};

/** Who is expected, as the agreement has it. */
export interface ExpectedHolder {
  /** The person, or the organisation (not its representative). */
  readonly name: string;
  /** Identity number of a person or credit code of an organisation; null where the agreement has none. */
  readonly number: string | null;
}

/**
 * `number`: name and number agree · `name`: the name agrees and no number is stated · `other`: it is somebody else's.
 * The law asks a certificate for its holder's name and for no number, and whoever issues under the licence for having checked that name:
 * `name` is good under such an authority. Under another nothing says which of the people of that name it is.
 * @source 电子签名法第二十条、第二十一条（二）、第二十二条
 */
export type HolderJudgement = 'number' | 'name' | 'other';

/** A unified social credit code or a citizen's identity number, with the letters that authorities write before it. @source GB 32100-2015; GB 11643-1999 */
const NUMBER = /^(?:NTRCN-|PNOCN-|IDCCN-|[A-Z])?([159ANY][1-9]\d{6}[0-9A-HJ-NPQRTUWXY]{10}|[1-9]\d{16}[\dX])$/;

/**
 * Compares a subject with the holder. Authorities in service write the bare name as CN or O, or CN as parts joined by `@`, of which one
 * is the name and another may be the number.
 * @source GM/T 0015-2023 §5.2; ETSI EN 319 412-1 §5.1
 */
export function judgeHolder({ subject }: Pick<Certificate, 'subject'>, expected: ExpectedHolder): HolderJudgement {
  const parts = (subject.commonName ?? '').split('@');
  const names = [subject.commonName, subject.organisation, ...parts];
  if (!names.includes(expected.name)) return 'other';
  const stated = [subject.organisationIdentifier, subject.serialNumber, ...parts].flatMap((text) => NUMBER.exec(text ?? '')?.[1] ?? []);
  if (stated.length === 0 || expected.number === null) return 'name';
  return stated.every((number) => number === expected.number) ? 'number' : 'other';
}
