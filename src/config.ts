/** Settings from the environment, read once at start-up; what is missing has a default that works on one machine. */
import { resolve } from 'node:path';
import { z } from 'zod';

const addresses = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((each) => each.trim())
      .filter((each) => each !== ''),
  )
  .pipe(z.array(z.url({ protocol: /^https?$/ })));

const shape = z.object({
  PORT: z.coerce.number().int().min(0).max(65535).default(3000),
  /** Address to listen on; only this machine by default. */
  SANFANG_HOST: z.string().min(1).default('127.0.0.1'),
  SANFANG_DATA: z.string().min(1).default('data'),
  /** Address that links begin with, without a slash at the end. */
  SANFANG_URL: z
    .url({ protocol: /^https?$/ })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  /** Folder into which messages to signatories are written, for a gateway to take. */
  SANFANG_OUTBOX: z.string().min(1).optional(),
  /** Addresses of RFC 3161 timestamp authorities, in the order of preference, separated by commas; the development one where empty. */
  SANFANG_TSA: addresses,
  /** Addresses of revocation lists of the authorities in use, separated by commas. */
  SANFANG_CRL: addresses,
  /** `no` starts without the demo school's batch. */
  SANFANG_DEMO: z.enum(['yes', 'no']).default('yes'),
  /** `yes` ends the old school key and prints a new one. */
  SANFANG_NEW_SCHOOL_KEY: z.enum(['yes', 'no']).default('no'),
  SANFANG_LOG: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('warn'),
});

export interface Config {
  /** 0 asks the system for a free port. */
  readonly port: number;
  readonly host: string;
  /** Absolute folder of the database, blobs and development keys. */
  readonly dataFolder: string;
  /** Base of links, or null to use the address that the service listens on. */
  readonly publicUrl: string | null;
  /** Absolute folder of messages to signatories, or null when the school hands links out itself. */
  readonly outboxFolder: string | null;
  readonly timestampUrls: readonly string[];
  readonly crlUrls: readonly string[];
  readonly demo: 'yes' | 'no';
  readonly newSchoolKey: 'yes' | 'no';
  readonly logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug';
}

/** @throws Error naming the setting that cannot be used, in Chinese */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const read = shape.safeParse(environment);
  if (!read.success) {
    const names = read.error.issues.map((issue) => issue.path.join('.')).join('、');
    throw new Error(`环境变量 ${names} 的值不能用。请改正后重新启动。`);
  }
  const settings = read.data;
  return {
    port: settings.PORT,
    host: settings.SANFANG_HOST,
    dataFolder: resolve(settings.SANFANG_DATA),
    publicUrl: settings.SANFANG_URL ?? null,
    outboxFolder: settings.SANFANG_OUTBOX === undefined ? null : resolve(settings.SANFANG_OUTBOX),
    timestampUrls: settings.SANFANG_TSA,
    crlUrls: settings.SANFANG_CRL,
    demo: settings.SANFANG_DEMO,
    newSchoolKey: settings.SANFANG_NEW_SCHOOL_KEY,
    logLevel: settings.SANFANG_LOG,
  };
}
