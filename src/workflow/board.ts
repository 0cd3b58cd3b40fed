/** The school's view of a batch: who has signed, who is next, what failed. */
import { PARTY_ROLES, type PartyRole, type SigningOrder } from '../agreement/parties.ts';
import type { Instant } from '../instant.ts';
import { authorizeBatch } from './authorize.ts';
import { type Progress, readProgress } from './generate-batch.ts';
import { summaryOf } from './list-templates.ts';
import { rolesInTurn } from './signing-order.ts';
import { displayValues, templateFor } from './stored-data.ts';
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
  const rows = agreements.map((agreement) => toRow(agreement, batch.order));
  const { pack, version, title, status, prefixSha256 } = summaryOf(templateFor(ports.templates, batch.template));
  const waitingFor = (role: PartyRole): number => rows.filter((row) => row.cells[role].state === 'turn').length;
  return {
    batchId: batch.id,
    name: batch.name,
    createdAt: batch.createdAt,
    progress: await readProgress(ports, tenant, batchId),
    template: { pack, version, title, status, prefixSha256 },
    annexTitle: batch.annexTitle,
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

export function toRow(agreement: AgreementRecord, order: SigningOrder): BoardRow {
  const fields = displayValues(agreement);
  const inTurn = agreement.state === 'signing' ? rolesInTurn(order, agreement.parties) : [];
  const cell = (role: PartyRole) => {
    const party = agreement.parties.find((one) => one.role === role);
    if (party === undefined) return { state: 'none' as const, at: null };
    if (party.signedAt !== null) return { state: 'signed' as const, at: party.signedAt };
    return { state: inTurn.includes(role) ? ('turn' as const) : ('waiting' as const), at: null };
  };
  return {
    agreementNumber: agreement.number,
    studentName: fields['studentName'] ?? '',
    studentNumber: fields['studentNumber'] ?? '',
    studentClass: fields['studentClass'] ?? '',
    unitName: fields['unitName'] ?? '',
    state: agreement.state,
    voided: agreement.state === 'voided' ? agreement.voiding : null,
    replaces: agreement.replaces,
    objections: agreement.objections,
    failure: agreement.state === 'failed' ? agreement.failure : null,
    cells: { student: cell('student'), guardian: cell('guardian'), unit: cell('unit'), school: cell('school') },
    next: PARTY_ROLES.find((role) => inTurn.includes(role)) ?? null,
  };
}
