/** The updates that seal a signed agreement: validation data as a document security store, and an archive timestamp over everything. */
import { concatBytes, fromLatin1 } from '../bytes.ts';
import { streamBody } from './font-subset.ts';
import { OBJECT_TAIL, objectHead } from './objects.ts';
import { type UnplacedPlan, type UnplacedRevision, writeUnplacedRevision } from './unplaced-revision.ts';
import { INPUTS_HEAD, printUpdateEnd, type RevisionBase, type ValidationObjects } from './update.ts';

/** Certificates, revocation lists and OCSP answers, DER: each kind in the order of the file. */
export interface ValidationData {
  readonly certificates: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
  readonly ocsps: readonly Uint8Array[];
}

const KINDS = ['certificates', 'crls', 'ocsps'] as const;
const KEYS = { certificates: 'Certs', crls: 'CRLs', ocsps: 'OCSPs' } as const;

export interface ValidationPlan {
  /** What is added to the data of earlier seals. */
  readonly data: ValidationData;
  /** The inputs this revision is rebuilt from, printable ASCII without line breaks. */
  readonly inputs: string;
  /** Body of the catalog that names the store. */
  readonly sealedCatalog: (storeObject: number) => string;
}

export interface SealRevision {
  /** The update alone. */
  readonly bytes: Uint8Array;
  readonly next: RevisionBase;
}

const streamHead = (objectNumber: number, lengthBytes: number): string => `${objectHead(objectNumber)}<</Length ${lengthBytes}>>stream\n`;
const STREAM_TAIL = `\nendstream${OBJECT_TAIL}`;

/** Offset in the file of the first byte of each object of the data, given the length of each. */
export function validationOffsets(base: RevisionBase, inputs: string, lengths: readonly number[]): readonly number[] {
  let at = base.lengthBytes + INPUTS_HEAD.length + inputs.length + 1;
  return lengths.map((length, i) => {
    const start = at + streamHead(base.size + i, length).length;
    at = start + length + STREAM_TAIL.length;
    return start;
  });
}

/** Writes a store without /VRI: what is in it serves every signature. @source ETSI EN 319 142-1 §5.4.2 */
export function writeValidationRevision(base: RevisionBase, plan: ValidationPlan): SealRevision {
  const parts: Uint8Array[] = [fromLatin1(`${INPUTS_HEAD}${plan.inputs}\n`)];
  const offsets: (readonly [number, number])[] = [];
  let at = base.lengthBytes + (parts[0]?.length ?? 0);
  let size = base.size;
  const object = (number: number, body: Uint8Array | string): void => {
    const bytes = concatBytes(fromLatin1(objectHead(number)), typeof body === 'string' ? fromLatin1(body) : body, fromLatin1(OBJECT_TAIL));
    offsets.push([number, at]);
    parts.push(bytes);
    at += bytes.length;
  };
  const added = { certificates: [] as number[], crls: [] as number[], ocsps: [] as number[] };
  for (const kind of KINDS) {
    for (const der of plan.data[kind]) {
      added[kind].push(size);
      object(size++, streamBody('', der));
    }
  }
  const store = size++;
  const validation: ValidationObjects = {
    store,
    certificates: [...(base.validation?.certificates ?? []), ...added.certificates],
    crls: [...(base.validation?.crls ?? []), ...added.crls],
    ocsps: [...(base.validation?.ocsps ?? []), ...added.ocsps],
  };
  const lists = KINDS.filter((kind) => validation[kind].length > 0).map(
    (kind) => `/${KEYS[kind]}[${validation[kind].map((number) => `${number} 0 R`).join(' ')}]`,
  );
  object(store, `<</Type/DSS${lists.join('')}>>`);
  object(base.rootObject, plan.sealedCatalog(store));
  const sorted = offsets.toSorted(([a], [b]) => a - b);
  const end = fromLatin1(printUpdateEnd(base, sorted, size, at));
  const bytes = concatBytes(...parts, end);
  return { bytes, next: { ...base, lengthBytes: at + end.length, startxref: at, size, validation } };
}

/** Writes a document timestamp without a place on any page. @source ETSI EN 319 142-1 §5.4.3; ISO 32000-2:2020 §12.8.5 */
export function writeArchiveRevision(base: RevisionBase, plan: UnplacedPlan): UnplacedRevision {
  const made = writeUnplacedRevision(base, plan, '/Type/DocTimeStamp/Filter/Adobe.PPKLite/SubFilter/ETSI.RFC3161');
  return { ...made, next: { ...made.next, archiveFields: [...base.archiveFields, base.size] } };
}
