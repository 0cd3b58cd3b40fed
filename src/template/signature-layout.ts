/** The bytes of a signature revision as a function of the agreement, the inputs and what came before. */
import type { AgreementData } from '../agreement/agreement-data.ts';
import { signatoryOf } from '../agreement/signatories.ts';
import { type SignatureRevision, writeSignatureRevision } from '../pdf/signature-revision.ts';
import type { RevisionBase } from '../pdf/update.ts';
import { appearanceResources, drawAppearance } from './appearance.ts';
import { printSignedCatalog } from './catalog.ts';
import type { LockedTemplate } from './locked-template.ts';
import { OBJECTS } from './object-numbers.ts';
import type { RevisionZero } from './revision-zero.ts';
import { printSignatureInputs, type SignatureInputs } from './signature-inputs.ts';

export const baseOfRevisionZero = (zero: RevisionZero): RevisionBase => ({
  lengthBytes: zero.lengthBytes,
  startxref: zero.startxref,
  size: zero.size,
  fileId: zero.fileId,
  rootObject: OBJECTS.catalog,
  certification: null,
  validation: null,
  archiveFields: [],
});

/** Undefined when the agreement has no field for that role. */
export function layOutSignature(
  template: LockedTemplate,
  zero: RevisionZero,
  data: AgreementData,
  base: RevisionBase,
  inputs: SignatureInputs,
): SignatureRevision | undefined {
  const field = zero.fields.get(inputs.role);
  const place = template.signaturePlaces.find((candidate) => candidate.role === inputs.role);
  if (field === undefined || place === undefined) return undefined;
  const signatory = signatoryOf(data.fields, inputs.role);
  return writeSignatureRevision(base, {
    field,
    at: inputs.at,
    signatoryName: 'organisation' in signatory ? `${signatory.organisation}（${signatory.name}）` : signatory.name,
    appearance: drawAppearance(template, zero.values, place, signatory, inputs.at, inputs.ink),
    resources: appearanceResources(zero.values),
    inputs: printSignatureInputs(inputs),
    certifiedCatalog: (signatureObject) => printSignedCatalog(signatureObject, null),
  });
}
