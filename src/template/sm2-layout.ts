/** The bytes of an additional SM2 signature as a function of the agreement, the inputs and what came before. */
import type { AgreementData } from '../agreement/agreement-data.ts';
import type { PartyRole } from '../agreement/parties.ts';
import { signatoryOf } from '../agreement/signatories.ts';
import { writeSm2Revision } from '../pdf/sm2-revision.ts';
import type { UnplacedRevision } from '../pdf/unplaced-revision.ts';
import type { RevisionBase } from '../pdf/update.ts';
import { OBJECTS } from './object-numbers.ts';
import { formBody, type RevisionZero } from './revision-zero.ts';
import { printSm2Inputs, type Sm2Inputs } from './sm2-inputs.ts';

/** What came before, as far as it matters here. */
interface Before {
  readonly signatures: readonly { readonly inputs: { readonly role: PartyRole } }[];
  readonly additional: readonly { readonly inputs: { readonly role: PartyRole } }[];
  readonly seals: readonly { readonly kind: 'dss' | 'archive' }[];
}

/** Why a party cannot add an SM2 signature now; undefined where it can. Between validation data and its timestamp nothing may stand. */
export function sm2Obstacle({ signatures, additional, seals }: Before, role: PartyRole): 'notSigned' | 'twice' | 'sealing' | undefined {
  if (!signatures.some(({ inputs }) => inputs.role === role)) return 'notSigned';
  if (additional.some(({ inputs }) => inputs.role === role)) return 'twice';
  return seals.at(-1)?.kind === 'dss' ? 'sealing' : undefined;
}

export function layOutSm2(zero: RevisionZero, data: AgreementData, base: RevisionBase, inputs: Sm2Inputs): UnplacedRevision {
  const signatory = signatoryOf(data.fields, inputs.role);
  return writeSm2Revision(base, {
    name: `sm2-${inputs.role}`,
    zh: '国密签名',
    formObject: OBJECTS.form,
    form: (field) => formBody(zero.fields, [...base.sm2Fields, field, ...base.archiveFields]),
    inputs: printSm2Inputs(inputs),
    at: inputs.at,
    signatoryName: 'organisation' in signatory ? `${signatory.organisation}（${signatory.name}）` : signatory.name,
  });
}
