/** Evidence that says what did not happen: edited, reordered, of another agreement, or made from a database that somebody changed. */
import Sqlite from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { checkAuditChains } from '../../src/adapters/audit-check.ts';
import { databaseIn } from '../../src/adapters/database.ts';
import { type Evidence, printEvidence } from '../../src/agreement/evidence.ts';
import { sha256 } from '../../src/digest.ts';
import { toInstant } from '../../src/instant.ts';
import { assembleCms, buildSignedAttributes } from '../../src/pki/cms.ts';
import { verifyEvidence } from '../../src/verify/verify-evidence.ts';
import { type EvidenceFile, makeEvidence } from '../../src/workflow/make-evidence.ts';
import { openTestBatch, type TestBatch } from '../workflow/test-batch.ts';
import { SCHOOL } from '../workflow/test-service.ts';

interface Case {
  readonly world: TestBatch;
  readonly one: EvidenceFile;
  readonly other: EvidenceFile;
}

/** Two agreements that their students have signed. */
async function openCase(): Promise<Case> {
  const world = await openTestBatch();
  const adults = world.batch.rows.filter(({ cells }) => cells.guardian.state === 'none').map(({ agreementNumber }) => agreementNumber);
  const [one = '', other = ''] = adults;
  for (const number of [one, other]) await (await world.visit(number, 'student')).signAgreement(number);
  return { world, one: await makeEvidence(world.ports, SCHOOL, one), other: await makeEvidence(world.ports, SCHOOL, other) };
}

/** The operator seals whatever it likes: the platform’s key is in its hands. */
async function reseal({ ports }: TestBatch, evidence: Evidence): Promise<Pick<EvidenceFile, 'json' | 'seal'>> {
  const json = printEvidence(evidence);
  const chain = await ports.platform.chain();
  const [leaf = new Uint8Array()] = chain;
  const signedAttributes = buildSignedAttributes(sha256(json), leaf);
  const signatureValue = await ports.platform.sign(signedAttributes);
  const timestampToken = await ports.timestamps.stamp(sha256(signatureValue));
  return { json, seal: assembleCms({ signedAttributes, signatureValue, chain, timestampToken }) };
}

async function codesOf(world: TestBatch, evidence: Evidence, pdf: Uint8Array | null): Promise<readonly string[]> {
  const sealed = await reseal(world, evidence);
  return verifyEvidence({ ...sealed, pdf }, world.ports.trustAnchors).findings.map(({ code }) => code);
}

type Signature = NonNullable<Evidence['parties'][number]['signature']>;

const withSigner = (evidence: Evidence, change: (party: Evidence['parties'][number]) => Evidence['parties'][number]): Evidence => ({
  ...evidence,
  parties: evidence.parties.map((party) => (party.role === 'student' ? change(party) : party)),
});

const withSignature = (evidence: Evidence, change: (signature: Signature) => Partial<Signature>): Evidence =>
  withSigner(evidence, (party) =>
    party.signature === null ? party : { ...party, signature: { ...party.signature, ...change(party.signature) } },
  );

