/** Distinguished names, instants and extensions as X.509 spells them: readers and writers shared by certificates and timestamps. */
import { fromLatin1, toLatin1, toUtf8 } from '../bytes.ts';
import { type Instant, parseRfc3339, toRfc3339 } from '../instant.ts';
import { assertTag, type DerNode, derOid, derSequence, derUtf8, derValue, membersOf, readOid, TAG } from './der.ts';
import { PkiError } from './failure.ts';

/** The attributes that this product reads. Null when absent, and when given more than once: an ambiguous name is no name. */
export interface NameAttributes {
  readonly country: string | null;
  readonly commonName: string | null;
  readonly organisation: string | null;
  readonly organisationalUnit: string | null;
  /** 2.5.4.97, for example `NTRCN-91350100M000100Y43`. @source ETSI EN 319 412-1 §5.1.4 */
  readonly organisationIdentifier: string | null;
  /** 2.5.4.5: for persons the salted identity digest, in hexadecimal. */
  readonly serialNumber: string | null;
}

const ATTRIBUTE_OIDS: Readonly<Record<keyof NameAttributes, string>> = {
  country: '2.5.4.6',
  organisation: '2.5.4.10',
  organisationIdentifier: '2.5.4.97',
  organisationalUnit: '2.5.4.11',
  commonName: '2.5.4.3',
  serialNumber: '2.5.4.5',
};
const ATTRIBUTES = Object.keys(ATTRIBUTE_OIDS) as readonly (keyof NameAttributes)[];

const malformed = (detail: string): PkiError => new PkiError('DER_MALFORMED', detail);

/**
 * Han characters that came after Unicode 3.2. Programs that compare names by RFC 4518 refuse a certificate with one in it, so they are
 * written as `〔U+2CC56〕` and read back as themselves.
 * @source RFC 5280 §7.1; RFC 4518 §2.3; RFC 3454 Appendix A.1
 */
const YOUNG = /[\u4db6-\u4dbf\u9fa6-\u9fff\ufa2e\ufa2f\ufa6b-\ufaff\u{2a6d7}-\u{2f7ff}\u{2fa1e}-\u{3ffff}]/gu;

const spell = (text: string): string => text.replace(YOUNG, (character) => `〔U+${character.codePointAt(0)?.toString(16).toUpperCase()}〕`);

const unspell = (text: string): string =>
  text.replace(/〔U\+([0-9A-F]{4,5})〕/g, (spelled, digits: string) => {
    const character = String.fromCodePoint(Number.parseInt(digits, 16));
    return spell(character) === spelled ? character : spelled;
  });

/** Text of a DirectoryString. @throws PkiError DER_MALFORMED for other types, bad encodings and control characters */
function readDirectoryString(node: DerNode): string {
  const text = decodeString(node);
  if (/[\u0000-\u001f\u007f-\u009f]/.test(text)) throw malformed('control character in a name');
  return unspell(text);
}

function decodeString({ tag, content }: DerNode): string {
  if (tag === TAG.utf8String) {
    try {
      return toUtf8(content);
    } catch {
      throw malformed('UTF8String');
    }
  }
  const text = toLatin1(content);
  // Authorities in service write '@' and '*' into PrintableString; names are compared exactly, so this opens nothing.
  if ((tag === TAG.printableString || tag === TAG.ia5String) && /^[\x00-\x7f]*$/.test(text)) return text;
  if (tag === TAG.bmpString && content.length % 2 === 0) {
    let wide = '';
    for (let i = 0; i < content.length; i += 2) wide += String.fromCharCode(((content[i] ?? 0) << 8) | (content[i + 1] ?? 0));
    if (wide.isWellFormed()) return wide;
  }
  throw malformed(`string of type ${tag}`);
}

/** @throws PkiError DER_MALFORMED @source RFC 5280 §4.1.2.4 */
export function readName(node: DerNode): NameAttributes {
  const found = new Map<string, string[]>();
  for (const rdn of assertTag(node, TAG.sequence).children) {
    if (assertTag(rdn, TAG.set).children.length === 0) throw malformed('empty RDN');
    for (const pair of rdn.children) {
      const members = membersOf(pair);
      const oid = readOid(members.next(TAG.oid));
      const value = members.next();
      members.end();
      if (ATTRIBUTES.some((attribute) => ATTRIBUTE_OIDS[attribute] === oid)) {
        found.set(oid, [...(found.get(oid) ?? []), readDirectoryString(value)]);
      }
    }
  }
  const only = (attribute: keyof NameAttributes): string | null => {
    const values = found.get(ATTRIBUTE_OIDS[attribute]) ?? [];
    return values.length === 1 ? (values[0] ?? null) : null;
  };
  return {
    country: only('country'),
    commonName: only('commonName'),
    organisation: only('organisation'),
    organisationalUnit: only('organisationalUnit'),
    organisationIdentifier: only('organisationIdentifier'),
    serialNumber: only('serialNumber'),
  };
}

const PRINTABLE: ReadonlySet<keyof NameAttributes> = new Set(['country', 'serialNumber']);

/**
 * One RDN for each attribute that is not null, in a fixed order.
 * @throws RangeError for an empty value, one of more than 64 code points as written, a control character or a lone surrogate
 * @source RFC 5280 Appendix A.1 (upper bounds)
 */
export function derName(name: Partial<NameAttributes>): Uint8Array<ArrayBuffer> {
  const rdns = ATTRIBUTES.flatMap((attribute) => {
    const plain = name[attribute] ?? null;
    if (plain === null) return [];
    const text = spell(plain);
    if (text === '' || [...text].length > 64 || /[\u0000-\u001f\u007f-\u009f]/.test(text) || !text.isWellFormed()) {
      throw new RangeError(`not a name attribute: ${attribute}`);
    }
    if (PRINTABLE.has(attribute) && !/^[A-Za-z0-9]+$/.test(text)) throw new RangeError(`not printable: ${attribute}`);
    const value = PRINTABLE.has(attribute) ? derValue(TAG.printableString, fromLatin1(text)) : derUtf8(text);
    return [derValue(TAG.set, derSequence(derOid(ATTRIBUTE_OIDS[attribute]), value))];
  });
  return derSequence(...rdns);
}

/** UTCTime or GeneralizedTime in whole seconds and Zulu. @throws PkiError DER_MALFORMED @source RFC 5280 §4.1.2.5 */
export function readTime(node: DerNode): Instant {
  const text = toLatin1(node.content);
  let digits: string | undefined;
  if (node.tag === TAG.utcTime && /^\d{12}Z$/.test(text)) digits = (text < '50' ? '20' : '19') + text;
  if (node.tag === TAG.generalizedTime && /^\d{14}Z$/.test(text)) digits = text;
  const parts = digits === undefined ? null : /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(digits);
  const at = parts === null ? undefined : parseRfc3339(`${parts.slice(1, 4).join('-')}T${parts.slice(4, 7).join(':')}Z`);
  if (at === undefined) throw malformed('time');
  return at;
}

/** UTCTime through 2049, GeneralizedTime from 2050 on; whole seconds. @source RFC 5280 §4.1.2.5 */
export function derTime(at: Instant): Uint8Array<ArrayBuffer> {
  const digits = toRfc3339(at).replace(/[-T:]/g, '');
  return digits < '2050' ? derValue(TAG.utcTime, fromLatin1(digits.slice(2))) : derValue(TAG.generalizedTime, fromLatin1(digits));
}

export const derGeneralizedTime = (at: Instant): Uint8Array<ArrayBuffer> =>
  derValue(TAG.generalizedTime, fromLatin1(toRfc3339(at).replace(/[-T:]/g, '')));
