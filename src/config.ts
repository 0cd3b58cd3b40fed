/** Settings from the environment, read once at start-up; what is missing has a default that works on one machine. */
import { resolve } from 'node:path';
import { z } from 'zod';
import { creditCodeFault } from './agreement/identifiers.ts';

const splitList = (text: string): readonly string[] =>
  text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
const list = z.string().default('').transform(splitList);
const addresses = list.pipe(z.array(z.url({ protocol: /^https?$/ })));
/** Without a slash at the end. */
const origin = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''));

const machines = z
  .string()
  .default('127.0.0.1,::1')
  .transform(splitList)
  .pipe(z.array(z.string().regex(/^[0-9a-f.:]+$/i)));

const shape = z.object({
  PORT: z.coerce.number().int().min(0).max(65535).default(3000),
  /** Address to listen on; only this machine by default. */
  SANFANG_HOST: z.string().min(1).default('127.0.0.1'),
  SANFANG_DATA: z.string().min(1).default('data'),
  /** Address that links begin with, without a slash at the end. */
  SANFANG_URL: origin.optional(),
  /** Folder into which messages to signatories are written, for a gateway to take. */
  SANFANG_OUTBOX: z.string().min(1).optional(),
  /** Address of a message gateway, and the file with its token. */
  SANFANG_MESSAGES: z.url({ protocol: /^https?$/ }).optional(),
  SANFANG_MESSAGES_TOKEN_FILE: z.string().min(1).optional(),
  /** Mail server, `smtps://host[:465]` or `smtp://host[:587]` with STARTTLS; who logs in there, and as whom it sends. */
  SANFANG_SMTP: z
    .url({ protocol: /^smtps?$/ })
    .refine((url) => new URL(url).username === '' && new URL(url).password === '')
    .optional(),
  SANFANG_SMTP_FROM: z.email().optional(),
  SANFANG_SMTP_USER: z.string().min(1).max(200).optional(),
  SANFANG_SMTP_PASSWORD_FILE: z.string().min(1).optional(),
  /** `required`: signatories who come by link also enter a code that is sent to their telephone, or by mail. */
  SANFANG_CODE: z.enum(['off', 'required']).default('off'),
  /** Addresses of RFC 3161 timestamp authorities, in the order of preference, separated by commas; the development one where empty. */
  SANFANG_TSA: addresses,
  /** Addresses of revocation lists of the authorities in use, separated by commas. */
  SANFANG_CRL: addresses,
  /** Folder of trust anchors, template authorities and keys; `certs` of this package where empty. */
  SANFANG_CERTS: z.string().min(1).optional(),
  /** Who issues certificates: `dev` for trying out, `own` key in `certs/platform`, `ra` a licensed authority, `none` nobody here. */
  SANFANG_CA: z.enum(['dev', 'own', 'ra', 'none']).default('dev'),
  /** File whose first line is the passphrase of the keys in `certs/platform`. */
  SANFANG_CA_PASSPHRASE_FILE: z.string().min(1).optional(),
  /** Certificate policy that the operator has published. */
  SANFANG_CA_POLICY: z
    .string()
    .regex(/^[0-2](?:\.\d{1,9}){2,15}$/)
    .optional(),
  SANFANG_RA_URL: origin.optional(),
  SANFANG_RA_TOKEN_FILE: z.string().min(1).optional(),
  /** Where lists and answers about our own certificates are reached; SANFANG_URL where empty. Plain http is usual: they are signed. */
  SANFANG_PKI_URL: origin.optional(),
  /** Hosts at which certificates may send us for lists and answers, separated by commas. */
  SANFANG_REVOCATION_HOSTS: list.pipe(z.array(z.string().regex(/^[a-z0-9.-]+(?::\d{1,5})?$/))),
  /** Addresses of proxies whose word on the visitor's address is believed, separated by commas. */
  SANFANG_PROXY: machines,
  /** Addresses of machines that may read /metrics, separated by commas. */
  SANFANG_METRICS: machines,
  /** Days that a prepared signature waits for the value of an external signer. */
  SANFANG_PREPARED_DAYS: z.coerce.number().int().min(1).max(14).default(7),
  /** File that lists signing devices and services, see `parseSignerSettings`. */
  SANFANG_SIGNERS: z.string().min(1).optional(),
  /** Full name and unified social credit code of the school, without which the service is tried out. */
  SANFANG_SCHOOL: z
    .string()
    .regex(/^[\p{Script=Han}（）()·A-Za-z0-9]{4,60}$/u)
    .optional(),
  SANFANG_SCHOOL_CODE: z
    .string()
    .refine((code) => creditCodeFault(code) === undefined)
    .optional(),
  /** `no` starts without the demo school's batch. */
  SANFANG_DEMO: z.enum(['yes', 'no']).default('yes'),
  /** `yes` ends the old school key and prints a new one. */
  SANFANG_NEW_SCHOOL_KEY: z.enum(['yes', 'no']).default('no'),
  SANFANG_LOG: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('warn'),
});

