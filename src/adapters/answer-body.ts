/** The body of an answer over HTTP, read no further than a limit: whoever answers may state no length, or a wrong one. */
import { concatBytes } from '../bytes.ts';

/** @throws what `tooLong` makes; whatever breaks the connection */
export async function readAtMost(response: Response, limitBytes: number, tooLong: () => Error): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > limitBytes) throw tooLong();
    parts.push(part);
  }
  return concatBytes(...parts);
}
