/** Keys that the server keeps for a school (机构服务器保管): stored, unlocked for a time, told to sign a batch, removed; every step is logged. */
import { E_SIGNING_TERMS_SHA256 } from '../agreement/e-signing-terms.ts';
import { signatoryOf } from '../agreement/signatories.ts';
import { equalBytes, fromUtf8 } from '../bytes.ts';
import { AppError } from '../errors.ts';
import { type Instant, toInstant } from '../instant.ts';
import { assuranceUnder, parseAnchors } from '../pki/anchors.ts';
import { parseCertificate } from '../pki/certificate.ts';
import { PkiError } from '../pki/failure.ts';
import { failureWords } from '../pki/failure-words.ts';
import { type KeyWithChain, readPkcs12 } from '../pki/pkcs12.ts';
import { makeKeyPair, type SigningKey } from '../pki/sign.ts';
import type { ConnectedSigner } from '../ports.ts';
import { authorizeBatch } from './authorize.ts';
import { wakeKeyRuns } from './key-runs.ts';
import { hasSchoolSeal } from './organisation-seal.ts';
import { judgeChain } from './present-certificate.ts';
import { makeId } from './secrets.ts';
import { dataOf, isOpen } from './stored-data.ts';
import type { Visitor } from './stores/evidence.ts';
import type { KeyRun, OrganisationKey } from './stores/signer.ts';
import type { Tenant } from './stores.ts';
import type { Ports } from './workflow.ts';

const MINUTE_MS = 60_000;
const FILE = 'file';

/** Who did it: a staff number, which is no name. */
export interface Operator {
  readonly operator: string;
}

export interface KeyView {
  readonly id: string;
  readonly label: string;
  readonly signer: string | null;
  readonly holder: string;
  readonly issuer: string;
  readonly notAfter: Instant;
  readonly assurance: 'platform' | 'licensed' | 'other';
  readonly unlockedUntil: Instant | null;
}

export interface RunView extends Pick<KeyRun, 'id' | 'batch' | 'key' | 'operator' | 'startedAt' | 'trouble'> {
  readonly batchName: string;
}

type KeyPorts = Pick<Ports, 'clock' | 'keeper' | 'organisationKeys' | 'random' | 'revocation' | 'trustAnchors'>;

export async function listKeys(
  ports: Pick<Ports, 'keeper' | 'namedRoots' | 'organisationKeys' | 'trustAnchors'>,
  tenant: Tenant,
): Promise<readonly KeyView[]> {
  return (await ports.organisationKeys.list(tenant.id)).map(({ id, label, keeper, chain }) => {
    const leaf = leafOf(chain);
    return {
      id,
      label,
      signer: keeper === FILE ? null : keeper,
      holder: leaf.subject.organisation ?? leaf.subject.commonName ?? '—',
      issuer: leaf.issuer.organisation ?? leaf.issuer.commonName ?? '—',
      notAfter: leaf.notAfter,
      assurance: assuranceOf(ports, chain),
      unlockedUntil: ports.keeper.unlockedUntil(id),
    };
  });
}

/** The chain was judged when the key came; here it is asked only under which root. */
function assuranceOf(
  { namedRoots, trustAnchors }: Pick<Ports, 'namedRoots' | 'trustAnchors'>,
  chain: readonly Uint8Array[],
): KeyView['assurance'] {
  const last = chain.at(-1);
  if (last === undefined) return 'other';
  const { issuerDer } = parseCertificate(last);
  const roots = parseAnchors(trustAnchors).ordinary.filter(({ subjectDer }) => equalBytes(subjectDer, issuerDer));
  const [found = 'other', ...others] = new Set(roots.map(({ sha256 }) => assuranceUnder(sha256, namedRoots)));
  return others.length === 0 ? found : 'other';
}

export async function listRuns(ports: Pick<Ports, 'batches' | 'organisationKeys'>, tenant: Tenant): Promise<readonly RunView[]> {
  const runs = await ports.organisationKeys.openRuns({ tenant: tenant.id });
  return Promise.all(runs.map(async (run) => ({ ...run, batchName: (await ports.batches.find(run.batch))?.name ?? '' })));
}

function leafOf(chain: readonly Uint8Array[]) {
  const [leaf] = chain;
  if (leaf === undefined) throw new Error('a key without a certificate');
  return parseCertificate(leaf);
}

/**
 * Keeps the key of a .p12 under a passphrase of its own; the file and its password are not kept.
 * @throws AppError KEY_FILE_REFUSED; CERTIFICATE_… as `judgeChain`
 */
export async function storeKey(
  ports: KeyPorts,
  tenant: Tenant,
  request: Operator & { readonly label: string; readonly file: Uint8Array; readonly password: string; readonly passphrase: string },
): Promise<string> {
  const { key, chain } = open(request.file, request.password);
  const all = chain.map(parseCertificate);
  const [leaf] = all;
  if (leaf === undefined) throw new Error('readPkcs12 gives a certificate');
  return keep(ports, tenant, request, key, await judgeChain(ports, leaf, all));
}

