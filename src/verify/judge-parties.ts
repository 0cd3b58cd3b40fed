/** Judges the parties together: who has signed, in which order, with whose key, and whether the arrangement is lawful. */
import type { AgreementData } from '../agreement/agreement-data.ts';
import { PARTY_ZH, type PartyRole } from '../agreement/parties.ts';
import { checkStatutory } from '../agreement/rules.ts';
import { requiredRoles } from '../agreement/signatories.ts';
import { toHex } from '../bytes.ts';
import { beijingDateText, parseBeijingDate, parseRfc3339, startOfBeijingDate } from '../instant.ts';
import { type Finding, makeFinding } from './findings.ts';
import type { JudgedSignature } from './judge-signature.ts';

export interface JudgedParties {
  readonly findings: readonly Finding[];
  readonly missing: readonly PartyRole[];
}

export function judgeParties(data: AgreementData, signatures: readonly JudgedSignature[]): JudgedParties {
  const required = requiredRoles(data.fields);
  const signed = signatures.map((signature) => signature.report.party);
  const missing = required.filter((role) => !signed.includes(role));
  const findings = [...judgeOrder(required, signed), ...judgeKeys(signatures), ...judgeTimes(data, signatures)];
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
  return { findings, missing };
}

function judgeOrder(required: readonly PartyRole[], signed: readonly PartyRole[]): Finding[] {
  return signed.flatMap((role, i) => {
    const place = { revision: i + 1, party: role };
    if (signed.indexOf(role) !== i) return [makeFinding('PARTY_SIGNED_TWICE', { party: PARTY_ZH[role] }, place)];
    return required[i] === role ? [] : [makeFinding('PARTY_OUT_OF_ORDER', { party: PARTY_ZH[role] }, place)];
  });
}

/** One certificate and one key for each party. @source 电子签名法第十三条第一款（一） */
function judgeKeys(signatures: readonly JudgedSignature[]): Finding[] {
  const seen = new Set<string>();
  return signatures.flatMap(({ certificate, report }, i) => {
    if (certificate === null) return [];
    const key = toHex(certificate.spki);
    const shared = seen.has(key);
    seen.add(key);
    return shared ? [makeFinding('CERTIFICATE_SHARED', { party: PARTY_ZH[report.party] }, { revision: i + 1, party: report.party })] : [];
  });
}

function judgeTimes(data: AgreementData, signatures: readonly JudgedSignature[]): Finding[] {
  const findings: Finding[] = [];
  const startsOn = parseBeijingDate(data.fields['startsOn'] ?? '');
  const someStamped = signatures.some(({ report }) => report.timestamp !== undefined);
  let last = 0;
  signatures.forEach(({ findings: own, provenAt, report }, i) => {
    const place = { revision: i + 1, party: report.party };
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
