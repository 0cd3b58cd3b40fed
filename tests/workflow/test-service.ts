/** A whole service in this process: real rooms, real stores in a temporary folder, a fixed clock, an authority in memory. */
import { createHash } from 'node:crypto';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Hono } from 'hono';
import { onTestFinished } from 'vitest';
import type { RevokedCertificate } from '../../src/adapters/authority-revocation.ts';
import { openFontLibrary } from '../../src/adapters/font-files.ts';
import { folderMessenger } from '../../src/adapters/messenger-folder.ts';
import { writeRosterTemplate } from '../../src/adapters/roster-template.ts';
import { loadTemplates, type OpenPorts, openPorts } from '../../src/compose.ts';
import { demoAnnex } from '../../src/demo-batch.ts';
import { sha256Hex } from '../../src/digest.ts';
import { makeApp } from '../../src/http/app.ts';
import type { Log, Service } from '../../src/http/service.ts';
import { type Instant, toInstant, wholeSeconds } from '../../src/instant.ts';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { REVOCATION_REASONS } from '../../src/pki/crl.ts';
import type { Random } from '../../src/ports.ts';
import { renewSchoolKey } from '../../src/workflow/enter-school.ts';
import { workOnce } from '../../src/workflow/generate-batch.ts';
import type { Tenant } from '../../src/workflow/stores.ts';
import type { Ports } from '../../src/workflow/workflow.ts';
import { makeMemoryAuthority } from '../adapters/memory-authority.ts';
import { NOW, temporaryFolder } from '../adapters/temporary.ts';
import { LICENSED } from './licensed-authority.ts';

export const ROOT = join(import.meta.dirname, '..', '..');
export const SCHOOL: Tenant = { id: 'demo', name: '示例职业技术学校', creditCode: null };
/** The pages and doors over these ports, with nothing of its own that a test does not give. */
export const appOver = (ports: Ports, own: Partial<Service> = {}): ReturnType<typeof makeApp> =>
  makeApp({
    ports,
    log: { info: () => undefined, error: () => undefined },
    publicUrl: null,
    trustedProxies: [],
    suggestedAnnex: null,
    rosterTemplate: async () => new Uint8Array(),
    ...own,
  });

export const FONTS = openFontLibrary(join(ROOT, 'fonts'));
export const TEMPLATES = loadTemplates(ROOT, FONTS);
export const demoRoster = (): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(join(ROOT, 'templates/sample/demo-roster.xlsx')));

/** The same bytes in every run: SHA-256 of a counter. */
export function seededRandom(seed: string): Random {
  let counter = 0;
  return {
    bytes(length) {
      const bytes = new Uint8Array(length);
      for (let at = 0; at < length; at += 32) {
        bytes.set(
          createHash('sha256')
            .update(`${seed} ${counter++}`)
            .digest()
            .subarray(0, Math.min(32, length - at)),
          at,
        );
      }
      return bytes;
    },
  };
}

export interface TestService {
  readonly ports: Ports;
  readonly app: Hono;
  readonly schoolKey: string;
  readonly logged: unknown[];
  readonly dataFolder: string;
  /** Moves the clock. */
  wait(ms: number): void;
  /** From now on the authority says that this certificate (DER) is revoked. */
  revoke(certificate: Uint8Array): void;
  close(): Promise<void>;
  /** Generates what is queued. */
  work(): Promise<void>;
  /** The same folder opened again, as after a crash: nothing but the disk is carried over. */
  restart(): Promise<{ readonly ports: Ports; readonly app: Hono }>;
}

/** One authority for every service, so that a copied folder goes on under the same certificates. */
let now: Instant = NOW;
const clock = { now: () => now };
const revoked: RevokedCertificate[] = [];
const authority = makeMemoryAuthority({ clock, random: seededRandom('authority') }, revoked);
let services = 0;

/** @param from a data folder to go on from, copied */
export async function openTestService(from?: { readonly dataFolder: string; readonly schoolKey: string }): Promise<TestService> {
  const dataFolder = temporaryFolder();
  if (from !== undefined) cpSync(from.dataFolder, dataFolder, { recursive: true });
  now = NOW;
  const random = seededRandom(`service ${services++}`);
  const outside = {
    clock,
    random,
    certificates: authority,
    timestamps: authority,
    revocation: authority,
    platform: authority,
    publisher: authority,
    codes: null,
    messenger: folderMessenger(join(dataFolder, 'outbox')),
    templates: TEMPLATES,
    fonts: FONTS,
    trustAnchors: [LICENSED.root],
    namedRoots: [{ sha256: sha256Hex(LICENSED.root), is: 'licensed' as const }],
  };
  const logged: unknown[] = [];
  const log: Log = { info: (fields) => logged.push(fields), error: (fields) => logged.push(fields) };
  const toClose: OpenPorts[] = [];
  onTestFinished(async () => {
    for (const one of toClose) await one.close();
  });
  const open = async () => {
    const one = await openPorts(dataFolder, outside);
    toClose.push(one);
    return {
      ports: one.ports,
      app: makeApp({
        ports: one.ports,
        log,
        publicUrl: null,
        trustedProxies: [],
        suggestedAnnex: await demoAnnex(ROOT),
        rosterTemplate: writeRosterTemplate,
      }),
    };
  };
  const { ports, app } = await open();
  return {
    ports,
    app,
    logged,
    dataFolder,
    schoolKey: from?.schoolKey ?? (await renewSchoolKey(ports, SCHOOL)),
    wait: (ms) => {
      now = toInstant(now + ms);
    },
    revoke: (der) =>
      void revoked.push({ serialHex: parseCertificate(der).serialHex, at: wholeSeconds(now), reason: REVOCATION_REASONS.keyCompromise }),
    close: async () => {
      for (const one of toClose.splice(0)) await one.close();
    },
    work: async () => {
      while (await workOnce(ports));
    },
    restart: async () => {
      for (const one of toClose.splice(0)) await one.close();
      return open();
    },
  };
}
