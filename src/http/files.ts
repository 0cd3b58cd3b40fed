/** Answers that are files. */
import { zipStream } from './zip-stream.ts';

const disposition = (kind: 'inline' | 'attachment', name: string): string =>
  `${kind}; filename="sanfang"; filename*=UTF-8''${encodeURIComponent(name)}`;

export function pdfResponse(bytes: Uint8Array, name: string): Response {
  const body = new Uint8Array(bytes);
  return new Response(body, {
    headers: {
      'Content-Type': 'application/pdf',
      'Content-Length': String(body.length),
      'Content-Disposition': disposition('inline', name),
    },
  });
}

export function zipResponse(name: string, files: AsyncIterable<{ readonly path: string; readonly bytes: Uint8Array }>): Response {
  const body = ReadableStream.from(zipStream(files));
  return new Response(body, {
    headers: { 'Content-Type': 'application/zip', 'Content-Disposition': disposition('attachment', `${name}.zip`) },
  });
}