const whole = shape
  .refine((settings) => (settings.SANFANG_SMTP === undefined) === (settings.SANFANG_SMTP_FROM === undefined), {
    path: ['SANFANG_SMTP_FROM'],
  })
  .refine((settings) => (settings.SANFANG_SCHOOL === undefined) === (settings.SANFANG_SCHOOL_CODE === undefined), {
    path: ['SANFANG_SCHOOL_CODE'],
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
  readonly messagesUrl: string | null;
  readonly messagesTokenFile: string | null;
  /** Null where no mail is sent. */
  readonly mail: {
    readonly host: string;
    readonly port: number;
    readonly tls: 'at once' | 'upgrade';
    readonly from: string;
    readonly user: string | null;
    readonly passwordFile: string | null;
  } | null;
  readonly code: 'off' | 'required';
  readonly timestampUrls: readonly string[];
  readonly crlUrls: readonly string[];
  /** Absolute, or null for the one of this package. */
  readonly certsFolder: string | null;
  readonly certificates: 'dev' | 'own' | 'ra' | 'none';
  readonly passphraseFile: string | null;
  readonly policyOid: string | null;
  readonly raUrl: string | null;
  readonly raTokenFile: string | null;
  /** Below which it is published what was revoked, or null. */
  readonly pkiUrl: string | null;
  readonly revocationHosts: readonly string[];
  readonly trustedProxies: readonly string[];
  readonly metricsFrom: readonly string[];
  readonly preparedDays: number;
  /** Absolute, or null. */
  readonly signersFile: string | null;
  /** Null while the service is tried out. */
  readonly school: { readonly name: string; readonly creditCode: string } | null;
  readonly demo: 'yes' | 'no';
  readonly newSchoolKey: 'yes' | 'no';
  readonly logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug';
}

function mailOf(settings: z.infer<typeof shape>): Config['mail'] {
  if (settings.SANFANG_SMTP === undefined || settings.SANFANG_SMTP_FROM === undefined) return null;
  const { protocol, hostname, port } = new URL(settings.SANFANG_SMTP);
  const tls = protocol === 'smtps:' ? 'at once' : 'upgrade';
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? (tls === 'at once' ? 465 : 587) : Number(port),
    tls,
    from: settings.SANFANG_SMTP_FROM,
    user: settings.SANFANG_SMTP_USER ?? null,
    passwordFile: settings.SANFANG_SMTP_PASSWORD_FILE ?? null,
  };
}

const schoolOf = ({ SANFANG_SCHOOL: name, SANFANG_SCHOOL_CODE: creditCode }: z.infer<typeof shape>): Config['school'] =>
  name === undefined || creditCode === undefined ? null : { name, creditCode };

/** @throws Error naming the setting that cannot be used, in Chinese */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const read = whole.safeParse(environment);
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
    messagesUrl: settings.SANFANG_MESSAGES ?? null,
    messagesTokenFile: settings.SANFANG_MESSAGES_TOKEN_FILE ?? null,
    mail: mailOf(settings),
    code: settings.SANFANG_CODE,
    timestampUrls: settings.SANFANG_TSA,
    crlUrls: settings.SANFANG_CRL,
    certsFolder: settings.SANFANG_CERTS === undefined ? null : resolve(settings.SANFANG_CERTS),
    certificates: settings.SANFANG_CA,
    passphraseFile: settings.SANFANG_CA_PASSPHRASE_FILE ?? null,
    policyOid: settings.SANFANG_CA_POLICY ?? null,
    raUrl: settings.SANFANG_RA_URL ?? null,
    raTokenFile: settings.SANFANG_RA_TOKEN_FILE ?? null,
    pkiUrl: settings.SANFANG_PKI_URL ?? settings.SANFANG_URL ?? null,
    revocationHosts: settings.SANFANG_REVOCATION_HOSTS,
    trustedProxies: settings.SANFANG_PROXY,
    metricsFrom: settings.SANFANG_METRICS,
    preparedDays: settings.SANFANG_PREPARED_DAYS,
    signersFile: settings.SANFANG_SIGNERS === undefined ? null : resolve(settings.SANFANG_SIGNERS),
    school: schoolOf(settings),
    demo: settings.SANFANG_DEMO,
    newSchoolKey: settings.SANFANG_NEW_SCHOOL_KEY,
    logLevel: settings.SANFANG_LOG,
  };
}

const signers = z
  .array(
    z
      .strictObject({
        name: z.string().regex(/^[a-z0-9-]{1,40}$/),
        zh: z.string().min(1).max(40),
        /** The school that may use it, by its name in the database; the installation's own where left out. */
        school: z.string().min(1).max(64).optional(),
        /** File of the certificate and its issuers, PEM; beside the list unless absolute. */
        chain: z.string().min(1),
        command: z
          .tuple([z.string().min(1)])
          .rest(z.string())
          .optional(),
        url: z.url({ protocol: /^https?$/ }).optional(),
        /** Value of the Authorization header. */
        authorization: z.string().min(1).optional(),
      })
      .refine(({ command, url }) => (command === undefined) !== (url === undefined)),
  )
  .max(20);

export type SignerSetting = z.infer<typeof signers>[number];

/** Devices and services that sign for the school, each behind a command or an address. @throws Error in Chinese */
export function parseSignerSettings(text: string): readonly SignerSetting[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error('SANFANG_SIGNERS 指定的文件不是 JSON。请改正后重新启动。');
  }
  const read = signers.safeParse(json);
  if (read.success) return read.data;
  throw new Error(
    `SANFANG_SIGNERS 指定的文件里 ${read.error.issues.map(({ path }) => path.join('.') || '整体').join('、')} 不能用。请改正后重新启动。`,
  );
}
