/** Judges whether the template might be used when the agreement came about: at the last signature. */
import { PARTY_ZH } from '../agreement/parties.ts';
import { beijingDateOf, beijingDateText, type Instant, parseRfc3339 } from '../instant.ts';
import { inForceText, standingOn } from '../template/in-force.ts';
import type { LockedTemplate } from '../template/locked-template.ts';
import { type Finding, makeFinding } from './findings.ts';
import type { JudgedSignature } from './judge-signature.ts';

/**
 * A superseded version stays good for ever for what was signed while it was in force; so does a withdrawn one.
 * @param signatures in the order of the file; without any there is nothing to judge yet
 * @source 民法典第四百九十条: an agreement in writing comes about when the last party signs
 */
export function judgeStandingAtSigning(
  { pack, version, inForce }: Pick<LockedTemplate, 'pack' | 'version' | 'inForce'>,
  signatures: readonly JudgedSignature[],
  checkedAt: Instant,
): Finding[] {
  const last = signatures.at(-1);
  if (last === undefined) return [];
  const signedAt = last.provenAt ?? parseRfc3339(last.report.signedAt);
  if (signedAt === undefined) throw new Error('a report without a time');
  const signedOn = beijingDateOf(signedAt);
  const place = { revision: signatures.length, party: last.report.party };
  const params = { pack, version, signedOn: beijingDateText(signedOn), terms: inForceText(inForce), party: PARTY_ZH[last.report.party] };
  const standing = standingOn(inForce, signedOn);
  if (standing === 'withdrawn') return [makeFinding('TEMPLATE_WITHDRAWN', params, place)];
  if (standing !== 'inForce') return [makeFinding('TEMPLATE_NOT_IN_FORCE', params, place)];
  // A claimed time could have been set back to before the end.
  if (last.provenAt === null && standingOn(inForce, beijingDateOf(checkedAt)) !== 'inForce')
    return [makeFinding('TEMPLATE_TIME_NOT_PROVEN', params, place)];
  return [];
}
