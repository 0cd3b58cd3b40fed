import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadTrustAnchors } from '../../src/adapters/trust-anchors.ts';
import { toInstant } from '../../src/instant.ts';
import { runService } from '../browser/running-service.ts';
import { behindSocket } from '../browser/unit-list.ts';
import { race } from './race.ts';
import { openTestService, ROOT, TEMPLATES } from './test-service.ts';

/** `npm run race` does it 1,000 times. */
const COUNT = 24;

const BOTH = Array.from({ length: COUNT }, () => ({ moved: 1, wrong: null }));

test('unit and school sign at the same moment, again and again: every agreement ends with both signatures', async () => {
  const { ports, app, schoolKey, work } = await openTestService();
  const context = () => ({ templates: ports.templates, trustAnchors: ports.trustAnchors, checkedAt: ports.clock.now() });
  const results = await race({ unit: app, school: app }, schoolKey, COUNT, work, context);
  expect(results.map(({ moved, wrong }) => ({ moved, wrong }))).toEqual(BOTH);
});

test('so it does when they come to two processes over one database', async () => {
  const first = await runService();
  const second = await first.beside();
  try {
    const doors = { unit: behindSocket(second.origin), school: behindSocket(first.origin) };
    const schoolKey = new URL(first.schoolDoor).searchParams.get('key') ?? '';
    const trustAnchors = await loadTrustAnchors(join(ROOT, 'certs'));
    const context = () => ({ templates: TEMPLATES, trustAnchors, checkedAt: toInstant(Date.now()) });
    const results = await race(doors, schoolKey, COUNT, async () => undefined, context);
    expect(results.map(({ moved, wrong }) => ({ moved, wrong }))).toEqual(BOTH);
  } finally {
    await second.stop();
    await first.stop();
  }
});
