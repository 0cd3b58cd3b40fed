/** One evidence file for one agreement: put together from what was stored, sealed by the platform, timestamped. */
import { E_SIGNING_TERMS, E_SIGNING_TERMS_SHA256 } from '../agreement/e-signing-terms.ts';
import { VOID_REASONS } from '../agreement/endings.ts';
import { type Evidence, printEvidence } from '../agreement/evidence.ts';
import type { PartyRole } from '../agreement/parties.ts';
import { signatoryOf } from '../agreement/signatories.ts';
import { fromUtf8 } from '../bytes.ts';
import { sha256, sha256Hex } from '../digest.ts';
import { AppError } from '../errors.ts';
import { toRfc3339 } from '../instant.ts';
import { type Certificate, parseCertificate } from '../pki/certificate.ts';
import { assembleCms, buildSignedAttributes } from '../pki/cms.ts';
import { parseSm2Certificate, type Sm2Certificate } from '../pki/sm2-certificate.ts';
import { verifyFile } from '../verify/verify-file.ts';
import { authorizeAgreement } from './authorize.ts';
import { annexDigest, dataOf, hasFile, templateFor } from './stored-data.ts';
import type { EvidenceRecords } from './stores/evidence.ts';
import type { Tenant } from './stores.ts';
import type { Ports } from './workflow.ts';

export interface EvidenceFile {
  readonly evidence: Evidence;
  /** Canonical JSON, UTF-8. */
  readonly json: Uint8Array;
  /** Detached CMS over `json` with a timestamp, DER. */
  readonly seal: Uint8Array;
  /** The newest revision. */
  readonly pdf: Uint8Array;
}

type EvidencePorts = Pick<
  Ports,
  'agreements' | 'audit' | 'blobs' | 'clock' | 'evidence' | 'namedRoots' | 'platform' | 'templates' | 'timestamps' | 'trustAnchors'
>;

/** @throws AppError AGREEMENT_UNKNOWN, AGREEMENT_NOT_READY, PLATFORM_SEAL_MISSING, TIMESTAMP_UNAVAILABLE, TIMESTAMP_REFUSED */
export async function makeEvidence(ports: EvidencePorts, tenant: Tenant, number: string): Promise<EvidenceFile> {
  const { evidence, pdf } = await readEvidence(ports, tenant, number);
  const json = printEvidence(evidence);
  const seal = await sealBytes(ports, json);
  const at = ports.clock.now();
  const detail = { evidenceSha256: sha256Hex(json) };
  await ports.audit.append({ tenant: tenant.id, at, kind: 'EVIDENCE_MADE', subject: number, detail });
  return { evidence, json, seal, pdf };
}

/** A timestamp that cannot be had stops it: the seal never rests on our own clock. */
async function sealBytes(ports: Pick<Ports, 'platform' | 'timestamps'>, bytes: Uint8Array): Promise<Uint8Array> {
  const chain = await ports.platform.chain();
  const [leaf] = chain;
  if (leaf === undefined) throw new Error('the platform has no certificate');
  const signedAttributes = buildSignedAttributes(sha256(bytes), leaf);
  const signatureValue = await ports.platform.sign(signedAttributes);
  return assembleCms({ signedAttributes, signatureValue, chain, timestampToken: await ports.timestamps.stamp(sha256(signatureValue)) });
}

