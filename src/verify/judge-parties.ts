/** Judges the parties together: who has signed, in which order, with whose key, and whether the arrangement is lawful. */
import type { AgreementData } from '../agreement/agreement-data.ts';
import { DEFAULT_ORDER, PARTY_ZH, type PartyRole, REFERENCE_ZH, type SigningForm, type SigningOrder } from '../agreement/parties.ts';
import { checkStatutory } from '../agreement/rules.ts';
import { consentsApart, isMinorOn, needsGuardian, requiredRoles } from '../agreement/signatories.ts';
import { toHex } from '../bytes.ts';
import { beijingDateOf, beijingDateText, parseBeijingDate, parseRfc3339, startOfBeijingDate } from '../instant.ts';
import { type Finding, makeFinding } from './findings.ts';
import type { JudgedSignature } from './judge-signature.ts';

export interface JudgedParties {
  readonly findings: readonly Finding[];
  readonly missing: readonly PartyRole[];
}

export function judgeParties(form: SigningForm, data: AgreementData, signatures: readonly JudgedSignature[]): JudgedParties {
  const required = requiredRoles(form, data);
  const signed = signatures.map(({ report }) => report.party);
  const missing = required.filter((role) => !signed.includes(role));
  const findings = [
    ...judgeOrder(data.order ?? DEFAULT_ORDER, required, signatures),
    ...judgeKeys(signatures),
    ...judgeTimes(data, signatures),
    ...judgeGuardian(form, data, signatures),
  ];
  if (missing.length > 0) {
    const done = required.length - missing.length;
    findings.push(
      makeFinding('SIGNATURES_INCOMPLETE', { done, all: required.length, missing: missing.map((role) => PARTY_ZH[role]).join('、') }),
    );
  }
  for (const issue of checkStatutory(data.fields)) {
    if (issue.level !== 'tidied')
      findings.push(makeFinding(issue.level === 'error' ? 'STATUTE_VIOLATED' : 'STATUTE_DOUBTFUL', { reason: issue.zh }));
  }
  const { refersTo } = data;
  if (refersTo !== undefined)
    findings.push(makeFinding('REFERS_TO_AGREEMENT', { number: refersTo.agreementNumber, kind: REFERENCE_ZH[refersTo.kind] }));
  return { findings, missing };
}

/** In the order that the agreement itself names: a group begins when the one before has signed. */
function judgeOrder(order: SigningOrder, required: readonly PartyRole[], signatures: readonly JudgedSignature[]): Finding[] {
  return signatures.flatMap(({ revision, report: { party: role } }, i) => {
    const place = { revision, party: role };
    const before = signatures.slice(0, i).map(({ report }) => report.party);
    if (before.includes(role)) return [makeFinding('PARTY_SIGNED_TWICE', { party: PARTY_ZH[role] }, place)];
    const open = order.map((group) => group.filter((each) => required.includes(each) && !before.includes(each)));
    const inTurn = open.find((group) => group.length > 0)?.includes(role) ?? false;
    return inTurn ? [] : [makeFinding('PARTY_OUT_OF_ORDER', { party: PARTY_ZH[role] }, place)];
  });
}

/** A minor's guardian has agreed here, or has to elsewhere. @source 教职成〔2021〕4号第九条第一款；民法典第十九条、第一百四十五条 */
function judgeGuardian(form: SigningForm, data: AgreementData, signatures: readonly JudgedSignature[]): Finding[] {
  if (form.kind === 'consent') return [];
  if (consentsApart(form, data)) return [makeFinding('GUARDIAN_CONSENT_APART')];
  if (needsGuardian(data)) return [];
  return signatures.flatMap(({ at, provenAt, report, revision }) =>
    report.party === 'student' && isMinorOn(data.fields, beijingDateOf(provenAt ?? at))
      ? [makeFinding('SIGNED_AS_MINOR', {}, { revision, party: 'student' })]
      : [],
  );
}

/** One certificate and one key for each party. @source 电子签名法第十三条第一款（一） */
function judgeKeys(signatures: readonly JudgedSignature[]): Finding[] {
  const seen = new Set<string>();
  return signatures.flatMap(({ certificate, report, revision }) => {
    if (certificate === null) return [];
    const key = toHex(certificate.spki);
    const shared = seen.has(key);
    seen.add(key);
    return shared ? [makeFinding('CERTIFICATE_SHARED', { party: PARTY_ZH[report.party] }, { revision, party: report.party })] : [];
  });
}

function judgeTimes(data: AgreementData, signatures: readonly JudgedSignature[]): Finding[] {
  const findings: Finding[] = [];
  // Whatever ends an internship is signed while it lasts.
  const startsOn = data.refersTo?.kind === 'termination' ? undefined : parseBeijingDate(data.fields['startsOn'] ?? '');
  const someStamped = signatures.some(({ report }) => report.timestamp !== undefined);
  let last = 0;
  signatures.forEach(({ findings: own, provenAt, report, revision }) => {
    const place = { revision, party: report.party };
    const party = PARTY_ZH[report.party];
    if (someStamped && own.some(({ code }) => code === 'TIME_ONLY_CLAIMED'))
      findings.push(makeFinding('TIMESTAMP_MISSING', { party }, place));
    if (provenAt !== null) {
      if (provenAt < last) findings.push(makeFinding('TIMESTAMP_OUT_OF_ORDER', { party }, place));
      last = provenAt;
    }
    const signedAt = parseRfc3339(report.signedAt);
    if (startsOn !== undefined && signedAt !== undefined && signedAt >= startOfBeijingDate(startsOn)) {
      findings.push(makeFinding('SIGNED_AFTER_START', { party, startsOn: beijingDateText(startsOn) }, place));
    }
  });
  return findings;
}
