/** Compares an evidence file with the PDF beside it: every revision, and of each signature its certificate and the picture of its seal. */
import type { Evidence } from '../agreement/evidence.ts';
import { fromHex, toLatin1, toUtf8 } from '../bytes.ts';
import { sha256Hex } from '../digest.ts';
import { cmsLength, parseCms } from '../pki/cms-parse.ts';
import { PkiError } from '../pki/failure.ts';
import { parseSm2Cms } from '../pki/sm2-cms.ts';
import { readInputs } from '../template/reproduce.ts';

export type EvidencePdfFault =
  | 'EVIDENCE_PDF_OTHER'
  | 'EVIDENCE_REVISIONS_WRONG'
  | 'EVIDENCE_VALUES_OTHER'
  | 'EVIDENCE_SEAL_IMAGE_OTHER'
  | 'EVIDENCE_CERTIFICATE_OTHER';

/** Needs no template: that the PDF is the very file of a recorded revision makes its bytes ours. */
export function judgeEvidencePdf(evidence: Evidence, pdf: Uint8Array): readonly EvidencePdfFault[] {
  const { parties, revisions } = evidence;
  const newest = revisions.findIndex(({ sha256 }) => sha256 === sha256Hex(pdf));
  if (newest === -1) return ['EVIDENCE_PDF_OTHER'];
  const faults = revisions.slice(0, newest + 1).flatMap(({ number, sha256, lengthBytes }, i): EvidencePdfFault[] => {
    const start = revisions[i - 1]?.lengthBytes ?? 0;
    if (sha256Hex(pdf.subarray(0, lengthBytes)) !== sha256) return ['EVIDENCE_REVISIONS_WRONG'];
    const inputs = i === 0 ? undefined : readInputs(pdf, start);
    const party = parties.find(({ signature, sm2 }) => signature?.revision === number || sm2?.revision === number);
    if (inputs?.kind !== 'signature' && inputs?.kind !== 'sm2') return party === undefined ? [] : ['EVIDENCE_REVISIONS_WRONG'];
    const told = inputs.kind === 'signature' ? party?.signature : party?.sm2;
    if (party?.role !== inputs.role || told?.revision !== number) return ['EVIDENCE_REVISIONS_WRONG'];
    const isOwn = told.certificates[0]?.sha256 === signerIn(pdf.subarray(start, lengthBytes), inputs.kind);
    const isSealed = inputs.kind === 'sm2' || isSame(party.signature?.seal, inputs.seal);
    return [...(isOwn ? [] : (['EVIDENCE_CERTIFICATE_OTHER'] as const)), ...(isSealed ? [] : (['EVIDENCE_SEAL_IMAGE_OTHER'] as const))];
  });
  const other: readonly EvidencePdfFault[] = saysTheSame(evidence, pdf) ? [] : ['EVIDENCE_VALUES_OTHER'];
  return [...new Set([...other, ...faults])];
}

interface Seal {
  readonly sha256: string;
  readonly diameterMm: number;
}
const isSame = (one: Seal | null | undefined, other: Seal | undefined): boolean =>
  one?.sha256 === other?.sha256 && one?.diameterMm === other?.diameterMm;

/** Where the values of our files stand: the first object behind the locked text. */
const DATA_HEAD = /\n\d+ 0 obj\n<<\/Type\/EmbeddedFile\/Subtype\/application#2Fjson\/Length (\d{10})>>stream\n/;

/** Blanks that name who signs, and for which organisation. */
const NAMES = {
  student: ['studentName', null],
  guardian: ['guardianName', null],
  unit: ['unitSignatory', 'unitName'],
  school: ['schoolSignatory', 'schoolName'],
} as const;

const membersOf = (value: unknown): ReadonlyMap<string, unknown> =>
  new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);

/** Undefined for what is none: who seals evidence anew may have put anything there. */
function readJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(toUtf8(bytes));
  } catch {
    return undefined;
  }
}

/** The values inside the PDF are those that the evidence gives the digest, the number and the names of. */
function saysTheSame({ agreementNumber, dataSha256, parties }: Evidence, pdf: Uint8Array): boolean {
  const head = DATA_HEAD.exec(toLatin1(pdf));
  if (head === null) return false;
  const start = head.index + head[0].length;
  const bytes = pdf.subarray(start, start + Number(head[1]));
  if (sha256Hex(bytes) !== dataSha256) return false;
  const data = membersOf(readJson(bytes));
  const fields = membersOf(data.get('fields'));
  return (
    data.get('agreementNumber') === agreementNumber &&
    parties.every(({ role, name, organisation }) => {
      const [signatory, firm] = NAMES[role];
      return fields.get(signatory) === name && (firm === null ? null : fields.get(firm)) === organisation;
    })
  );
}

/** SHA-256 of the certificate that a revision's CMS was made with; undefined where there is none. */
function signerIn(revision: Uint8Array, kind: 'signature' | 'sm2'): string | undefined {
  const digits = /\]\/Contents<([0-9a-f]+)>/.exec(toLatin1(revision))?.[1];
  if (digits === undefined) return undefined;
  try {
    const contents = fromHex(digits);
    const cms = contents.subarray(0, cmsLength(contents));
    return kind === 'signature' ? parseCms(cms).signer.sha256 : parseSm2Cms(cms).signer.sha256;
  } catch (error) {
    if (error instanceof PkiError) return undefined;
    throw error;
  }
}
