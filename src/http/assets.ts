/** Style sheet, icon and browser modules, read and type-stripped once at start-up; served under a path that names their content. */
import { readdirSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { fromUtf8 } from '../bytes.ts';
import { sha256Hex } from '../digest.ts';

export interface Asset {
  /** Value of Content-Type. */
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const HERE = new URL('.', import.meta.url);

/** Modules outside `client/` that browser modules may import, by their path below `src/`. */
const SHARED_MODULES = ['bytes.ts', 'agreement/shown-value.ts', 'pki/failure.ts', 'pki/open-pkcs12.ts'];

/** Modules that ask for something of the server's runtime: their twins stand in for them, under the same name. */
const TWINS = { 'memory.ts': 'memory.browser.ts' } as const;

const read = (path: string): string => readFileSync(new URL(path, HERE), 'utf8');
/** Parts of the one style sheet, in the order of the cascade. */
const STYLE = readdirSync(new URL('assets/style/', HERE)).sort();

/** Where browser modules find the packages that they import by name. */
const PACKAGES = { uqr: 'vendor/uqr.mjs', 'node-forge': 'vendor/forge.mjs' } as const;

const JAVASCRIPT = 'text/javascript; charset=utf-8';

/** @param served path below the base, which mirrors `src/` */
function script(served: string): Asset {
  let text = stripTypeScriptTypes(read(`../${served}`), { mode: 'strip' });
  const base = '../'.repeat(served.split('/').length - 1);
  for (const [name, place] of Object.entries(PACKAGES)) text = text.replace(`from '${name}'`, `from '${base}${place}'`);
  return { type: JAVASCRIPT, bytes: fromUtf8(text) };
}

function readAll(): ReadonlyMap<string, Asset> {
  const files = new Map<string, Asset>();
  files.set('sanfang.css', {
    type: 'text/css; charset=utf-8',
    bytes: fromUtf8(STYLE.map((name) => read(`assets/style/${name}`)).join('\n')),
  });
  files.set('verifier.css', { type: 'text/css; charset=utf-8', bytes: fromUtf8(read('../verifier/style.css')) });
  files.set('sanfang.svg', { type: 'image/svg+xml', bytes: fromUtf8(read('assets/sanfang.svg')) });
  for (const name of readdirSync(new URL('client/', HERE)).sort()) {
    if (name.endsWith('.ts')) files.set(`http/client/${name}`, script(`http/client/${name}`));
  }
  for (const name of SHARED_MODULES) files.set(name, script(name));
  for (const [name, twin] of Object.entries(TWINS)) files.set(name, script(twin));
  files.set('vendor/uqr.mjs', { type: JAVASCRIPT, bytes: fromUtf8(readFileSync(new URL(import.meta.resolve('uqr')), 'utf8')) });
  files.set('vendor/forge.mjs', { type: JAVASCRIPT, bytes: fromUtf8(readForge()) });
  return files;
}

/** How the build for browsers asks for the global object, which our pages forbid: it is code made from text. */
const GLOBAL_BY_EVAL = 'new Function("return this")()';

/** The build for browsers sets a global; as a module it gives that. Fetched only by who opens a certificate file. */
function readForge(): string {
  const build = readFileSync(new URL('../dist/forge.min.js', import.meta.resolve('node-forge')), 'utf8');
  if (!build.includes(GLOBAL_BY_EVAL)) throw new Error('node-forge is built in another way: look at it again');
  return `${build.replaceAll(GLOBAL_BY_EVAL, 'globalThis')}\nexport default window.forge;\n`;
}

/** Path below the base (`sanfang.css`, `http/client/sign-page.ts`, …) → file. Paths mirror `src/`, so relative imports hold. */
export const ASSETS: ReadonlyMap<string, Asset> = readAll();

const version = sha256Hex(...[...ASSETS].flatMap(([path, asset]) => [fromUtf8(path), asset.bytes])).slice(0, 16);

/** `/assets/<digest>/`: changes with any byte of any asset, so that browsers may keep the files for ever. */
export const ASSET_BASE = `/assets/${version}/`;

/** Address of an asset. @throws Error when there is none of that name (a bug in a page) */
export function assetUrl(path: string): string {
  if (!ASSETS.has(path)) throw new Error(`no such asset: ${path}`);
  return ASSET_BASE + path;
}

/** Answers a GET of `/assets/…`; undefined when the path names no asset of this version. */
export function assetResponse(path: string): Response | undefined {
  const asset = path.startsWith(ASSET_BASE) ? ASSETS.get(path.slice(ASSET_BASE.length)) : undefined;
  return (
    asset && new Response(asset.bytes, { headers: { 'Content-Type': asset.type, 'Cache-Control': 'public, max-age=31536000, immutable' } })
  );
}
