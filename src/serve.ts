/** The running service: ports, pages, the worker that generates, and an orderly end. */

import { dirname, join, resolve } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import { systemClock } from './adapters/clock.ts';
import { openFontLibrary } from './adapters/font-files.ts';
import { type Log, openLog } from './adapters/log.ts';
import { type MailServer, mailMessages } from './adapters/mail.ts';
import { webhookMessages } from './adapters/message-webhook.ts';
import { folderMessenger } from './adapters/messenger-folder.ts';
import { openAuthorities, readSecret } from './adapters/open-authorities.ts';
import { systemRandom } from './adapters/random.ts';
import { writeRosterTemplate } from './adapters/roster-template.ts';
import type { SignerConnection } from './adapters/signer-connection.ts';
import { readCertificates, readTextFile } from './adapters/signer-files.ts';
import { loadNamedRoots, loadTrustAnchors } from './adapters/trust-anchors.ts';
import { openVerifyService } from './adapters/verify-service.ts';
import { loadTemplates, openPorts } from './compose.ts';
import { type Config, parseSignerSettings, readConfig } from './config.ts';
import { DEMO_SCHOOL, type DemoVisit, demoAnnex, makeDemoBatch } from './demo-batch.ts';
import { AppError } from './errors.ts';
import { makeApp } from './http/app.ts';
import type { CodeSender, Messenger } from './ports.ts';
import { renewSchoolKey } from './workflow/enter-school.ts';
import { workOnce } from './workflow/generate-batch.ts';
import type { Tenant } from './workflow/stores.ts';
import { sweep } from './workflow/sweep.ts';
import type { Ports } from './workflow/workflow.ts';

export interface RunningService {
  /** Base of all addresses, such as `http://localhost:3000`. */
  readonly url: string;
  /** Set when a key was made: the first start, or on demand. It is shown nowhere else. */
  readonly schoolKey: string | null;
  /** Set when the demo batch was made: the first start. */
  readonly visits: readonly DemoVisit[];
  /** Stops accepting, finishes what runs, closes the database. */
  stop(): Promise<void>;
}

/**
 * @param root folder of this package
 * @throws Error in Chinese and English when the port is taken
 * @throws AppError TEMPLATE_… when a pack was altered; as `openAuthorities`; PRODUCTION_SETTING_MISSING
 */
export async function startService(root: string, config: Config): Promise<RunningService> {
  const school = schoolOf(config);
  const certs = config.certsFolder ?? join(root, 'certs');
  const outside = { clock: systemClock, random: systemRandom };
  const log = openLog(config.logLevel);
  const trustAnchors = await loadTrustAnchors(certs);
  const namedRoots = await loadNamedRoots(certs);
  const authorities = await openAuthorities({ ...config, folder: certs, origin: config.pkiUrl }, trustAnchors, {
    ...outside,
    fetch,
    onTimestampFailure: (failure) => log.error({ ...failure }, 'timestamp authority failed'),
  });
  const fonts = openFontLibrary(join(root, 'fonts'));
  const { ports, close } = await openPorts(config.dataFolder, {
    ...outside,
    ...(await messagesOf(config)),
    ...authorities,
    templates: loadTemplates(root, fonts, certs),
    fonts,
    trustAnchors,
    namedRoots,
    preparedDays: config.preparedDays,
    signers: config.signersFile === null ? [] : await openSigners(config.signersFile, school.id),
  });
  try {
    const verifier = openVerifyService(
      {
        root,
        trustAnchors: ports.trustAnchors,
        namedRoots,
        certs,
        packFolder: join(config.dataFolder, 'packs'),
      },
      systemClock,
    );
    const app = makeApp({
      ports,
      log,
      verifier,
      publicUrl: config.publicUrl,
      trustedProxies: config.trustedProxies,
      metricsFrom: config.metricsFrom,
      suggestedAnnex: await demoAnnex(root),
      rosterTemplate: writeRosterTemplate,
    });
    const server = createAdaptorServer({ fetch: app.fetch });
    const port = await listen(server, config);
    // Only now: a start that fails at the port must not use up the one time that the key is shown.
    const ways = await openWays(ports, root, config, school).catch(async (cause: unknown) => {
      await closeServer(server);
      throw cause;
    });
    const worker = startWorker(ports, log);
    return {
      url: config.publicUrl ?? `http://localhost:${port}`,
      ...ways,
      stop: async () => {
        await closeServer(server);
        await worker.stop();
        await verifier.close();
        await close();
      },
    };
  } catch (cause) {
    await close();
    throw cause;
  }
}

/** The school that the settings name, else the made-up one. @throws AppError PRODUCTION_SETTING_MISSING for that in production */
function schoolOf({ school }: Config): Tenant {
  if (school !== null) return { id: 'school', ...school };
  if (process.env['NODE_ENV'] !== 'production') return DEMO_SCHOOL;
  throw new AppError('PRODUCTION_SETTING_MISSING', { setting: 'SANFANG_SCHOOL 和 SANFANG_SCHOOL_CODE', why: '不知道这是哪一所学校' });
}

/** What the greeting tells: at the first start the school's key and the demo batch, later a key if a new one is asked for. */
async function openWays(ports: Ports, root: string, config: Config, school: Tenant): Promise<Pick<RunningService, 'schoolKey' | 'visits'>> {
  const isFirst = (await ports.tenants.find(school.id)) === undefined;
  await ports.tenants.ensure(school, ports.clock.now());
  return {
    schoolKey: isFirst || config.newSchoolKey === 'yes' ? await renewSchoolKey(ports, school) : null,
    visits: isFirst && config.demo === 'yes' && school === DEMO_SCHOOL ? await makeDemoBatch(ports, root) : [],
  };
}

