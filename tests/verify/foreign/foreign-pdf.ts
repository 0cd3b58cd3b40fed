/** A workshop for PDFs that are not ours: plain objects, incremental revisions, signatures by any CMS, and everything a forger appends. */
import { readFileSync } from 'node:fs';
import { concatBytes, fromLatin1, toHex, toLatin1 } from '../../../src/bytes.ts';
import { sha256 } from '../../../src/digest.ts';
import type { FileReport } from '../../../src/verify/report.ts';
import { type VerifyContext, verifyFile } from '../../../src/verify/verify-file.ts';
import { AT, craftCms, type Leaf, makeLeaf, material, openssl, scratch } from '../../pki/support.ts';

export const leaf: Leaf = makeLeaf();
export const context: VerifyContext = { templates: [], trustAnchors: [material.root.certificate.der], checkedAt: AT };

export const check = (bytes: Uint8Array, changes: Partial<VerifyContext> = {}): FileReport => verifyFile(bytes, { ...context, ...changes });
export const codes = (report: FileReport): string[] => report.findings.map((finding) => finding.code);

/** A file and the objects that its newest revision defines or inherits, by number. */
export interface Draft {
  readonly file: Uint8Array;
  readonly objects: ReadonlyMap<number, string>;
  readonly startxref: number;
  readonly fields: readonly number[];
}

export const stream = (dict: string, data: string): string => `<<${dict}/Length ${data.length}>>\nstream\n${data}\nendstream`;

const CATALOG = 1;
const PAGE = 3;
export const CONTENT = 4;
export const INFO = 6;
export const PAGES = 2;
const BODY: readonly (readonly [number, string])[] = [
  [CATALOG, '<</Type/Catalog/Pages 2 0 R>>'],
  [PAGES, '<</Type/Pages/Kids[3 0 R 7 0 R]/Count 2>>'],
  [PAGE, '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>'],
  [CONTENT, stream('', 'BT /F1 12 Tf 72 700 Td (Monthly pay 3200) Tj ET')],
  [5, '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>'],
  [INFO, '<</Title(Agreement)/Producer(elsewhere)/ModDate(D:20260301000000Z)>>'],
  [7, '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>'],
];

/** Lays objects behind a file and a cross-reference table behind them. */
export function append(before: Draft | null, changed: readonly (readonly [number, string])[], trailer = ''): Draft {
  const head = before?.file ?? fromLatin1('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n');
  const parts: Uint8Array[] = [head];
  let at = head.length;
  let table = before === null ? '0 1\n0000000000 65535 f \n' : '';
  for (const [number, body] of changed) {
    const bytes = fromLatin1(`${number} 0 obj\n${body}\nendobj\n`);
    table += `${number} 1\n${String(at).padStart(10, '0')} 00000 n \n`;
    parts.push(bytes);
    at += bytes.length;
  }
  const objects = new Map([...(before?.objects ?? []), ...changed]);
  const size = Math.max(...objects.keys()) + 1;
  const previous = before === null ? '' : `/Prev ${before.startxref}`;
  parts.push(fromLatin1(`xref\n${table}trailer\n<</Size ${size}/Root 1 0 R/Info 6 0 R${previous}${trailer}>>\nstartxref\n${at}\n%%EOF\n`));
  return { file: concatBytes(...parts), objects, startxref: at, fields: before?.fields ?? [] };
}

export const unsigned = (changed: readonly (readonly [number, string])[] = []): Draft => append(null, [...new Map([...BODY, ...changed])]);

export const objectOf = (draft: Draft, number: number): string => {
  const body = draft.objects.get(number);
  if (body === undefined) throw new Error(`no object ${number}`);
  return body;
};

/** The same dictionary with something more in it. */
export const withEntry = (body: string, entry: string): string => body.replace(/>>$/, `${entry}>>`);

const listed = (body: string, key: string, numbers: readonly number[]): string => {
  const bare = body.replace(new RegExp(`/${key}\\[[^\\]]*\\]`), '');
  return withEntry(bare, `/${key}[${numbers.map((number) => `${number} 0 R`).join(' ')}]`);
};

