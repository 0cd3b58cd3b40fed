/** One batch of bare agreements, for tests of the stores alone. */
import { agreementStore } from '../../src/adapters/agreement-store.ts';
import { batchStore } from '../../src/adapters/batch-store.ts';
import { ceremonyStore } from '../../src/adapters/ceremony-store.ts';
import type { Db } from '../../src/adapters/database.ts';
import { rosterStore } from '../../src/adapters/roster-store.ts';
import { signingStore } from '../../src/adapters/signing-store.ts';
import { tenantStore } from '../../src/adapters/tenant-store.ts';
import type { PartyRole } from '../../src/agreement/parties.ts';
import { fromUtf8 } from '../../src/bytes.ts';
import { type Sha256, sha256Hex } from '../../src/digest.ts';
import type { AuditEvent, Batch } from '../../src/workflow/stores.ts';
import { NOW } from './temporary.ts';

export const digestOf = (text: string): Sha256 => sha256Hex(fromUtf8(text));
export const event = (kind: string): AuditEvent => ({ tenant: 'school', at: NOW, kind, subject: 'x', detail: {} });

export const BATCH: Batch = {
  id: 'batch',
  tenant: 'school',
  name: '批次',
  roster: 'roster',
  template: { pack: 'sample', version: '1', prefixSha256: digestOf('prefix') },
  annexTitle: null,
  order: [['student', 'unit'], ['school']],
  createdAt: NOW,
};

const CONSENT = {
  termsSha256: digestOf('terms'),
  templateSha256: digestOf('template'),
  annexSha256: null,
  documentSha256: digestOf('document'),
  at: NOW,
  visitor: { from: 'unknown', device: 'other' },
};

/** Opens a batch with these agreement numbers, each with parties student, unit, school, and a prepared signature `<number>-<role>` for each. */
export async function openBareBatch(db: Db, numbers: readonly string[]): Promise<void> {
  await tenantStore(db).ensure({ id: 'school', name: '示例学校', creditCode: null }, NOW);
  await rosterStore(db).save(
    { id: 'roster', tenant: 'school', fileName: 'demo.xlsx', uploadedAt: NOW, result: {}, template: null },
    new Uint8Array([1]),
  );
  const roles: readonly PartyRole[] = ['student', 'unit', 'school'];
  const agreements = numbers.map((number) => ({
    number,
    dataText: '{}',
    accompanies: null,
    parties: roles.map((role) => ({ role, signatoryKey: digestOf(role === 'student' ? number : role) })),
  }));
  await batchStore(db).open(BATCH, agreements, event('batch-opened'));
  const base = { number: 0, sha256: digestOf('base') };
  const ceremony = { id: 'c', tenant: 'school', batch: 'batch', role: 'student', agreement: null, signatoryKey: digestOf('s') } as const;
  await ceremonyStore(db).replace([{ ...ceremony, createdAt: NOW, expiresAt: NOW, tokenHash: digestOf('t') }], event('invited'), 'afresh');
  await signingStore(db).saveCertificate(
    { id: 'k', ceremony: 'c', keyPlace: 'page', chain: [], issuedAt: NOW },
    event('certificate-issued'),
  );
  for (const number of numbers) {
    for (const role of roles) {
      const id = `${number}-${role}`;
      await signingStore(db).savePrepared(
        { id, ceremony: 'c', agreement: number, role, certificate: 'k', ink: null, seal: null, base, at: NOW },
        CONSENT,
        event('consent'),
      );
    }
  }
}

/** Reads the head, then adds a signature of this role on it, until it was not overtaken. Answers how often it was. */
export async function signBare(db: Db, number: string, role: PartyRole): Promise<number> {
  const agreements = agreementStore(db);
  for (let overtaken = 0; ; overtaken++) {
    const record = await agreements.find(number);
    if (record === undefined || record.state === 'pending' || record.state === 'failed') throw new Error('not generated');
    const outcome = await agreements.appendRevision({
      agreement: number,
      expected: record.head,
      sha256: digestOf(`${record.head.sha256}+${role}`),
      lengthBytes: 1,
      signature: { role, prepared: `${number}-${role}` },
      at: NOW,
      event: event('signed'),
    });
    if (outcome === 'stored') return overtaken;
  }
}
