/** After a signature was stored: tell whose turn it is now. */
import type { Context } from 'hono';
import { announceTurn } from '../workflow/announce-turn.ts';
import type { Service } from './service.ts';

/** The signature is stored whatever becomes of the message; a gateway that fails is for the log. */
export async function announce({ ports, log, publicUrl }: Service, c: Context, agreementNumber: string): Promise<void> {
  try {
    await announceTurn(ports, agreementNumber, publicUrl ?? new URL(c.req.url).origin);
  } catch (error) {
    log.error({ requestId: c.get('requestId'), error: error instanceof Error ? error.message : 'not an Error' }, 'turn not announced');
  }
}
