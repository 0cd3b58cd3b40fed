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

export function workbookResponse(bytes: Uint8Array, name: string): Response {
  const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  return new Response(new Uint8Array(bytes), {
    headers: { 'Content-Type': type, 'Content-Disposition': disposition('attachment', `${name}.xlsx`) },
  });
}

const toStream = (chunks: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> =>
  new ReadableStream({
    async pull(controller) {
      const { value, done } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: async () => void (await chunks.return(undefined)),
  });

export function zipResponse(name: string, files: AsyncIterable<{ readonly path: string; readonly bytes: Uint8Array }>): Response {
  const body = toStream(zipStream(files));
  return new Response(body, {
    headers: { 'Content-Type': 'application/zip', 'Content-Disposition': disposition('attachment', `${name}.zip`) },
  });
}
