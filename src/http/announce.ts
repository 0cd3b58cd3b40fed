/** After a signature was stored: tell whose turn it is now. */
import type { Context } from 'hono';
import { announceTurn } from '../workflow/announce-turn.ts';
import { baseUrl, type Service } from './service.ts';

/** The signature is stored whatever becomes of the message; a gateway that fails is for the log. */
export async function announce(service: Service, c: Context, agreementNumber: string): Promise<void> {
  try {
    await announceTurn(service.ports, agreementNumber, baseUrl(service, c));
  } catch (error) {
    service.log.error(
      { requestId: c.get('requestId'), error: error instanceof Error ? error.message : 'not an Error' },
      'turn not announced',
    );
  }
}
