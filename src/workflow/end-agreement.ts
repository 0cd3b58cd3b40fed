/** The school takes an agreement back, issues one with other values in its place, or closes what was objected to. */
import type { AgreementData } from '../agreement/agreement-data.ts';
import { parseAgreementFields } from '../agreement/agreement-fields.ts';
import { agreementNumberFrom } from '../agreement/agreement-number.ts';
import { ENDS_CONCLUDED, type VoidReason } from '../agreement/endings.ts';
import { type Issue, issueText, makeIssue } from '../agreement/issues.ts';
import { checkStatutory } from '../agreement/rules.ts';
import type { Json } from '../canonical-json.ts';
import { AppError } from '../errors.ts';
import type { LockedTemplate } from '../template/locked-template.ts';
import { authorizeAgreement, voidedRefusal } from './authorize.ts';
import { assertInForce, listConsentForms } from './choose-template.ts';
import { besideOfForm } from './consent-fields.ts';
import { requestGeneration } from './generate-batch.ts';
import { type ConsentWish, guardianToday, withConsent } from './new-agreements.ts';
import { assertOwnSchool } from './own-school.ts';
import { dataOf, templateFor } from './stored-data.ts';
import type { AgreementRecord, AuditEvent, FailedAgreement, NewAgreement, OpenAgreement, Tenant } from './stores.ts';
import type { Ports } from './workflow.ts';

export interface VoidRequest {
  readonly reason: VoidReason;
  /** For the school's own board. */
  readonly message: string;
}

type EndPorts = Pick<Ports, 'agreements' | 'clock' | 'endings'>;

/**
 * What can be taken back: generated, not yet voided; one that all have signed only by agreement of all.
 * @throws AppError AGREEMENT_NOT_READY, AGREEMENT_VOIDED, AGREEMENT_CONCLUDED
 */
function assertVoidable(agreement: AgreementRecord, reason: VoidReason): asserts agreement is OpenAgreement {
  if (agreement.state === 'pending' || agreement.state === 'failed') throw new AppError('AGREEMENT_NOT_READY');
  if (agreement.state === 'voided') throw voidedRefusal(agreement);
  if (agreement.state === 'completed' && reason !== ENDS_CONCLUDED) throw new AppError('AGREEMENT_CONCLUDED');
}

function voidedEvent(ports: Pick<Ports, 'clock'>, agreement: OpenAgreement, reason: VoidReason, replacedBy: string | null): AuditEvent {
  const signed = agreement.parties.filter(({ signedAt }) => signedAt !== null).map(({ role }) => role);
  const detail: { readonly [key: string]: Json } = {
    reason,
    signed,
    revision: agreement.head.number,
    sha256: agreement.head.sha256,
    replacedBy,
  };
  return { tenant: agreement.tenant, at: ports.clock.now(), kind: 'AGREEMENT_VOIDED', subject: agreement.number, detail };
}

async function store(
  ports: EndPorts,
  agreement: OpenAgreement,
  request: VoidRequest,
  replacement: readonly NewAgreement[],
  events: readonly AuditEvent[],
): Promise<void> {
  const voiding = { ...request, at: ports.clock.now() };
  const outcome = await ports.endings.void(agreement.number, agreement.head, voiding, replacement, events);
  if (outcome === 'moved') throw new AppError('AGREEMENT_MOVED');
}

/**
 * The file, every revision and every signature stay; links end at once.
 * @throws AppError AGREEMENT_UNKNOWN, AGREEMENT_NOT_READY, AGREEMENT_VOIDED, AGREEMENT_CONCLUDED, AGREEMENT_MOVED
 */
export async function voidAgreement(ports: EndPorts, tenant: Tenant, number: string, request: VoidRequest): Promise<void> {
  const agreement = await authorizeAgreement(ports, tenant, number);
  if (agreement.accompanies !== null) throw new AppError('CONSENT_GOES_WITH_AGREEMENT', { number: agreement.accompanies });
  assertVoidable(agreement, request.reason);
  await store(ports, agreement, request, [], [voidedEvent(ports, agreement, request.reason, null)]);
}

/**
 * Voids the agreement and issues one under a new number with other values, on the same text and annex; everybody signs anew. One that could not
 * be made is replaced in the same way.
 * @param values by key of the blank: the ones that change; an empty value empties an optional blank
 * @returns the new number, whose generation is queued
 * @throws AppError as `voidAgreement`; REISSUE_UNCHANGED, REISSUE_VALUES_REFUSED, TEMPLATE_NOT_LOADED, TEMPLATE_NOT_IN_FORCE, CONSENT_FORM_MISSING,
 *   SCHOOL_IS_ANOTHER
 */
