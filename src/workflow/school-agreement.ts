/** One agreement as the school sees it: where it stands, what was objected to, and its values to correct in a new one. */
import { fieldSpec } from '../agreement/fields.ts';
import { maskIdNumber } from '../agreement/identifiers.ts';
import { authorizeAgreement, authorizeBatch } from './authorize.ts';
import { type BoardRow, toRow } from './board.ts';
import { dataOf, hasFile, templateFor } from './stored-data.ts';
import type { Tenant } from './stores.ts';
import type { Ports } from './workflow.ts';

export interface SchoolAgreement {
  readonly batchId: string;
  readonly batchName: string;
  readonly row: BoardRow;
  /** Of a consent form: the agreement that it goes with. */
  readonly accompanies: string | null;
  /** As `YYYY-MM-DD`. */
  readonly endsOn: string;
  readonly templateStatus: string;
  readonly headSha256: string | null;
  readonly fields: readonly {
    readonly key: string;
    readonly label: string;
    /** Identity numbers masked; left empty in a form they stay as they are. */
    readonly value: string;
    readonly masked: boolean;
    readonly options: readonly string[];
    readonly optional: boolean;
    readonly maxLength: number;
  }[];
}

/** @throws AppError AGREEMENT_UNKNOWN, TEMPLATE_NOT_LOADED */
export async function readSchoolAgreement(
  ports: Pick<Ports, 'agreements' | 'batches' | 'templates'>,
  tenant: Tenant,
  number: string,
): Promise<SchoolAgreement> {
  const agreement = await authorizeAgreement(ports, tenant, number);
  const batch = await authorizeBatch(ports, tenant, agreement.batch);
  const data = dataOf(agreement, ports.templates);
  const template = templateFor(ports.templates, data.template);
  return {
    batchId: batch.id,
    batchName: batch.name,
    row: toRow(agreement, batch.order, await ports.agreements.listOfBatch(batch.id)),
    accompanies: agreement.accompanies,
    endsOn: data.fields['endsOn'] ?? '',
    templateStatus: template.status,
    headSha256: hasFile(agreement) ? agreement.head.sha256 : null,
    fields: template.fields
      .filter(({ owner }) => owner !== 'system')
      .map((spec) => {
        const value = data.fields[spec.key] ?? '';
        const masked = spec.type === 'idNumber';
        return {
          key: spec.key,
          label: fieldSpec(spec.key)?.zh ?? spec.zh,
          value: masked && value !== '' ? maskIdNumber(value) : value,
          masked,
          options: spec.options ?? [],
          optional: spec.required === 'never',
          maxLength: spec.maxLength,
        };
      }),
  };
}
