/** Compares what an evidence file says of proving identity, agreeing and signing with the chained entries that were written at the time. */
import type { Evidence } from '../agreement/evidence.ts';
import { toCanonicalJson } from '../canonical-json.ts';
import { toRfc3339 } from '../instant.ts';

type Party = Evidence['parties'][number];
type Entry = Evidence['audit']['entries'][number];

/** Whether every proof, consent and signature is the very one that an entry tells of, and no proof is kept back. */
export const agreesWithEntries = ({ agreementNumber, parties, revisions, audit }: Evidence): boolean =>
  parties.every((party) => {
    const own = audit.entries.filter(({ subject, detail }) => subject === agreementNumber && detail['role'] === party.role);
    return hasProofs(party, audit.entries) && hasConsent(party, own) && hasSignature(party, revisions, own);
  });

function hasProofs({ invitations, identityProofs }: Party, entries: readonly Entry[]): boolean {
  const ceremonies = new Set(invitations.map(({ ceremony }) => ceremony));
  const told = entries
    .filter(({ kind, subject }) => kind === 'IDENTITY_PROVED' && ceremonies.has(subject))
    .map(({ at, subject: ceremony, detail: { method = '', from = '', device = '' } }) => ({
      at: toRfc3339(at),
      ceremony,
      device,
      from,
      method,
    }));
  return toCanonicalJson(told) === toCanonicalJson(identityProofs.map((proof) => ({ ...proof })));
}

/** A consent that was never kept is not made up here. */
function hasConsent({ signature }: Party, own: readonly Entry[]): boolean {
  if (signature === null || signature.consent === null) return true;
  const { at, ...told } = { ...signature.consent, ceremony: signature.ceremony };
  return own.some(
    ({ kind, at: givenAt, detail }) =>
      kind === 'CONSENT_GIVEN' && toRfc3339(givenAt) === at && Object.entries(told).every(([key, value]) => detail[key] === value),
  );
}

function hasSignature({ signature }: Party, revisions: Evidence['revisions'], own: readonly Entry[]): boolean {
  if (signature === null) return !own.some(({ kind }) => kind === 'AGREEMENT_SIGNED');
  const sha256 = revisions.find(({ number }) => number === signature.revision)?.sha256;
  return own.some(
    ({ kind, detail }) => kind === 'AGREEMENT_SIGNED' && detail['sha256'] === sha256 && detail['ceremony'] === signature.ceremony,
  );
}