/** What the file will say, without making one. @throws AppError AGREEMENT_UNKNOWN, AGREEMENT_NOT_READY */
export async function readEvidence(
  ports: Omit<EvidencePorts, 'platform' | 'timestamps'>,
  tenant: Tenant,
  number: string,
): Promise<{ readonly evidence: Evidence; readonly pdf: Uint8Array }> {
  const agreement = await authorizeAgreement(ports, tenant, number);
  if (!hasFile(agreement)) throw new AppError('AGREEMENT_NOT_READY');
  const data = dataOf(agreement, ports.templates);
  const template = templateFor(ports.templates, data.template);
  const records = await ports.evidence.read(number);
  const pdf = await ports.blobs.get(agreement.head.sha256);
  const now = ports.clock.now();
  const { templates, trustAnchors, namedRoots } = ports;
  const report = verifyFile(pdf, { templates, trustAnchors, namedRoots, checkedAt: now });
  const annexSha256 = annexDigest(data);
  const party = ({ role }: { readonly role: PartyRole }): Evidence['parties'][number] => {
    const signatory = signatoryOf(data.fields, role);
    const judged = report.signatures.find((signature) => signature.party === role);
    return {
      role,
      name: signatory.name,
      organisation: 'organisation' in signatory ? signatory.organisation : null,
      ...askedAndProved(records, role),
      signature: signatureOf(records, role, judged),
      ...sm2Of(records, role),
    };
  };
  const evidence: Evidence = {
    schema: 'sanfang.evidence/1',
    madeAt: toRfc3339(now),
    agreementNumber: number,
    state: agreement.state,
    voided:
      agreement.state === 'voided'
        ? { at: toRfc3339(agreement.voiding.at), reason: VOID_REASONS[agreement.voiding.reason], replacedBy: agreement.voiding.replacedBy }
        : null,
    replaces: agreement.replaces,
    template: { pack: template.pack, version: template.version, status: template.status, prefixSha256: template.prefixSha256 },
    annexSha256,
    dataSha256: sha256Hex(fromUtf8(agreement.dataText)),
    terms: { ...E_SIGNING_TERMS, clauses: [...E_SIGNING_TERMS.clauses], sha256: E_SIGNING_TERMS_SHA256 },
    parties: agreement.parties.map(party),
    revisions: records.revisions.map((revision) => ({ ...revision, at: toRfc3339(revision.at) })),
    report: {
      verdict: report.verdict,
      level: report.level ?? null,
      findings: report.findings.map(({ code, zh }) => ({ code, zh })),
    },
    audit: { entries: records.entries.map((entry) => ({ ...entry })), head: records.head },
  };
  return { evidence, pdf };
}

function askedAndProved(records: EvidenceRecords, role: PartyRole): Pick<Evidence['parties'][number], 'invitations' | 'identityProofs'> {
  const ceremonies = records.ceremonies.filter((ceremony) => ceremony.role === role);
  const ids = new Set(ceremonies.map(({ id }) => id));
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return {
    invitations: ceremonies.map(({ id, createdAt, expiresAt }) => ({
      ceremony: id,
      at: toRfc3339(createdAt),
      expiresAt: toRfc3339(expiresAt),
    })),
    identityProofs: records.entries
      .filter(({ kind, subject }) => kind === 'IDENTITY_PROVED' && ids.has(subject))
      .map(({ subject, at, detail }) => ({
        ceremony: subject,
        at: toRfc3339(at),
        method: text(detail['method']),
        from: text(detail['from']),
        device: text(detail['device']),
      })),
  };
}

function signatureOf(
  records: EvidenceRecords,
  role: PartyRole,
  judged: { readonly timestamp?: string; readonly timestampAuthority?: string; readonly assurance: string } | undefined,
): Evidence['parties'][number]['signature'] {
  const revision = records.revisions.find((one) => one.role === role);
  const stored = records.signatures.find((one) => one.revision === revision?.number);
  if (revision === undefined || stored === undefined) return null;
  const { consent, seal } = stored;
  return {
    at: toRfc3339(revision.at),
    ceremony: stored.ceremony,
    revision: revision.number,
    consent: consent && {
      at: toRfc3339(consent.at),
      termsSha256: consent.termsSha256,
      templateSha256: consent.templateSha256,
      annexSha256: consent.annexSha256,
      documentSha256: consent.documentSha256,
      ...consent.visitor,
    },
    keyPlace: stored.keyPlace,
    ...(seal === null ? {} : { seal: { ...seal, storedAt: toRfc3339(seal.storedAt) } }),
    certificates: stored.chain.map(parseCertificate).map(describe),
    timestamp: judged?.timestamp ?? null,
    timestampAuthority: judged?.timestampAuthority ?? null,
    assurance: judged?.assurance ?? null,
  };
}

function sm2Of({ additional }: EvidenceRecords, role: PartyRole): Pick<Evidence['parties'][number], 'sm2'> {
  const own = additional.find((one) => one.role === role);
  if (own === undefined) return {};
  return { sm2: { at: toRfc3339(own.at), revision: own.revision, certificates: own.chain.map(parseSm2Certificate).map(describe) } };
}

const nameOf = ({ commonName, organisation }: Certificate['subject']): string => commonName ?? organisation ?? '';

const describe = (certificate: Certificate | Sm2Certificate) => ({
  sha256: certificate.sha256,
  serial: certificate.serialHex,
  subject: nameOf(certificate.subject),
  issuer: nameOf(certificate.issuer),
  notBefore: toRfc3339(certificate.notBefore),
  notAfter: toRfc3339(certificate.notAfter),
});
