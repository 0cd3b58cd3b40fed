/** A batch is opened from the rows of a roster that passed: one numbered agreement each, all on one template and one annex. */
import type { AgreementData } from '../agreement/agreement-data.ts';
import { parseAgreementFields } from '../agreement/agreement-fields.ts';
import { agreementNumberFrom } from '../agreement/agreement-number.ts';
import { issueText } from '../agreement/issues.ts';
import { DEFAULT_ORDER, type SigningOrder, sameOrder, toSigningOrder } from '../agreement/parties.ts';
import type { RosterResult } from '../agreement/roster.ts';
import { consentsApart } from '../agreement/signatories.ts';
import type { Sha256 } from '../digest.ts';
import { AppError } from '../errors.ts';
import type { LockedTemplate } from '../template/locked-template.ts';
import { acceptAnnex } from './accept-annex.ts';
import { authorizeRoster } from './authorize.ts';
import { assertInForce, chooseDefaultTemplate } from './choose-template.ts';
import { besideOfRow } from './consent-fields.ts';
import { requestGeneration } from './generate-batch.ts';
import { rangesOf, resultOf } from './import-roster.ts';
import { guardianToday, nameOf, withConsent } from './new-agreements.ts';
import { assertOwnSchool } from './own-school.ts';
import { makeId } from './secrets.ts';
import { templateFor } from './stored-data.ts';
import type { Batch, NewAgreement, RosterDraft, Tenant } from './stores.ts';
import type { Ports } from './workflow.ts';

/** What a person has looked at: rows that are held back, readings that have to be confirmed. */
export type Acknowledged = 'error' | 'confirm';

export interface BatchRequest {
  readonly rosterId: string;
  readonly name: string;
  readonly annex: { readonly title: string; readonly clauses: readonly string[] } | null;
  /** Every tier in which the roster has issues must be among them. */
  readonly acknowledged: readonly Acknowledged[];
  /** Student, guardian, unit, school when left out. */
  readonly order?: SigningOrder;
  /**
   * Whether everybody signs a 《知情同意书》 in the same ceremony. Where a guardian has to agree and the text has no place for it, it is made anyway.
   */
  readonly consent?: boolean;
  /** Which form of it, by the name of its pack; the usual one when left out. */
  readonly consentPack?: string;
  /** Where the code on the last page leads; without it there is none. */
  readonly verifyOrigin?: string;
}

/**
 * Opens the batch and queues its generation. A roster opens one batch: asked again, the first is returned.
 * @throws AppError ROSTER_UNKNOWN, ROSTER_HAS_NO_ROWS, ROSTER_HAS_BODY_TEXT, ROSTER_NOT_ACKNOWLEDGED, ROSTER_ROWS_NO_LONGER_FIT, ROSTER_ROWS_NEED_GUARDIAN,
 *   CONSENT_FORM_MISSING, CONSENT_FORM_UNFIT, TEMPLATE_NOT_FOUND, SIGNING_ORDER_MALFORMED, ANNEX_OVERRIDES_BODY, ANNEX_REFUSED,
 *   TEMPLATE_NOT_LOADED, TEMPLATE_NOT_IN_FORCE, SCHOOL_IS_ANOTHER
 */
