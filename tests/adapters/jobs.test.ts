import { expect, test } from 'vitest';
import { idempotencyStore } from '../../src/adapters/idempotency-store.ts';
import { jobs } from '../../src/adapters/jobs.ts';
import { toInstant } from '../../src/instant.ts';
import { digestOf } from './store-fixture.ts';
import { NOW, temporaryDatabase } from './temporary.ts';

const later = (ms: number) => toInstant(NOW + ms);

test('a worker whose lease ran out can neither renew nor finish after another took over', async () => {
  const queue = jobs(temporaryDatabase());
  await queue.enqueue('generate-batch', 'b', NOW);
  const slow = await queue.claim(NOW, later(1000));
  expect(await queue.claim(later(999), later(2000))).toBeUndefined();
  const quick = await queue.claim(later(1000), later(3000));
  if (slow === undefined || quick === undefined) throw new Error('no claim');
  expect(await queue.renew(slow, later(9000))).toBe(false);
  expect(await queue.finish(slow)).toBe(false);
  expect(await queue.finish(quick)).toBe(true);
  expect(await queue.claim(later(9000), later(9999))).toBeUndefined();
});

test('a job asked for while it runs runs once more afterwards', async () => {
  const queue = jobs(temporaryDatabase());
  await queue.enqueue('generate-batch', 'b', NOW);
  const first = await queue.claim(NOW, later(1000));
  await queue.enqueue('generate-batch', 'b', later(1));
  await queue.enqueue('generate-batch', 'b', later(2));
  if (first === undefined) throw new Error('no claim');
  await queue.finish(first);
  const second = await queue.claim(later(3), later(1000));
  expect(second?.attempt).toBe(2);
  if (second !== undefined) await queue.finish(second);
  expect(await queue.claim(later(4), later(1000))).toBeUndefined();
});

test('an idempotency key answers the same request again and refuses another one', async () => {
  const store = idempotencyStore(temporaryDatabase());
  const request = digestOf('request');
  expect(await store.begin('s', 'key', request, NOW)).toBe('begun');
  expect(await store.begin('s', 'key', request, NOW)).toBe('running');
  await store.complete('s', 'key', { status: 201, bodyText: '{}' });
  expect(await store.begin('s', 'key', request, NOW)).toEqual({ status: 201, bodyText: '{}' });
  expect(await store.begin('s', 'key', digestOf('other'), NOW)).toBe('other-request');
});

test('an idempotency key whose request died is free again after two minutes', async () => {
  const store = idempotencyStore(temporaryDatabase());
  await store.begin('s', 'key', digestOf('request'), NOW);
  expect(await store.begin('s', 'key', digestOf('request'), later(119_999))).toBe('running');
  expect(await store.begin('s', 'key', digestOf('request'), later(120_000))).toBe('begun');
});

test('a job that failed rests, one that was refused stays where it is until it is asked for anew', async () => {
  const queue = jobs(temporaryDatabase());
  await queue.enqueue('seal-agreement', 'a', NOW);
  const first = await queue.claim(NOW, later(1000));
  if (first === undefined) throw new Error('no claim');
  await queue.fail(first, 'TIMESTAMP_UNAVAILABLE', later(60_000));
  await queue.enqueue('seal-agreement', 'a', later(10));
  expect(await queue.claim(later(59_999), later(99_000))).toBeUndefined();
  const second = await queue.claim(later(60_000), later(99_000));
  expect(second).toMatchObject({ attempt: 2, failures: 1 });
  if (second === undefined) throw new Error('no claim');
  await queue.fail(first, 'TIMESTAMP_REFUSED', later(0));
  await queue.refuse(second, 'CERTIFICATE_REVOKED');
  expect(await queue.standing()).toEqual([{ kind: 'seal-agreement', state: 'refused', code: 'CERTIFICATE_REVOKED', count: 1 }]);
  expect(await queue.claim(later(999_000), later(999_999))).toBeUndefined();
  await queue.enqueue('seal-agreement', 'a', later(1_000_000));
  expect(await queue.claim(later(1_000_000), later(1_000_001))).toMatchObject({ attempt: 3, failures: 0 });
});
