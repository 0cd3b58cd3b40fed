/** Messages through a gateway of the operator's: one HTTP request each, for text messages, mail, or whatever stands behind it. */
import { AppError } from '../errors.ts';
import type { CodeSender, Messenger } from '../ports.ts';

export interface WebhookEndpoint {
  readonly url: string;
  /** Sent as `Authorization: Bearer`; empty for none. */
  readonly token: string;
  readonly timeoutMs: number;
}

/**
 * POST with JSON `{ "kind": "invitation" | "code", "to", "email"?, "zh", "role"?, "link"?, "code"? }`; 2xx means that it was taken over.
 * @throws AppError CODE_NOT_SENT, for codes; Error for other messages, without the number or the words in it
 */
export function webhookMessages(endpoint: WebhookEndpoint, send: typeof fetch): Messenger & CodeSender {
  const post = async (body: Readonly<Record<string, string>>): Promise<void> => {
    const authorization = endpoint.token === '' ? {} : { Authorization: `Bearer ${endpoint.token}` };
    const response = await send(endpoint.url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...authorization },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(endpoint.timeoutMs),
    });
    if (!response.ok) throw new Error(`message gateway answered ${response.status}`);
  };
  return {
    send: async (message) => {
      await post({ kind: 'invitation', ...message });
      return 'sent';
    },
    way: () => 'phone',
    sendCode: async (message) => {
      try {
        await post({ kind: 'code', ...message });
      } catch {
        throw new AppError('CODE_NOT_SENT');
      }
    },
  };
}
