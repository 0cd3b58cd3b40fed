/** What is kept of a visit for evidence: a masked address and a class of device. */
import type { Context } from 'hono';
import { z } from 'zod';
import type { Visitor } from '../workflow/stores/evidence.ts';
import type { Service } from './service.ts';

/** What the server hands on beside the request; absent in tests. */
const Socket = z.object({ incoming: z.object({ socket: z.object({ remoteAddress: z.string() }) }) });

const DEVICES: readonly (readonly [pattern: RegExp, device: string])[] = [
  [/MicroMessenger/i, 'wechat'],
  [/iPad|Tablet/i, 'tablet'],
  [/Mobile|Android|iPhone/i, 'phone'],
  [/Windows|Macintosh|X11|Linux/i, 'computer'],
];

/** IPv4 without its last number, IPv6 without all but its first three groups. */
export function maskAddress(address: string): string {
  const [, v4] = /^(?:::ffff:)?(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$/i.exec(address) ?? [];
  if (v4 !== undefined) return `${v4}.*`;
  return /^[0-9a-f:]+$/i.test(address) && address.includes(':') ? `${address.split(':').slice(0, 3).join(':')}:*` : 'unknown';
}

/** Whole, for counting and nothing else. A proxy is believed only where it was named, and only its own word, the last. */
export function addressOf({ trustedProxies }: Pick<Service, 'trustedProxies'>, c: Context): string {
  const socket = Socket.safeParse(c.env);
  const direct = socket.success ? socket.data.incoming.socket.remoteAddress.replace(/^::ffff:/i, '') : '';
  if (!trustedProxies.includes(direct)) return direct;
  return c.req.header('X-Forwarded-For')?.split(',').at(-1)?.trim() ?? direct;
}

export function visitorOf(service: Pick<Service, 'trustedProxies'>, c: Context): Visitor {
  const agent = c.req.header('User-Agent') ?? '';
  return { from: maskAddress(addressOf(service, c)), device: DEVICES.find(([pattern]) => pattern.test(agent))?.[1] ?? 'other' };
}
