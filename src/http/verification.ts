/** The doors behind which files are judged for programs and for the desk of `/verify`: nothing is stored, nothing is logged. */
import { Hono } from 'hono';
import { stream } from 'hono/streaming';
import { fromHex } from '../bytes.ts';
import { AppError } from '../errors.ts';
import { toJson } from '../verify/report-json.ts';
import { FILE_MAX_BYTES } from '../verify/verify-file.ts';
import { voidedOf } from '../workflow/verify-upload.ts';
import { atMostMegabytes, parseJson } from './bodies.ts';
import { type DrawnJson, type ExaminedJson, TimestampRequest } from './contract/verification.ts';
import { report, VERIFY_MEGABYTES } from './public.ts';
import { limitRate, TIMESTAMP_RATE, VERIFY_RATE } from './rate-limit.ts';
import type { Service, Verifier } from './service.ts';

const FILE_MEGABYTES = FILE_MAX_BYTES >> 20;

export function verificationApi(service: Service): Hono {
  const { ports } = service;
  const api = new Hono();
  const rate = limitRate(service, VERIFY_RATE);
  const verifier = (): Verifier => {
    if (service.verifier === undefined) throw new AppError('PAGE_UNKNOWN');
    return service.verifier;
  };

  api.post('/verify', rate, async (c, next) => {
    if (!/^application\/(?:x-)?zip/i.test(c.req.header('Content-Type') ?? '')) return next();
    const body = c.req.raw.body;
    if (body === null) throw new AppError('REQUEST_MALFORMED', { where: '没有选择文件' });
    c.header('Content-Type', 'application/x-ndjson; charset=utf-8');
    const judge = verifier();
    return stream(c, async (out) => {
      for await (const verified of judge.verifyArchive(body)) {
        if (out.aborted) break;
        // A line a file, as `verify --jsonl` prints it.
        await out.write(`${JSON.stringify(toJson(verified))}\n`);
      }
    });
  });
  api.post('/verify', atMostMegabytes(VERIFY_MEGABYTES), async (c) => {
    const bytes = new Uint8Array(await c.req.arrayBuffer());
    if (bytes.length === 0) throw new AppError('REQUEST_MALFORMED', { where: '没有选择文件' });
    return c.json(await report(service, 'upload.pdf', bytes));
  });
  api.post('/verify/file', rate, atMostMegabytes(FILE_MEGABYTES), async (c) => {
    const verified = await verifier().verify(new Uint8Array(await c.req.arrayBuffer()));
    const answer: ExaminedJson = { verified, voided: await voidedOf(ports, verified.report) };
    return c.json(answer);
  });
  api.post('/verify/drawing', rate, atMostMegabytes(FILE_MEGABYTES), async (c) => {
    const answer: DrawnJson = { drawing: await verifier().draw(new Uint8Array(await c.req.arrayBuffer())) };
    return c.json(answer);
  });
  api.post('/verify/timestamp', limitRate(service, TIMESTAMP_RATE, 'REQUESTS_TOO_MANY'), async (c) => {
    const { sha256 } = await parseJson(c, TimestampRequest);
    const token = await ports.timestamps.stamp(fromHex(sha256));
    c.header('Content-Type', 'application/timestamp-token');
    return c.body(new Uint8Array(token));
  });
  return api;
}