export interface SigningChoices {
  /** The CMS over the covered bytes. */
  readonly cms?: (digest: Uint8Array, covered: Uint8Array) => Uint8Array;
  readonly subFilter?: string;
  /** Further entries of the field. */
  readonly field?: string;
  readonly rect?: string;
  /** What else this revision changes. */
  readonly also?: readonly (readonly [number, string])[];
  /** Entries for AcroForm. */
  readonly form?: string;
  /** Written into /Contents behind the CMS, in hexadecimal. */
  readonly padding?: string;
  /** By how many bytes the gap is narrower at both ends than the value of /Contents. */
  readonly inset?: number;
  /** Bytes at the end that the signature leaves out. */
  readonly short?: number;
}

const CONTENTS_BYTES = 6000;
const RANGE = '[0 1111111111 2222222222 3333333333]';

/** Signs in a revision of its own, as signers everywhere do. */
export function sign(before: Draft, choices: SigningChoices = {}): Draft {
  const value = Math.max(...before.objects.keys()) + 1;
  const field = value + 1;
  const fields = [...before.fields, field];
  const zeros = '0'.repeat(CONTENTS_BYTES * 2);
  const root = objectOf(before, CATALOG).replace(/\/AcroForm<<.*?>>/, '');
  const draft = append(before, [
    [
      value,
      `<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/${choices.subFilter ?? 'ETSI.CAdES.detached'}/ByteRange${RANGE}/Contents<${zeros}>>>`,
    ],
    [
      field,
      `<</Type/Annot/Subtype/Widget/FT/Sig/T(S${field})/V ${value} 0 R/P 3 0 R/F 132/Rect[${choices.rect ?? '0 0 0 0'}]${choices.field ?? ''}>>`,
    ],
    [PAGE, listed(objectOf(before, PAGE), 'Annots', fields)],
    [CATALOG, withEntry(root, `/AcroForm<</SigFlags 3${choices.form ?? ''}/Fields[${fields.map((each) => `${each} 0 R`).join(' ')}]>>`)],
    ...(choices.also ?? []),
  ]);
  const text = toLatin1(draft.file);
  const at = text.lastIndexOf(`<${zeros}>`);
  const start = at + (choices.inset ?? 0);
  const end = at + zeros.length + 2 - (choices.inset ?? 0);
  const covers = text.length - (choices.short ?? 0);
  const range = `[0 ${start} ${end} ${covers - end}]`.padEnd(RANGE.length);
  const filled = fromLatin1(text.slice(0, text.lastIndexOf(RANGE)) + range + text.slice(text.lastIndexOf(RANGE) + RANGE.length));
  const covered = concatBytes(filled.subarray(0, start), filled.subarray(end, covers));
  const cms = (choices.cms ?? ((digest) => craftCms(leaf, digest)))(sha256(covered), covered);
  const hex = (toHex(cms) + (choices.padding ?? '')).padEnd(zeros.length, '0');
  filled.set(fromLatin1(hex), at + 1);
  return { ...draft, file: filled, fields };
}

export const signed = (choices: SigningChoices = {}): Draft => sign(unsigned(), choices);

/** Replaces text of equal or other length without repairing anything. */
export function tamper(file: Uint8Array, from: string, to: string): Uint8Array {
  const text = toLatin1(file);
  const at = text.lastIndexOf(from);
  if (at === -1) throw new Error(`nothing to tamper with: ${from}`);
  return fromLatin1(text.slice(0, at) + to + text.slice(at + from.length));
}

let made: { readonly key: string; readonly certificate: string } | undefined;

/** A CMS by openssl with a certificate of its own. */
export function opensslCms(covered: Uint8Array, ...options: readonly string[]): Uint8Array {
  if (made === undefined) {
    const [key, certificate] = [scratch('foreign-key.pem', ''), scratch('foreign-certificate.pem', '')];
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      key,
      '-out',
      certificate,
      '-subj',
      '/CN=Elsewhere',
      '-days',
      '9000',
    );
    made = { key, certificate };
  }
  const [data, out] = [scratch('covered.bin', covered), scratch('foreign.cms', '')];
  openssl(
    'cms',
    '-sign',
    '-binary',
    '-in',
    data,
    '-signer',
    made.certificate,
    '-inkey',
    made.key,
    '-outform',
    'DER',
    '-out',
    out,
    ...options,
  );
  return new Uint8Array(readFileSync(out));
}
