import { expect, test } from 'vitest';
import { housekeeping } from '../../src/adapters/housekeeping.ts';
import { idempotencyStore } from '../../src/adapters/idempotency-store.ts';
import { rosterStore } from '../../src/adapters/roster-store.ts';
import { signingStore } from '../../src/adapters/signing-store.ts';
import { sessionStore } from '../../src/adapters/tenant-store.ts';
import { toInstant } from '../../src/instant.ts';
import { digestOf, openBareBatch } from './store-fixture.ts';
import { NOW, temporaryDatabase } from './temporary.ts';

const DAY = 86_400_000;
const later = (days: number) => toInstant(NOW + days * DAY);
const NOTHING = { sessions: 0, answers: 0, codes: 0, tries: 0, prepared: 0, seals: 0, rosters: 0, drafts: 0 };

test('what has run out is let go, and what an agreement rests upon stays', async () => {
  const db = temporaryDatabase();
  await openBareBatch(db, ['A']);
  const kept = housekeeping(db);
  const unused = { id: 'unused', tenant: 'school', fileName: 'x.xlsx', uploadedAt: NOW, result: {}, template: null };
  await rosterStore(db).save(unused, new Uint8Array([1]));
  await sessionStore(db).open(digestOf('session'), { kind: 'school', tenant: 'school' }, later(1));
  await idempotencyStore(db).begin('s', 'key', digestOf('request'), NOW);

  expect(await kept.purge(toInstant(NOW + 1))).toEqual(NOTHING);
  expect(await kept.purge(later(1))).toEqual({ ...NOTHING, sessions: 1 });
  expect(await kept.purge(later(7))).toEqual({ ...NOTHING, answers: 1 });
  expect(await kept.purge(later(30))).toEqual({ ...NOTHING, prepared: 3, seals: 0, rosters: 1 });
  expect(await rosterStore(db).find('unused')).toBeUndefined();
  expect(await rosterStore(db).find('roster')).toBeDefined();
  expect(await signingStore(db).findPrepared('A-student')).toBeUndefined();
  expect(await kept.purge(later(400))).toEqual(NOTHING);
});