export async function openBatch(
  ports: Pick<Ports, 'batches' | 'clock' | 'contacts' | 'jobs' | 'random' | 'rosters' | 'templates'>,
  tenant: Tenant,
  request: BatchRequest,
): Promise<{ readonly batchId: string }> {
  const draft = await authorizeRoster(ports, tenant, request.rosterId);
  if (draft.batch !== null) return { batchId: draft.batch };
  const template = templateOf(ports, draft);
  const result = resultOf(draft);
  assertNoBodyText(result);
  const looked = assertAcknowledged(result, request.acknowledged);
  const annex = request.annex === null ? null : acceptAnnex(request.annex);
  const order = orderOf(request.order);
  const wish = {
    wanted: request.consent === true ? ('wanted' as const) : ('where needed' as const),
    ...(request.consentPack === undefined ? {} : { pack: request.consentPack }),
  };
  const misfits: number[] = [];
  const unguarded: { readonly row: number; readonly minor: boolean }[] = [];
  const contacts = new Map<Sha256, string>();
  const agreements = result.rows.flatMap((row): readonly NewAgreement[] => {
    if (row.fields === undefined) return [];
    assertOwnSchool(tenant, row.fields);
    const beside = besideOfRow(template, row.fields);
    const own = Object.fromEntries(Object.entries(row.fields).filter(([key]) => !Object.hasOwn(beside, key)));
    const read = parseAgreementFields(own, template.fields);
    if (!read.ok) {
      misfits.push(row.row);
      return [];
    }
    const data: AgreementData = {
      schema: 'sanfang.agreement/1',
      stamping: 1,
      template: nameOf(template),
      agreementNumber: agreementNumberFrom(ports.random.bytes(13)),
      fields: read.fields,
      annex,
      ...guardianToday(read.fields, ports.clock.now()),
      ...(sameOrder(order, DEFAULT_ORDER) ? {} : { order }),
      ...(request.verifyOrigin === undefined ? {} : { verifyOrigin: request.verifyOrigin }),
    };
    const made = withConsent(ports, template, data, { ...wish, beside });
    if (made === null) unguarded.push({ row: row.row, minor: consentsApart(template, data) });
    for (const { role, signatoryKey } of made?.flatMap(({ parties }) => parties) ?? []) {
      const email = row.contacts?.[role];
      if (email !== undefined) contacts.set(signatoryKey, email);
    }
    return made ?? [];
  });
  if (misfits.length > 0) throw new AppError('ROSTER_ROWS_NO_LONGER_FIT', { rows: rangesOf(misfits) });
  if (unguarded.length > 0) throw guardianRefusal(unguarded);
  if (agreements.length === 0) throw new AppError('ROSTER_HAS_NO_ROWS');
  const createdAt = ports.clock.now();
  const batch: Batch = {
    id: makeId(ports.random),
    tenant: tenant.id,
    name: request.name,
    roster: draft.id,
    template: nameOf(template),
    annexTitle: annex?.title ?? null,
    order,
    createdAt,
  };
  const detail = { agreements: agreements.length, prefixSha256: template.prefixSha256, roster: draft.id, acknowledged: looked };
  const batchId = await ports.batches.open(batch, agreements, {
    tenant: tenant.id,
    at: createdAt,
    kind: 'BATCH_OPENED',
    subject: batch.id,
    detail,
  });
  const known = [...contacts].map(([signatoryKey, email]) => ({ signatoryKey, email }));
  await ports.contacts.put(tenant.id, known, createdAt);
  await requestGeneration(ports, tenant, batchId);
  return { batchId };
}

/** Leaving the box unticked helps those of age alone: a minor's guardian signs the consent form wherever the text has no place for it. */
function guardianRefusal(unguarded: readonly { readonly row: number; readonly minor: boolean }[]): AppError {
  const minors = unguarded.filter(({ minor }) => minor).map(({ row }) => row);
  const otherwise =
    minors.length === 0
      ? '，或者不勾“同时签《知情同意书》”，另行取得纸质同意书'
      : `；其中第 ${rangesOf(minors)} 行的学生未满 18 周岁，不勾也要由监护人签，一时补不齐的请先从名册里去掉，以后另开一批`;
  return new AppError('ROSTER_ROWS_NEED_GUARDIAN', { rows: rangesOf(unguarded.map(({ row }) => row)), otherwise });
}

/** The text that the roster was read for, if it may still be used. */
function templateOf(ports: Pick<Ports, 'clock' | 'templates'>, draft: RosterDraft): LockedTemplate {
  const now = ports.clock.now();
  if (draft.template === null) return chooseDefaultTemplate(ports.templates, now);
  const template = templateFor(ports.templates, draft.template);
  assertInForce(template, now);
  return template;
}

const TIER_ZH = { error: '必须改（先不生成的行）', confirm: '请确认' } as const;

/**
 * How many issues of each tier a person took note of, for the audit log.
 * @throws AppError ROSTER_NOT_ACKNOWLEDGED (`what`)
 */
function assertAcknowledged(result: RosterResult, acknowledged: readonly Acknowledged[]): Readonly<Record<Acknowledged, number>> {
  const issues = [...result.issues, ...result.rows.flatMap((row) => row.issues)];
  const countOf = (level: Acknowledged): number => issues.filter((issue) => issue.level === level).length;
  const counts = { error: countOf('error'), confirm: countOf('confirm') };
  const open = (['error', 'confirm'] as const).filter((level) => counts[level] > 0 && !acknowledged.includes(level));
  if (open.length === 0) return counts;
  throw new AppError('ROSTER_NOT_ACKNOWLEDGED', { what: open.map((level) => `“${TIER_ZH[level]}”${counts[level]} 处`).join('、') });
}

/** @throws AppError SIGNING_ORDER_MALFORMED */
function orderOf(asked: SigningOrder = DEFAULT_ORDER): SigningOrder {
  const order = toSigningOrder(asked);
  if (order === undefined) throw new AppError('SIGNING_ORDER_MALFORMED');
  return order;
}

/** A column that carries clauses is no oversight: the roster is refused, not read without it. */
function assertNoBodyText(result: RosterResult): void {
  const issue = result.issues.find(({ code }) => code === 'ROSTER_COLUMN_IS_BODY_TEXT' || code === 'ROSTER_BATCH_LABEL_IS_BODY_TEXT');
  if (issue !== undefined) throw new AppError('ROSTER_HAS_BODY_TEXT', { problem: issueText(issue) });
}
