/** The bytes of a sealing revision as a function of its inputs and what came before. */
import {
  type SealRevision,
  type ValidationData,
  validationOffsets,
  writeArchiveRevision,
  writeValidationRevision,
} from '../pdf/seal-revision.ts';
import type { UnplacedRevision } from '../pdf/unplaced-revision.ts';
import type { RevisionBase } from '../pdf/update.ts';
import { printSignedCatalog } from './catalog.ts';
import { OBJECTS } from './object-numbers.ts';
import { formBody, type RevisionZero } from './revision-zero.ts';
import { inputsOfData, printSealInputs, type ValidationInputs } from './seal-inputs.ts';

/** Undefined before the first signature, which is what certifies. */
export function layOutValidation(base: RevisionBase, data: ValidationData): SealRevision | undefined {
  const { certification } = base;
  if (certification === null) return undefined;
  return writeValidationRevision(base, {
    data,
    inputs: printSealInputs(inputsOfData(data)),
    sealedCatalog: (storeObject) => printSignedCatalog(certification, storeObject),
  });
}

/** The objects that a revision of validation data carries, taken from where its inputs say; undefined where the file ends too early. */
export function readValidationData(bytes: Uint8Array, base: RevisionBase, inputs: ValidationInputs): ValidationData | undefined {
  const lengths = [...inputs.certificates, ...inputs.crls, ...inputs.ocsps];
  const offsets = validationOffsets(base, printSealInputs(inputs), lengths);
  const ders = lengths.map((length, i) => bytes.subarray(offsets[i], (offsets[i] ?? 0) + length));
  if (ders.some((der, i) => der.length !== lengths[i])) return undefined;
  const [first, second] = [inputs.certificates.length, inputs.certificates.length + inputs.crls.length];
  return { certificates: ders.slice(0, first), crls: ders.slice(first, second), ocsps: ders.slice(second) };
}

/** Undefined before there is validation data to keep. */
export function layOutArchive(zero: RevisionZero, base: RevisionBase): UnplacedRevision | undefined {
  if (base.validation === null) return undefined;
  const number = base.archiveFields.length + 1;
  return writeArchiveRevision(base, {
    name: `archive${number}`,
    zh: `存档时间戳${number}`,
    formObject: OBJECTS.form,
    form: (archiveField) => formBody(zero.fields, [...base.sm2Fields, ...base.archiveFields, archiveField]),
    inputs: printSealInputs({ kind: 'archive' }),
  });
}
