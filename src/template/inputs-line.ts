/** The one line of inputs that a revision begins with: canonical JSON, read exactly as it is printed. */
import type { ZodType } from 'zod';

/** What stands in a line that the schema accepts; undefined for anything else. That it is canonical is for the caller to see, by printing it again. */
export function readInputsLine<T>(schema: ZodType<T>, line: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
