import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openBlobFolder } from '../../src/adapters/blob-folder.ts';
import { contactStore } from '../../src/adapters/contact-store.ts';
import { housekeeping } from '../../src/adapters/housekeeping.ts';
import { idempotencyStore } from '../../src/adapters/idempotency-store.ts';
import { rosterStore } from '../../src/adapters/roster-store.ts';
import { signingStore } from '../../src/adapters/signing-store.ts';
import { templateDraftStore } from '../../src/adapters/template-draft-store.ts';
import { sessionStore } from '../../src/adapters/tenant-store.ts';
import { fromUtf8 } from '../../src/bytes.ts';
import type { Sha256 } from '../../src/digest.ts';
import { toInstant } from '../../src/instant.ts';
import { digestOf, openBareBatch } from './store-fixture.ts';
import { NOW, temporaryDatabase, temporaryFolder } from './temporary.ts';

const DAY = 86_400_000;
const later = (days: number) => toInstant(NOW + days * DAY);
/** Nothing here is a draft. */
const NO_BLOBS = { remove: () => Promise.reject(new Error('no draft')) };
const NOTHING = { sessions: 0, answers: 0, codes: 0, tries: 0, prepared: 0, seals: 0, rosters: 0, drafts: 0, contacts: 0 };

test('what has run out is let go, and what an agreement rests upon stays', async () => {
  const db = temporaryDatabase();
  await openBareBatch(db, ['A']);
  const kept = housekeeping(db, NO_BLOBS);
  const unused = { id: 'unused', tenant: 'school', fileName: 'x.xlsx', uploadedAt: NOW, result: {}, template: null };
  await rosterStore(db).save(unused, new Uint8Array([1]));
  await sessionStore(db).open(digestOf('session'), { kind: 'school', tenant: 'school' }, later(1));
  await idempotencyStore(db).begin('s', 'key', digestOf('request'), NOW);
  const contacts = contactStore(db);
  await contacts.put('school', [{ signatoryKey: digestOf('li'), email: 'old@example.cn' }], NOW);
  await contacts.put('school', [{ signatoryKey: digestOf('li'), email: 'li@example.cn' }], NOW);

  expect(await kept.purge(toInstant(NOW + 1))).toEqual(NOTHING);
  expect(await kept.purge(later(1))).toEqual({ ...NOTHING, sessions: 1 });
  expect(await kept.purge(later(7))).toEqual({ ...NOTHING, answers: 1 });
  expect(await kept.purge(later(30))).toEqual({ ...NOTHING, prepared: 3, seals: 0, rosters: 1 });
  expect(await rosterStore(db).find('unused')).toBeUndefined();
  expect(await rosterStore(db).find('roster')).toBeDefined();
  expect(await signingStore(db).findPrepared('A-student')).toBeUndefined();
  expect(await contacts.find('school', digestOf('li'))).toBe('li@example.cn');
  expect(await contacts.find('other', digestOf('li'))).toBeUndefined();
  expect(await kept.purge(later(400))).toEqual({ ...NOTHING, contacts: 1 });
  expect(await contacts.find('school', digestOf('li'))).toBeUndefined();
});

const event = (subject: string) => ({ tenant: 'school', at: NOW, kind: 'TEMPLATE_READ', subject, detail: {} });
const draftOf = (id: string, source: Sha256) =>
  ({ id, tenant: 'school', fileName: 'x.docx', source, kind: 'agreement', createdAt: NOW, decisions: [], confirmed: null }) as const;

test('a draft that was given up takes its source along at once, an abandoned one after 90 days, a confirmed one after 30', async () => {
  const db = temporaryDatabase();
  await openBareBatch(db, ['A']);
  const blobs = await openBlobFolder(temporaryFolder());
  const drafts = templateDraftStore(db, blobs);
  const kept = housekeeping(db, blobs);
  const put = async (id: string, words: string): Promise<Sha256> => {
    const source = await blobs.put(fromUtf8(words));
    await drafts.save(draftOf(id, source), event(id));
    return source;
  };
  const there = (source: Sha256): Promise<boolean> =>
    blobs.get(source).then(
      () => true,
      () => false,
    );
  const [shared, done, left] = [await put('a', 'shared'), await put('done', 'done'), await put('left', 'left')];
  await put('b', 'shared');
  await drafts.confirm('done', { pack: 'done', version: '1' }, event('done'));
  await drafts.discard('done', event('done'));
  await drafts.discard('a', event('a'));
  expect([await there(shared), await there(done), (await drafts.find('done'))?.confirmed?.pack]).toEqual([true, true, 'done']);
  await drafts.discard('b', event('b'));
  await drafts.discard('b', event('b'));
  expect([await there(shared), await there(left)]).toEqual([false, true]);
  expect((await kept.purge(later(29)))['drafts']).toBe(0);
  expect((await kept.purge(later(30)))['drafts']).toBe(1);
  expect([await there(done), await there(left), await drafts.find('done')]).toEqual([false, true, undefined]);
  expect((await kept.purge(later(90)))['drafts']).toBe(1);
  expect([await there(left), await drafts.find('left')]).toEqual([false, undefined]);
});

test('the source of a draft goes after the draft is gone for good, and at the next sweep where a crash came between', async () => {
  const folder = temporaryFolder();
  const [db, other] = [temporaryDatabase(join(folder, 'test.db')), temporaryDatabase(join(folder, 'test.db'))];
  await openBareBatch(db, ['A']);
  const blobs = await openBlobFolder(folder);
  const source = await blobs.put(fromUtf8('words'));
  const seen: unknown[] = [];
  const crash = async () => {
    seen.push(await templateDraftStore(other, blobs).find('a'));
    throw new Error('power cut');
  };
  await templateDraftStore(db, blobs).save(draftOf('a', source), event('a'));
  await expect(templateDraftStore(db, { remove: crash }).discard('a', event('a'))).rejects.toThrow('power cut');
  expect(seen).toEqual([undefined]);
  expect(await blobs.get(source)).toEqual(fromUtf8('words'));
  await housekeeping(db, blobs).purge(later(0));
  await expect(blobs.get(source)).rejects.toThrow();
});

test('a source that came again before the sweep stays with its new draft', async () => {
  const db = temporaryDatabase();
  await openBareBatch(db, ['A']);
  const blobs = await openBlobFolder(temporaryFolder());
  const source = await blobs.put(fromUtf8('words'));
  const drafts = templateDraftStore(db, { remove: () => Promise.reject(new Error('power cut')) });
  await drafts.save(draftOf('a', source), event('a'));
  await expect(drafts.discard('a', event('a'))).rejects.toThrow('power cut');
  await drafts.save(draftOf('b', source), event('b'));
  await housekeeping(db, blobs).purge(later(0));
  expect(await blobs.get(source)).toEqual(fromUtf8('words'));
});
