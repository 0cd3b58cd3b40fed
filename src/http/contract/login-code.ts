/** The body of a request with a code by message. */
import { z } from 'zod';

export const CodeRequest = z.strictObject({
  code: z
    .string()
    .trim()
    .regex(/^[0-9]{6}$/),
});