export async function reissueAgreement(
  ports: EndPorts & Pick<Ports, 'batches' | 'jobs' | 'random' | 'templates'>,
  tenant: Tenant,
  number: string,
  request: VoidRequest & { readonly values: Readonly<Record<string, string>> },
): Promise<{ readonly agreementNumber: string; readonly batchId: string }> {
  const agreement = await authorizeAgreement(ports, tenant, number);
  const { reason, message, values } = request;
  assertReplaceable(agreement, reason);
  const old = dataOf(agreement, ports.templates);
  const template = templateFor(ports.templates, old.template);
  assertInForce(template, ports.clock.now());
  const changed = Object.keys(values).filter((key) => (old.fields[key] ?? '') !== values[key]);
  if (changed.length === 0) throw new AppError('REISSUE_UNCHANGED');
  const { guardianSigns: _, ...rest } = old;
  const agreementNumber = agreementNumberFrom(ports.random.bytes(13));
  const made = makeWith(ports, tenant, template, { ...rest, agreementNumber }, values, await wishOf(ports, agreement.consent));
  const issued = {
    tenant: agreement.tenant,
    at: ports.clock.now(),
    kind: 'AGREEMENT_REISSUED',
    subject: agreementNumber,
    detail: { replaces: number, changed, reason },
  };
  if (agreement.state === 'failed') {
    const voiding = { reason, message, at: ports.clock.now() };
    if ((await ports.endings.void(number, null, voiding, made, [issued])) === 'moved') throw new AppError('AGREEMENT_MOVED');
  } else {
    const events = [voidedEvent(ports, agreement, reason, agreementNumber), issued];
    await store(ports, agreement, { reason, message }, made, events);
  }
  await requestGeneration(ports, tenant, agreement.batch);
  return { agreementNumber, batchId: agreement.batch };
}

/** @throws AppError as `voidAgreement`; CONSENT_GOES_WITH_AGREEMENT */
function assertReplaceable(agreement: AgreementRecord, reason: VoidReason): asserts agreement is OpenAgreement | FailedAgreement {
  if (agreement.accompanies !== null) throw new AppError('CONSENT_GOES_WITH_AGREEMENT', { number: agreement.accompanies });
  if (agreement.state === 'failed' && agreement.replacedBy === null) return;
  assertVoidable(agreement, reason);
}

/** The consent form that an agreement had, to be made again with what stood in it; where that pack is no longer in force, the usual one. */
export async function wishOf(ports: Pick<Ports, 'agreements' | 'clock' | 'templates'>, consent: string | null): Promise<ConsentWish> {
  const before = consent === null ? undefined : await ports.agreements.find(consent);
  if (before === undefined) return { wanted: 'where needed', beside: {} };
  const data = dataOf(before, ports.templates);
  const { pack } = data.template;
  const usable = listConsentForms(ports.templates, ports.clock.now()).some((form) => form.pack === pack);
  const beside = besideOfForm(templateFor(ports.templates, data.template), data);
  return { wanted: 'wanted', beside, ...(usable ? { pack } : {}) };
}

/**
 * An agreement with other values, and its consent form where there was one or a guardian has to agree elsewhere.
 * @throws AppError REISSUE_VALUES_REFUSED, SCHOOL_IS_ANOTHER, CONSENT_FORM_MISSING, CONSENT_FORM_UNFIT
 */
export function makeWith(
  ports: Pick<Ports, 'clock' | 'random' | 'templates'>,
  tenant: Tenant,
  template: LockedTemplate,
  old: AgreementData,
  values: Readonly<Record<string, string>>,
  wish: ConsentWish,
): readonly NewAgreement[] {
  const wanted = Object.fromEntries(Object.entries({ ...old.fields, ...values }).filter(([, value]) => value !== ''));
  const read = parseAgreementFields(wanted, template.fields);
  if (!read.ok) throw refused(read.issues);
  const unlawful = checkStatutory(read.fields).filter(({ level }) => level === 'error');
  if (unlawful.length > 0) throw refused(unlawful);
  assertOwnSchool(tenant, read.fields);
  const data = { ...old, fields: read.fields, ...guardianToday(read.fields, ports.clock.now()) };
  const made = withConsent(ports, template, data, wish);
  if (made === null) throw refused([makeIssue('GUARDIAN_MISSING', 'guardianName', { label: '监护人（或家长）姓名' })]);
  return made;
}

const refused = (issues: readonly Issue[]): AppError =>
  new AppError('REISSUE_VALUES_REFUSED', { problems: issues.map(issueText).join('') });

/** The school has talked with whoever objected: signing goes on, and nobody has to sign. @throws AppError AGREEMENT_UNKNOWN */
export async function closeObjections(ports: EndPorts, tenant: Tenant, number: string): Promise<void> {
  const agreement = await authorizeAgreement(ports, tenant, number);
  const at = ports.clock.now();
  const detail = { closed: agreement.objections.length };
  const event = { tenant: tenant.id, at, kind: 'OBJECTIONS_CLOSED', subject: number, detail };
  await ports.endings.close(number, null, 'school', at, event);
}
