/** Extension and termination: an agreement of its own that refers to the one that all have signed, and is signed by all again. */
import type { AgreementData, AmendmentKind } from '../agreement/agreement-data.ts';
import { AMENDMENT_REASON_MAX } from '../agreement/agreement-data.ts';
import { dateIn } from '../agreement/agreement-fields.ts';
import { agreementNumberFrom } from '../agreement/agreement-number.ts';
import { dateFromDayNumber, dayNumber } from '../agreement/calendar.ts';
import { characterProblem, lengthInCharacters } from '../agreement/characters.ts';
import { reasonOverridesBody } from '../agreement/clause-override.ts';
import { REFERENCE_ZH } from '../agreement/parties.ts';
import { AppError } from '../errors.ts';
import { beijingDateText, parseBeijingDate } from '../instant.ts';
import { authorizeAgreement } from './authorize.ts';
import { assertInForce } from './choose-template.ts';
import { makeWith, wishOf } from './end-agreement.ts';
import { requestGeneration } from './generate-batch.ts';
import { dataOf, displayReference, templateFor } from './stored-data.ts';
import type { AgreementRecord, Tenant } from './stores.ts';
import type { Ports } from './workflow.ts';

export interface AmendmentRequest {
  readonly kind: AmendmentKind;
  /** The new last day: later than the old one for an extension, not later for a termination. */
  readonly endsOn: string;
  readonly reason: string;
}

/**
 * Issues the amendment, whose generation is queued. An extension runs from the day after the old last day; a termination keeps the first day.
 * @throws AppError AGREEMENT_UNKNOWN, AMENDMENT_NOT_POSSIBLE (`why`), AMENDMENT_REFUSED (`problem`), REISSUE_VALUES_REFUSED, CONSENT_FORM_MISSING,
 *   TEMPLATE_NOT_LOADED, TEMPLATE_NOT_IN_FORCE
 */
export async function amendAgreement(
  ports: Pick<Ports, 'agreements' | 'batches' | 'clock' | 'jobs' | 'random' | 'templates'>,
  tenant: Tenant,
  number: string,
  request: AmendmentRequest,
): Promise<{ readonly agreementNumber: string; readonly batchId: string }> {
  const agreement = await authorizeAgreement(ports, tenant, number);
  const others = await ports.agreements.listOfBatch(agreement.batch);
  const why = whyNot(agreement, others);
  if (why !== undefined || agreement.state !== 'completed') throw new AppError('AMENDMENT_NOT_POSSIBLE', { why: why ?? '还没有签完' });
  const old = dataOf(agreement, ports.templates);
  const template = templateFor(ports.templates, old.template);
  assertInForce(template, ports.clock.now());
  const { kind } = request;
  const { guardianSigns: _, ...rest } = old;
  const agreementNumber = agreementNumberFrom(ports.random.bytes(13));
  const data: AgreementData = {
    ...rest,
    agreementNumber,
    annex: kind === 'extension' ? old.annex : null,
    refersTo: { kind, agreementNumber: number, sha256: agreement.head.sha256, reason: reasonOf(request) },
  };
  const wish = await wishOf(ports, kind === 'extension' ? agreement.consent : null);
  const made = makeWith(ports, tenant, template, data, datesOf(old, request), wish);
  const at = ports.clock.now();
  const detail = { kind, amends: number, sha256: agreement.head.sha256 };
  const event = { tenant: tenant.id, at, kind: 'AGREEMENT_AMENDED', subject: agreementNumber, detail };
  await ports.agreements.add({ id: agreement.batch, tenant: tenant.id }, made, event);
  await requestGeneration(ports, tenant, agreement.batch);
  return { agreementNumber, batchId: agreement.batch };
}

function whyNot(agreement: AgreementRecord, others: readonly AgreementRecord[]): string | undefined {
  if (agreement.accompanies !== null) return '是随协议一起签的知情同意书';
  if (agreement.state === 'voided') return '已经作废';
  if (agreement.state !== 'completed') return '还没有签完';
  if (displayReference(agreement)?.kind === 'termination') return '本身就是解除协议';
  const later = others.find(
    (one) => one.state !== 'voided' && one.accompanies === null && displayReference(one)?.agreementNumber === agreement.number,
  );
  const kind = later && displayReference(later)?.kind;
  return later === undefined || kind === undefined ? undefined : `已经有一份${REFERENCE_ZH[kind]}（编号 ${later.number}）`;
}

const refuse = (problem: string): AppError => new AppError('AMENDMENT_REFUSED', { problem });

function reasonOf({ kind, reason }: AmendmentRequest): string {
  const text = reason.trim().normalize('NFC');
  if (text === '') throw refuse('没有写原因。');
  if (characterProblem(text) !== undefined) throw refuse('原因里有不能用的字符，只写一段普通文字。');
  if (lengthInCharacters(text) > AMENDMENT_REASON_MAX) throw refuse(`原因最多 ${AMENDMENT_REASON_MAX} 个字。`);
  if (reasonOverridesBody(kind, text)) throw refuse('原因里写有改动协议正文的话，正文不得删改，只写为什么延期或解除。');
  return text;
}

function datesOf(old: AgreementData, { kind, endsOn }: AmendmentRequest): Readonly<Record<string, string>> {
  const last = parseBeijingDate(endsOn);
  if (last === undefined) throw refuse('没有选好日期。');
  const [startedOn, endedOn] = [dateIn(old.fields, 'startsOn'), dateIn(old.fields, 'endsOn')];
  if (kind === 'extension') {
    if (last <= endedOn) throw refuse(`新的结束日期要晚于原来的结束日期（${beijingDateText(endedOn)}）。`);
    return { startsOn: dateFromDayNumber(dayNumber(endedOn) + 1) ?? endedOn, endsOn };
  }
  if (last < startedOn || last > endedOn)
    throw refuse(`解除日期要在原来的实习期限（${beijingDateText(startedOn)}至${beijingDateText(endedOn)}）之内。`);
  return { endsOn };
}
