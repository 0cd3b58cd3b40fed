/** Unattended signing: a job signs every agreement of a batch whose turn is the school's, each by itself, never twice, and goes on where it stopped. */
import { fromBase64, fromUtf8 } from '../bytes.ts';
import { sha256Hex } from '../digest.ts';
import { AppError } from '../errors.ts';
import { toInstant } from '../instant.ts';
import { parseCertificate } from '../pki/certificate.ts';
import { hasPlatformProfile } from '../pki/holder.ts';
import type { RefusalCode } from '../refusals.ts';
import { finishFor } from './finish-signature.ts';
import { chooseSeal } from './organisation-seal.ts';
import { acceptCertificate, judgeChain, saveCertificate } from './present-certificate.ts';
import { makeId } from './secrets.ts';
import { rolesInTurn } from './signing-order.ts';
import { startFor } from './start-signature.ts';
import type { KeyRun, OrganisationKey } from './stores/signer.ts';
import type { AgreementRecord, Ceremony, IssuedAgreement, JobClaim } from './stores.ts';
import type { Ports } from './workflow.ts';

const LEASE_MS = 30_000;

export type KeyRunPorts = Pick<
  Ports,
  | 'agreements'
  | 'audit'
  | 'batches'
  | 'blobs'
  | 'ceremonies'
  | 'clock'
  | 'jobs'
  | 'keeper'
  | 'organisationKeys'
  | 'preparedLastsMs'
  | 'random'
  | 'revocation'
  | 'seals'
  | 'signings'
  | 'templates'
  | 'timestamps'
  | 'trustAnchors'
>;

/** After these the whole run stops until a person has done something; unlocking starts it again. */
const STOPS: ReadonlySet<RefusalCode> = new Set([
  'KEY_LOCKED',
  'KEY_UNAVAILABLE',
  'CERTIFICATE_OUT_OF_DATE',
  'CERTIFICATE_IS_REVOKED',
  'CERTIFICATE_NOT_TRUSTED',
  'CERTIFICATE_NOT_FOR_SIGNING',
  'CERTIFICATE_OF_ANOTHER',
  'TERMS_CHANGED',
  'SEAL_IMAGE_MISSING',
]);

/** @returns `false`: another worker took over. @throws AppError of a service that could not be reached, for whoever retries */
export async function signWithKey(ports: KeyRunPorts, claim: JobClaim): Promise<boolean> {
  const run = await ports.organisationKeys.findRun(claim.subject);
  const key = run && (await ports.organisationKeys.find(run.key));
  const batch = run && (await ports.batches.find(run.batch));
  if (run === undefined || key === undefined || batch === undefined || run.endedAt !== null) return true;
  const certificates = new Map<string, string>();
  let trouble: string | null = null;
  let renewedAt = ports.clock.now();
  for (const { number } of await ports.agreements.listOfBatch(run.batch)) {
    const now = ports.clock.now();
    if (now - renewedAt > LEASE_MS / 3) {
      if (!(await ports.jobs.renew(claim, toInstant(now + LEASE_MS)))) return false;
      renewedAt = now;
    }
    // Read again: somebody may have signed, declined or voided since.
    const agreement = await ports.agreements.find(number);
    if (agreement === undefined || !isSigning(agreement) || !rolesInTurn(batch.order, agreement.parties).includes('school')) continue;
    if (await isOver(ports, run)) return true;
    try {
      await signOne(ports, run, key, agreement, certificates);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      trouble = error.code;
      await ports.organisationKeys.noteRun(run.id, error.code);
      if (STOPS.has(error.code)) return true;
      if (error.status === 503) throw error;
    }
    await new Promise(setImmediate);
  }
  if (trouble === null) await ports.organisationKeys.noteRun(run.id, null);
  return true;
}

/** Somebody may have stopped it, or removed its key, since the last signature. */
const isOver = async ({ organisationKeys }: Pick<KeyRunPorts, 'organisationKeys'>, { id }: KeyRun): Promise<boolean> =>
  (await organisationKeys.findRun(id))?.endedAt !== null;

const isSigning = (agreement: AgreementRecord): agreement is IssuedAgreement => agreement.state === 'signing';

async function signOne(
  ports: KeyRunPorts,
  run: KeyRun,
  key: OrganisationKey,
  agreement: IssuedAgreement,
  certificates: Map<string, string>,
): Promise<void> {
  if (ports.keeper.unlockedUntil(key.id) === null) throw new AppError('KEY_LOCKED');
  const ceremony = await ceremonyFor(ports, run, agreement);
  const certificateId =
    certificates.get(ceremony.id) ?? (await saveCertificate(ports, ceremony, await chainFor(ports, key, agreement, ceremony), 'server'));
  certificates.set(ceremony.id, certificateId);
  const wish = { png: null, diameterMm: null };
  const seal = run.seal === 'own' ? await chooseSeal(ports, ceremony, agreement, wish, run.visitor) : null;
  const request = { agreementNumber: agreement.number, certificateId, ink: null, seal, termsSha256: run.termsSha256 };
  const started = await startFor(ports, ceremony, request, run.visitor);
  const attributes = fromBase64(started.signedAttributes);
  // Logged before it happens: a use that is not in the log cannot be.
  await ports.audit.append({
    tenant: run.tenant,
    at: ports.clock.now(),
    kind: 'ORGANISATION_KEY_USED',
    subject: agreement.number,
    detail: { key: key.id, run: run.id, operator: run.operator, documentSha256: started.digestSha256, signedSha256: sha256Hex(attributes) },
  });
  await finishFor(ports, ceremony, started.preparedId, await ports.keeper.sign(key.id, attributes));
}

/** The key's certificate, judged anew for the school that this agreement names. */
async function chainFor(
  ports: KeyRunPorts,
  key: OrganisationKey,
  agreement: IssuedAgreement,
  ceremony: Ceremony,
): Promise<readonly Uint8Array[]> {
  const all = key.chain.map(parseCertificate);
  const [leaf] = all;
  if (leaf === undefined) throw new Error('a key without a certificate');
  // A platform certificate is compared with the agreement to the letter by the verifier, before anything is stored.
  return hasPlatformProfile(leaf) ? judgeChain(ports, leaf, all) : acceptCertificate(ports, leaf, all, agreement, ceremony);
}

/** One for each run and signatory. No link opens it. */
function ceremonyFor(ports: KeyRunPorts, run: KeyRun, agreement: IssuedAgreement): Promise<Ceremony> {
  const party = agreement.parties.find(({ role }) => role === 'school');
  if (party === undefined) throw new Error('an agreement without a school');
  const id = makeId(ports.random);
  const at = ports.clock.now();
  const { tenant, batch, visitor, operator } = run;
  const { signatoryKey } = party;
  const detail = { role: 'school', method: 'server-key', operator, run: run.id, ...visitor };
  return ports.ceremonies.join(
    {
      id,
      tenant,
      batch,
      role: 'school',
      agreement: null,
      signatoryKey,
      createdAt: at,
      expiresAt: toInstant(at + 365 * 86_400_000),
      tokenHash: sha256Hex(fromUtf8(`sanfang.key-ceremony/1\n${run.id}\n${signatoryKey}`)),
    },
    [{ tenant, at, kind: 'IDENTITY_PROVED', subject: id, detail }],
  );
}