describe('evidence sealed anew by whoever holds the platform’s key', () => {
  test('is found out where consent, proof, names or files are not those of the entries and of the PDF', async () => {
    const { world, one, other } = await openCase();
    const { evidence, pdf } = one;
    expect(await codesOf(world, evidence, pdf)).toEqual([]);
    const consent = (changes: object) => withSignature(evidence, ({ consent: given }) => ({ consent: given && { ...given, ...changes } }));
    for (const forged of [
      consent({ from: '203.0.113.*' }),
      consent({ device: 'phone' }),
      consent({ at: '2026-02-01T00:00:00Z' }),
      consent({ documentSha256: other.evidence.revisions[0]?.sha256 }),
      withSignature(evidence, () => ({ ceremony: 'f'.repeat(32) })),
      withSigner(evidence, (party) => ({ ...party, identityProofs: [] })),
      withSigner(evidence, (party) => ({
        ...party,
        identityProofs: party.identityProofs.map((proof) => ({ ...proof, method: 'passport' })),
      })),
      withSigner(evidence, (party) => ({ ...party, identityProofs: [...party.identityProofs, ...party.identityProofs] })),
    ])
      expect(await codesOf(world, forged, pdf)).toEqual(['EVIDENCE_RECORDS_WRONG']);
    expect(
      await codesOf(
        world,
        withSigner(evidence, (party) => ({ ...party, name: '别人' })),
        pdf,
      ),
    ).toEqual(['EVIDENCE_VALUES_OTHER']);
    expect(await codesOf(world, { ...evidence, dataSha256: other.evidence.dataSha256 }, pdf)).toEqual(['EVIDENCE_VALUES_OTHER']);
    expect(await codesOf(world, evidence, other.pdf)).toEqual(['EVIDENCE_PDF_OTHER']);
  });

  test('is found out where entries are edited, reordered, repeated, dropped or those of another agreement', async () => {
    const { world, one, other } = await openCase();
    const { evidence, pdf } = one;
    const { entries } = evidence.audit;
    const audit = (changed: typeof entries): Evidence => ({ ...evidence, audit: { ...evidence.audit, entries: changed } });
    const isSigning = ({ kind }: (typeof entries)[number]): boolean => kind === 'AGREEMENT_SIGNED';
    const [first, second, ...rest] = entries;
    if (first === undefined || second === undefined) throw new Error('no entries');
    expect(await codesOf(world, audit([second, first, ...rest]), pdf)).toContain('EVIDENCE_AUDIT_BROKEN');
    expect(await codesOf(world, audit([first, ...entries]), pdf)).toContain('EVIDENCE_AUDIT_BROKEN');
    expect(
      await codesOf(world, audit(entries.map((entry) => (isSigning(entry) ? { ...entry, at: toInstant(entry.at + 1) } : entry))), pdf),
    ).toContain('EVIDENCE_AUDIT_BROKEN');
    for (const kind of ['AGREEMENT_SIGNED', 'CONSENT_GIVEN', 'IDENTITY_PROVED'])
      expect(await codesOf(world, audit(entries.filter((entry) => entry.kind !== kind)), pdf)).toContain('EVIDENCE_RECORDS_WRONG');
    expect(await codesOf(world, audit(other.evidence.audit.entries), pdf)).toEqual(['EVIDENCE_REVISIONS_WRONG', 'EVIDENCE_RECORDS_WRONG']);
  });
});

describe('a database changed behind the service’s back', () => {
  const change = ({ dataFolder }: TestBatch, sql: string): void => {
    const db = new Sqlite(databaseIn(dataFolder));
    db.exec(sql);
    db.close();
  };

  test('gives evidence that does not verify', async () => {
    for (const sql of [
      "UPDATE consent SET from_address = '203.0.113.*', device = 'phone'",
      `UPDATE consent SET document_sha256 = '${'0'.repeat(64)}'`,
      `UPDATE prepared_signature SET ceremony = (SELECT id FROM ceremony WHERE role = 'school' LIMIT 1)`,
    ]) {
      const { world, one } = await openCase();
      change(world, sql);
      const files = await makeEvidence(world.ports, SCHOOL, one.evidence.agreementNumber);
      expect(verifyEvidence(files, world.ports.trustAnchors).findings.map(({ code }) => code)).toEqual(['EVIDENCE_RECORDS_WRONG']);
    }
  });

  test('breaks the chain, or ends before a head that an evidence file has told', async () => {
    const { world, one } = await openCase();
    const { head } = one.evidence.audit;
    const [whole] = checkAuditChains(world.dataFolder);
    expect(whole?.brokenAt).toBeNull();
    expect(whole?.whole).toBeGreaterThanOrEqual(head.sequence);
    change(world, `DELETE FROM audit WHERE sequence >= ${head.sequence}`);
    const [cut] = checkAuditChains(world.dataFolder);
    expect(cut).toMatchObject({ brokenAt: null, whole: head.sequence - 1 });
    expect(cut?.head).not.toBe(head.hash);
    const later = await makeEvidence(world.ports, SCHOOL, one.evidence.agreementNumber);
    expect(later.evidence.audit.head.sequence).toBeLessThan(head.sequence);
    change(world, 'DELETE FROM audit WHERE sequence = 3');
    expect(checkAuditChains(world.dataFolder)[0]?.brokenAt).toBe(3);
  });
});
