/** Compares an evidence file with the PDF beside it: every revision, and of each signature its certificate and the picture of its seal. */
import type { Evidence } from '../agreement/evidence.ts';
import { fromHex, toLatin1 } from '../bytes.ts';
import { sha256Hex } from '../digest.ts';
import { cmsLength, parseCms } from '../pki/cms-parse.ts';
import { PkiError } from '../pki/failure.ts';
import { parseSm2Cms } from '../pki/sm2-cms.ts';
import { readInputs } from '../template/reproduce.ts';

export type EvidencePdfFault =
  | 'EVIDENCE_PDF_OTHER'
  | 'EVIDENCE_REVISIONS_WRONG'
  | 'EVIDENCE_SEAL_IMAGE_OTHER'
  | 'EVIDENCE_CERTIFICATE_OTHER';

/** Needs no template: that the PDF is the very file of a recorded revision makes its bytes ours. */
export function judgeEvidencePdf({ parties, revisions }: Evidence, pdf: Uint8Array): readonly EvidencePdfFault[] {
  const newest = revisions.findIndex(({ sha256 }) => sha256 === sha256Hex(pdf));
  if (newest === -1) return ['EVIDENCE_PDF_OTHER'];
  const faults = new Set<EvidencePdfFault>();
  revisions.slice(0, newest + 1).forEach(({ number, sha256, lengthBytes }, i) => {
    const start = revisions[i - 1]?.lengthBytes ?? 0;
    if (sha256Hex(pdf.subarray(0, lengthBytes)) !== sha256) faults.add('EVIDENCE_REVISIONS_WRONG');
    const inputs = i === 0 ? undefined : readInputs(pdf, start);
    const party = parties.find((one) => one.signature?.revision === number || one.sm2?.revision === number);
    if (inputs?.kind === 'signature') {
      const told = party?.role === inputs.role && party.signature?.revision === number ? party.signature : undefined;
      if (told === undefined) faults.add('EVIDENCE_REVISIONS_WRONG');
      else {
        if (told.seal?.sha256 !== inputs.seal?.sha256 || told.seal?.diameterMm !== inputs.seal?.diameterMm)
          faults.add('EVIDENCE_SEAL_IMAGE_OTHER');
        if (told.certificates[0]?.sha256 !== signerIn(pdf.subarray(start, lengthBytes), 'ordinary'))
          faults.add('EVIDENCE_CERTIFICATE_OTHER');
      }
    } else if (inputs?.kind === 'sm2') {
      const told = party?.role === inputs.role ? party.sm2 : undefined;
      if (told?.revision !== number) faults.add('EVIDENCE_REVISIONS_WRONG');
      else if (told.certificates[0]?.sha256 !== signerIn(pdf.subarray(start, lengthBytes), 'sm2')) faults.add('EVIDENCE_CERTIFICATE_OTHER');
    } else if (party !== undefined) faults.add('EVIDENCE_REVISIONS_WRONG');
  });
  return [...faults];
}

/** SHA-256 of the certificate that a revision's CMS was made with; undefined where there is none. */
function signerIn(revision: Uint8Array, kind: 'ordinary' | 'sm2'): string | undefined {
  const digits = /\]\/Contents<([0-9a-f]+)>/.exec(toLatin1(revision))?.[1];
  if (digits === undefined) return undefined;
  try {
    const contents = fromHex(digits);
    const cms = contents.subarray(0, cmsLength(contents));
    return kind === 'ordinary' ? parseCms(cms).signer.sha256 : parseSm2Cms(cms).signer.sha256;
  } catch (error) {
    if (error instanceof PkiError) return undefined;
    throw error;
  }
}