function open(file: Uint8Array, password: string): KeyWithChain {
  try {
    return readPkcs12(file, password);
  } catch (error) {
    if (error instanceof PkiError) throw new AppError('KEY_FILE_REFUSED', { reason: failureWords(error.code) });
    throw error;
  }
}

async function keep(
  ports: KeyPorts,
  tenant: Tenant,
  { label, passphrase, operator }: Operator & { readonly label: string; readonly passphrase: string },
  key: SigningKey,
  chain: readonly Uint8Array[],
): Promise<string> {
  const id = makeId(ports.random);
  await ports.keeper.keep(id, key.toPkcs8(), passphrase);
  await save(ports, tenant, { id, label, keeper: FILE, chain, operator });
  return id;
}

async function save(
  ports: KeyPorts,
  tenant: Tenant,
  { operator, ...key }: Operator & Pick<OrganisationKey, 'id' | 'label' | 'keeper' | 'chain'>,
): Promise<void> {
  const at = ports.clock.now();
  const detail = { operator, keeper: key.keeper, certificateSha256: leafOf(key.chain).sha256 };
  const event = { tenant: tenant.id, at, kind: 'ORGANISATION_KEY_STORED', subject: key.id, detail };
  await ports.organisationKeys.save({ ...key, tenant: tenant.id, createdAt: at }, event);
}

/**
 * Makes a key on this server with a platform certificate for the school that a batch names.
 * @throws AppError BATCH_UNKNOWN, BATCH_NOT_GENERATED, CERTIFICATE_REQUEST_REFUSED
 */
export async function makeServerKey(
  ports: KeyPorts & Pick<Ports, 'agreements' | 'batches' | 'certificates' | 'templates'>,
  tenant: Tenant,
  request: Operator & { readonly label: string; readonly passphrase: string; readonly batchId: string },
): Promise<string> {
  const batch = await authorizeBatch(ports, tenant, request.batchId);
  const agreement = (await ports.agreements.listOfBatch(batch.id)).find(isOpen);
  if (agreement === undefined) throw new AppError('BATCH_NOT_GENERATED');
  const key = makeKeyPair('p256');
  const text = fromUtf8(`sanfang.possession/1\n${tenant.id}\n${batch.id}`);
  const chain = await ports.certificates.issue({
    signatory: signatoryOf(dataOf(agreement, ports.templates).fields, 'school'),
    agreementNumber: null,
    identityDigest: null,
    publicKeySpki: key.spki,
    proofOfPossession: key.sign(text),
    proofOfPossessionText: text,
    at: ports.clock.now(),
  });
  return keep(ports, tenant, request, key, chain);
}

/** The signers of the settings that this school may use. */
export const connectedOf = ({ keeper }: Pick<Ports, 'keeper'>, tenant: Tenant): readonly ConnectedSigner[] =>
  keeper.connected.filter((signer) => signer.tenant === tenant.id);

/** Takes a signer of the settings into use. @throws AppError KEY_SIGNER_UNKNOWN; CERTIFICATE_… as `judgeChain` */
export async function connectSigner(
  ports: KeyPorts,
  tenant: Tenant,
  request: Operator & { readonly label: string; readonly signer: string },
): Promise<string> {
  const signer = connectedOf(ports, tenant).find(({ name }) => name === request.signer);
  if (signer === undefined) throw new AppError('KEY_SIGNER_UNKNOWN');
  const all = signer.chain.map(parseCertificate);
  const id = makeId(ports.random);
  const chain = await judgeChain(ports, leafOf(signer.chain), all);
  await save(ports, tenant, { id, label: request.label, keeper: signer.name, chain, operator: request.operator });
  return id;
}

/** @throws AppError KEY_UNKNOWN, also for another school's */
async function authorizeKey(ports: Pick<Ports, 'organisationKeys'>, tenant: Tenant, id: string): Promise<OrganisationKey> {
  const key = await ports.organisationKeys.find(id);
  if (key?.tenant !== tenant.id) throw new AppError('KEY_UNKNOWN');
  return key;
}

/** Longest time for which a key may be unlocked at once, in minutes. */
export const UNLOCK_MAX_MINUTES = 12 * 60;

/**
 * Unlocks the key for a time and goes on with the batches that were waiting for it. A failed try is logged as well.
 * @throws AppError KEY_UNKNOWN, KEY_SIGNER_UNKNOWN, KEY_PASSPHRASE_WRONG, KEY_UNAVAILABLE
 */