/** Mail to whoever has an address, else a gateway before a folder, a folder before nothing. @throws AppError PRODUCTION_SETTING_MISSING when codes are asked for and nothing sends them */
async function messagesOf(config: Config): Promise<{ readonly messenger: Messenger | null; readonly codes: CodeSender | null }> {
  const { mail, messagesUrl, outboxFolder } = config;
  const token = await readSecret(config.messagesTokenFile, 'SANFANG_MESSAGES_TOKEN_FILE', 'optional');
  const folder = outboxFolder === null ? null : folderMessenger(outboxFolder);
  const gateway = messagesUrl === null ? folder : webhookMessages({ url: messagesUrl, token, timeoutMs: MESSAGE_TIMEOUT_MS }, fetch);
  const sender = mail === null ? gateway : mailMessages({ ...mail, login: await loginOf(mail), timeoutMs: MESSAGE_TIMEOUT_MS }, gateway);
  if (config.code === 'off') return { messenger: sender, codes: null };
  if (sender === null)
    throw new AppError('PRODUCTION_SETTING_MISSING', { setting: 'SANFANG_MESSAGES 或 SANFANG_SMTP', why: '要求验证码，却没有发送的接口' });
  return { messenger: sender, codes: sender };
}

const MESSAGE_TIMEOUT_MS = 10_000;

async function loginOf({ user, passwordFile }: NonNullable<Config['mail']>): Promise<MailServer['login']> {
  return user === null ? null : { user, password: await readSecret(passwordFile, 'SANFANG_SMTP_PASSWORD_FILE', 'needed') };
}

/** @param usual school of those that name none @throws Error in Chinese naming what cannot be used */
async function openSigners(path: string, usual: string): Promise<readonly SignerConnection[]> {
  const settings = parseSignerSettings(await readTextFile(path));
  return Promise.all(
    settings.map(async ({ name, zh, school, chain, command, url, authorization }) => ({
      name,
      zh,
      tenant: school ?? usual,
      chain: await readCertificates(resolve(dirname(path), chain)),
      reach:
        command === undefined
          ? { kind: 'address' as const, url: url ?? '', authorization: authorization ?? null }
          : { kind: 'command' as const, command },
    })),
  );
}

type Server = ReturnType<typeof createAdaptorServer>;

function listen(server: Server, { port, host }: Config): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const taken = 'code' in cause && cause.code === 'EADDRINUSE';
      const words = `端口 ${port} 已被占用，请关闭占用它的程序，或换一个端口：PORT=3001 npm start / Port ${port} is in use, try another: PORT=3001 npm start`;
      reject(taken ? new Error(words, { cause }) : cause);
    });
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

const DRAIN_MS = 5000;

/** Requests under way are answered; connections that idle or take too long are cut. */
function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => 'closeAllConnections' in server && server.closeAllConnections(), DRAIN_MS);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    if ('closeIdleConnections' in server) server.closeIdleConnections();
  });
}

const IDLE_MS = 250;
const SWEEP_MS = 3_600_000;

/** Takes jobs one after another; one that fails is tried again later. At the start and every hour it looks for what was left undone. */
function startWorker(ports: Ports, log: Log): { stop(): Promise<void> } {
  let running = true;
  let wake: () => void = () => undefined;
  let nextSweep = 0;
  const told = (what: string) => (error: unknown) => {
    log.error({ error: error instanceof Error ? (error.stack ?? error.message) : 'not an Error' }, what);
    return undefined;
  };
  const loop = async (): Promise<void> => {
    while (running) {
      if (ports.clock.now() >= nextSweep) {
        nextSweep = ports.clock.now() + SWEEP_MS;
        const swept = await sweep(ports).catch(told('sweep failed'));
        if (swept !== undefined) log.info({ ...swept }, 'swept');
      }
      const worked = await workOnce(ports).catch(told('job failed'));
      if (worked || !running) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, IDLE_MS);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  const done = loop();
  return {
    stop: () => {
      running = false;
      wake();
      return done;
    },
  };
}

/** What a person who started the service needs to know. */
export function greeting({ url, schoolKey, visits }: RunningService): string {
  const lines = ['', '三方签已启动 / Sanfang is running', ''];
  lines.push(`  学校工作台 School   ${url}/school${schoolKey === null ? '' : `?key=${schoolKey}`}`);
  if (schoolKey === null) lines.push('    （口令只在首次启动时显示；遗失时用 SANFANG_NEW_SCHOOL_KEY=yes npm start 换新）');
  lines.push(`  验证协议   Verify   ${url}/verify`, '');
  if (visits.length > 0) lines.push('  试签一份（以下人员、单位均为虚构） / Try signing one (all fictitious):');
  for (const { path, name, answer } of visits) lines.push(`    ${name}：${answer}`, `      ${url}${path}`);
  lines.push('', '  按 Ctrl+C 停止 / Ctrl+C to stop', '');
  return lines.join('\n');
}

/** Starts with the settings of the environment, greets, and ends in order on SIGTERM and SIGINT. @param root folder of this package */
export async function serve(root: string): Promise<void> {
  const service = await startService(root, readConfig(process.env)).catch((error: unknown) => {
    process.stderr.write(`${error instanceof AppError ? error.zh : error instanceof Error ? error.message : '启动失败'}\n`);
    process.exitCode = 1;
    return undefined;
  });
  if (service === undefined) return;
  const asked = new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
  });
  process.stdout.write(greeting(service));
  await asked;
  await service.stop();
}
