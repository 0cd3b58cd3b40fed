/** The school takes an agreement back, issues one with other values in its place, or closes what was objected to. */
import { type AgreementData, printAgreementData } from '../agreement/agreement-data.ts';
import { parseAgreementFields } from '../agreement/agreement-fields.ts';
import { agreementNumberFrom } from '../agreement/agreement-number.ts';
import { ENDS_CONCLUDED, type VoidReason } from '../agreement/endings.ts';
import { type Issue, issueText } from '../agreement/issues.ts';
import type { SigningForm } from '../agreement/parties.ts';
import { checkStatutory } from '../agreement/rules.ts';
import { requiredRoles, signatoryOf } from '../agreement/signatories.ts';
import { toUtf8 } from '../bytes.ts';
import type { Json } from '../canonical-json.ts';
import { AppError } from '../errors.ts';
import { authorizeAgreement, voidedRefusal } from './authorize.ts';
import { assertInForce } from './choose-template.ts';
import { requestGeneration } from './generate-batch.ts';
import { signatoryKeyOf } from './signatory-key.ts';
import { dataOf, templateFor } from './stored-data.ts';
import type { AgreementRecord, AuditEvent, NewAgreement, OpenAgreement, Tenant } from './stores.ts';
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
  replacement: NewAgreement | null,
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
  assertVoidable(agreement, request.reason);
  await store(ports, agreement, request, null, [voidedEvent(ports, agreement, request.reason, null)]);
}

/**
 * Voids the agreement and issues one under a new number with other values, on the same text and annex; everybody signs anew.
 * @param values by key of the blank: the ones that change; an empty value empties an optional blank
 * @returns the new number, whose generation is queued
 * @throws AppError as `voidAgreement`; REISSUE_UNCHANGED, REISSUE_VALUES_REFUSED, TEMPLATE_NOT_LOADED, TEMPLATE_NOT_IN_FORCE
 */
export async function reissueAgreement(
  ports: EndPorts & Pick<Ports, 'batches' | 'jobs' | 'random' | 'templates'>,
  tenant: Tenant,
  number: string,
  request: VoidRequest & { readonly values: Readonly<Record<string, string>> },
): Promise<{ readonly agreementNumber: string; readonly batchId: string }> {
  const agreement = await authorizeAgreement(ports, tenant, number);
  const { reason, message, values } = request;
  assertVoidable(agreement, reason);
  const old = dataOf(agreement, ports.templates);
  const template = templateFor(ports.templates, old.template);
  assertInForce(template, ports.clock.now());
  const changed = Object.keys(values).filter((key) => (old.fields[key] ?? '') !== values[key]);
  if (changed.length === 0) throw new AppError('REISSUE_UNCHANGED');
  const wanted = Object.fromEntries(Object.entries({ ...old.fields, ...values }).filter(([, value]) => value !== ''));
  const read = parseAgreementFields(wanted, template.fields);
  if (!read.ok) throw refused(read.issues);
  const unlawful = checkStatutory(read.fields).filter(({ level }) => level === 'error');
  if (unlawful.length > 0) throw refused(unlawful);
  const data: AgreementData = { ...old, agreementNumber: agreementNumberFrom(ports.random.bytes(13)), fields: read.fields };
  const { agreementNumber } = data;
  const issued = {
    tenant: agreement.tenant,
    at: ports.clock.now(),
    kind: 'AGREEMENT_REISSUED',
    subject: agreementNumber,
    detail: { replaces: number, changed, reason },
  };
  const events = [voidedEvent(ports, agreement, reason, agreementNumber), issued];
  await store(ports, agreement, { reason, message }, toNewAgreement(template, data), events);
  await requestGeneration(ports, tenant, agreement.batch);
  return { agreementNumber, batchId: agreement.batch };
}

const refused = (issues: readonly Issue[]): AppError =>
  new AppError('REISSUE_VALUES_REFUSED', { problems: issues.map(issueText).join('') });

/** Canonical text and the parties that must sign it. */
export const toNewAgreement = (form: SigningForm, data: AgreementData): NewAgreement => ({
  number: data.agreementNumber,
  dataText: toUtf8(printAgreementData(data)),
  parties: requiredRoles(form, data).map((role) => ({ role, signatoryKey: signatoryKeyOf(signatoryOf(data.fields, role)) })),
});

/** The school has talked with whoever objected: signing goes on, and nobody has to sign. @throws AppError AGREEMENT_UNKNOWN */
export async function closeObjections(ports: EndPorts, tenant: Tenant, number: string): Promise<void> {
  const agreement = await authorizeAgreement(ports, tenant, number);
  const at = ports.clock.now();
  const detail = { closed: agreement.objections.length };
  const event = { tenant: tenant.id, at, kind: 'OBJECTIONS_CLOSED', subject: number, detail };
  await ports.endings.close(number, null, 'school', at, event);
}