export async function unlockKey(
  ports: Pick<Ports, 'audit' | 'clock' | 'jobs' | 'keeper' | 'organisationKeys'>,
  tenant: Tenant,
  id: string,
  { passphrase, minutes, operator }: Operator & { readonly passphrase: string; readonly minutes: number },
): Promise<void> {
  const key = await authorizeKey(ports, tenant, id);
  // The settings may have given it to another school since.
  if (key.keeper !== FILE && !connectedOf(ports, tenant).some(({ name }) => name === key.keeper)) throw new AppError('KEY_SIGNER_UNKNOWN');
  const at = ports.clock.now();
  const until = toInstant(at + Math.min(minutes, UNLOCK_MAX_MINUTES) * MINUTE_MS);
  try {
    await ports.keeper.unlock(id, key.keeper === FILE ? null : key.keeper, passphrase, leafOf(key.chain).spki, until);
  } catch (error) {
    if (error instanceof AppError) {
      const detail = { operator, code: error.code };
      await ports.audit.append({ tenant: tenant.id, at, kind: 'ORGANISATION_KEY_UNLOCK_FAILED', subject: id, detail });
    }
    throw error;
  }
  await ports.audit.append({ tenant: tenant.id, at, kind: 'ORGANISATION_KEY_UNLOCKED', subject: id, detail: { operator, until } });
  await wakeKeyRuns(ports, { key: id });
}

/** @throws AppError KEY_UNKNOWN */
export async function lockKey(
  ports: Pick<Ports, 'audit' | 'clock' | 'keeper' | 'organisationKeys'>,
  tenant: Tenant,
  id: string,
): Promise<void> {
  await authorizeKey(ports, tenant, id);
  ports.keeper.lock(id);
  await ports.audit.append({ tenant: tenant.id, at: ports.clock.now(), kind: 'ORGANISATION_KEY_LOCKED', subject: id, detail: {} });
}

/** Deletes the kept key and ends its runs. What it signed stays signed. @throws AppError KEY_UNKNOWN */
export async function removeKey(ports: Pick<Ports, 'clock' | 'keeper' | 'organisationKeys'>, tenant: Tenant, id: string): Promise<void> {
  await authorizeKey(ports, tenant, id);
  await ports.keeper.forget(id);
  const at = ports.clock.now();
  await ports.organisationKeys.remove(id, at, { tenant: tenant.id, at, kind: 'ORGANISATION_KEY_REMOVED', subject: id, detail: {} });
}

/**
 * Begins to sign a batch with a key, now and whenever the school's turn comes, until it is stopped.
 * @throws AppError KEY_UNKNOWN, BATCH_UNKNOWN, BATCH_NOT_GENERATED, KEY_LOCKED, TERMS_CHANGED, SEAL_IMAGE_MISSING, KEY_RUN_OPEN
 */
export async function startKeyRun(
  ports: Pick<Ports, 'agreements' | 'batches' | 'clock' | 'jobs' | 'keeper' | 'organisationKeys' | 'random' | 'seals'>,
  tenant: Tenant,
  request: Operator & { readonly keyId: string; readonly batchId: string; readonly termsSha256: string; readonly seal: KeyRun['seal'] },
  visitor: Visitor,
): Promise<void> {
  const key = await authorizeKey(ports, tenant, request.keyId);
  const batch = await authorizeBatch(ports, tenant, request.batchId);
  if (batch.generated === 0) throw new AppError('BATCH_NOT_GENERATED');
  if (ports.keeper.unlockedUntil(key.id) === null) throw new AppError('KEY_LOCKED');
  if (request.termsSha256 !== E_SIGNING_TERMS_SHA256) throw new AppError('TERMS_CHANGED');
  const { operator, seal } = request;
  const any = (await ports.agreements.listOfBatch(batch.id)).find(isOpen);
  if (seal === 'own' && (any === undefined || !(await hasSchoolSeal(ports, tenant.id, any)))) throw new AppError('SEAL_IMAGE_MISSING');
  const id = makeId(ports.random);
  const at = ports.clock.now();
  const detail = { operator, key: key.id, run: id, seal, termsSha256: E_SIGNING_TERMS_SHA256, ...visitor };
  const event = { tenant: tenant.id, at, kind: 'KEY_RUN_STARTED', subject: batch.id, detail };
  const run = {
    id,
    tenant: tenant.id,
    batch: batch.id,
    key: key.id,
    operator,
    termsSha256: E_SIGNING_TERMS_SHA256,
    seal,
    visitor,
    startedAt: at,
  };
  if (!(await ports.organisationKeys.startRun(run, event))) throw new AppError('KEY_RUN_OPEN');
  await wakeKeyRuns(ports, { key: key.id });
}

/** @throws AppError KEY_RUN_UNKNOWN */
export async function stopKeyRun(ports: Pick<Ports, 'clock' | 'organisationKeys'>, tenant: Tenant, id: string): Promise<void> {
  const run = await ports.organisationKeys.findRun(id);
  if (run?.tenant !== tenant.id || run.endedAt !== null) throw new AppError('KEY_RUN_UNKNOWN');
  const at = ports.clock.now();
  await ports.organisationKeys.endRun(id, at, { tenant: tenant.id, at, kind: 'KEY_RUN_STOPPED', subject: run.batch, detail: { run: id } });
}
