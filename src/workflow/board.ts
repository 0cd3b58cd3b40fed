/** The school's view of a batch: who has signed, who is next, what failed. */
import type { AmendmentKind } from '../agreement/agreement-data.ts';
import { PARTY_ROLES, type PartyRole, type SigningOrder } from '../agreement/parties.ts';
import type { Instant } from '../instant.ts';
import { authorizeBatch } from './authorize.ts';
import { type Progress, readProgress } from './generate-batch.ts';
import { summaryOf } from './list-templates.ts';
import { rolesInTurn } from './signing-order.ts';
import { displayReference, displayValues, templateFor } from './stored-data.ts';
import type { AgreementRecord, BatchSummary, Objection, Tenant, Voiding } from './stores.ts';
import type { Ports } from './workflow.ts';

export type CellState = 'none' | 'waiting' | 'turn' | 'signed';

export interface BoardRow {
  readonly agreementNumber: string;
  /** Whole: the board is for the school that has the roster. */
  readonly studentName: string;
  /** Empty where the roster has none. */
  readonly studentNumber: string;
  readonly studentClass: string;
  readonly unitName: string;
  readonly state: AgreementRecord['state'];
  readonly voided: Voiding | null;
  readonly replaces: string | null;
  /** Of one that could not be made: the one issued in its place, or null. */
  readonly replacedBy: string | null;
  /** Its 《知情同意书》; the cells and the state speak of both. */
  readonly consent: { readonly agreementNumber: string; readonly state: AgreementRecord['state'] } | null;
  /** Of an amendment: the agreement that it changes. */
  readonly amends: { readonly kind: AmendmentKind; readonly agreementNumber: string } | null;
  /** Amendments of this agreement that were not voided. */
  readonly amendedBy: readonly {
    readonly kind: AmendmentKind;
    readonly agreementNumber: string;
    readonly state: AgreementRecord['state'];
  }[];
  readonly objections: readonly Objection[];
  readonly failure: { readonly code: string; readonly zh: string } | null;
  readonly cells: Readonly<Record<PartyRole, { readonly state: CellState; readonly at: Instant | null }>>;
  readonly next: PartyRole | null;
}

export interface Board {
  readonly batchId: string;
  readonly name: string;
  readonly createdAt: Instant;
  readonly progress: Progress;
  readonly template: {
    readonly pack: string;
    readonly version: string;
    readonly title: string;
    readonly status: string;
    readonly prefixSha256: string;
  };
  readonly annexTitle: string | null;
  readonly order: SigningOrder;
  readonly invitedAt: Instant | null;
  readonly remindedAt: Instant | null;
  readonly waiting: Readonly<Record<PartyRole, number>>;
  readonly completed: number;
  readonly voided: number;
  readonly rows: readonly BoardRow[];
}

/** @throws AppError BATCH_UNKNOWN, TEMPLATE_NOT_LOADED */
export async function readBoard(
  ports: Pick<Ports, 'agreements' | 'batches' | 'templates'>,
  tenant: Tenant,
  batchId: string,
): Promise<Board> {
  const batch = await authorizeBatch(ports, tenant, batchId);
  const agreements = await ports.agreements.listOfBatch(batch.id);
  // Only what belongs to a row is handed on: a batch of thousands is read in one go.
  const related = agreements.filter((one) => one.accompanies !== null || displayReference(one) !== null);
  const byCase = Map.groupBy(related, (one) => one.accompanies ?? displayReference(one)?.agreementNumber ?? '');
  const rows = agreements
    .filter(({ accompanies }) => accompanies === null)
    .map((agreement) => toRow(agreement, batch.order, byCase.get(agreement.number)));
  const { pack, version, title, status, prefixSha256 } = summaryOf(templateFor(ports.templates, batch.template));
  const waitingFor = (role: PartyRole): number => rows.filter((row) => row.cells[role].state === 'turn').length;
  return {
    batchId: batch.id,
    name: batch.name,
    createdAt: batch.createdAt,
    progress: await readProgress(ports, tenant, batchId),
    template: { pack, version, title, status, prefixSha256 },
    annexTitle: batch.annexTitle,
    order: batch.order,
    invitedAt: batch.invitedAt,
    remindedAt: batch.remindedAt,
    waiting: { student: waitingFor('student'), guardian: waitingFor('guardian'), unit: waitingFor('unit'), school: waitingFor('school') },
    completed: batch.completed,
    voided: batch.voided,
    rows,
  };
}

export const listBatches = (ports: Pick<Ports, 'batches'>, tenant: Tenant): Promise<readonly BatchSummary[]> =>
  ports.batches.list(tenant.id);

/** @param others agreements of the same batch: consent forms, and amendments */
export function toRow(agreement: AgreementRecord, order: SigningOrder, others: readonly AgreementRecord[] = []): BoardRow {
  const fields = displayValues(agreement);
  const consent = agreement.consent === null ? undefined : others.find(({ number }) => number === agreement.consent);
  const documents = [agreement, ...(consent === undefined ? [] : [consent])];
  const state = stateOf(agreement, consent);
  const inTurn = new Set(documents.flatMap((one) => (one.state === 'signing' ? rolesInTurn(order, one.parties) : [])));
  const cell = (role: PartyRole): BoardRow['cells'][PartyRole] => {
    const own = documents.flatMap(({ parties }) => parties.filter((one) => one.role === role));
    const [first] = own;
    if (first === undefined) return { state: 'none', at: null };
    if (own.every(({ signedAt }) => signedAt !== null)) return { state: 'signed', at: own.at(-1)?.signedAt ?? null };
    return { state: inTurn.has(role) ? 'turn' : 'waiting', at: null };
  };
  const failed = documents.find((one) => one.state === 'failed');
  const reference = displayReference(agreement);
  return {
    agreementNumber: agreement.number,
    studentName: fields['studentName'] ?? '',
    studentNumber: fields['studentNumber'] ?? '',
    studentClass: fields['studentClass'] ?? '',
    unitName: fields['unitName'] ?? '',
    state,
    voided: agreement.state === 'voided' ? agreement.voiding : null,
    replaces: agreement.replaces,
    replacedBy: agreement.state === 'failed' ? agreement.replacedBy : null,
    consent: consent === undefined ? null : { agreementNumber: consent.number, state: consent.state },
    amends:
      reference === null || reference.kind === 'consent' ? null : { kind: reference.kind, agreementNumber: reference.agreementNumber },
    amendedBy: others.flatMap((one) => {
      const to = one.accompanies === null && one.state !== 'voided' ? displayReference(one) : null;
      return to === null || to.kind === 'consent' || to.agreementNumber !== agreement.number
        ? []
        : [{ kind: to.kind, agreementNumber: one.number, state: one.state }];
    }),
    objections: documents.flatMap(({ objections }) => objections),
    failure: failed?.state === 'failed' ? failed.failure : null,
    cells: { student: cell('student'), guardian: cell('guardian'), unit: cell('unit'), school: cell('school') },
    next: PARTY_ROLES.find((role) => inTurn.has(role)) ?? null,
  };
}

/** An agreement is no further than its consent form. */
function stateOf(agreement: AgreementRecord, consent: AgreementRecord | undefined): AgreementRecord['state'] {
  if (consent === undefined || agreement.state === 'voided' || agreement.state === 'failed') return agreement.state;
  return (
    (['failed', 'pending', 'declined', 'signing'] as const).find((state) => agreement.state === state || consent.state === state) ??
    agreement.state
  );
}
