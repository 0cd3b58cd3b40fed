/** Holds the floor plan: rooms import downward only, one library has one home, pure rooms ask nobody for time or chance. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const src = resolve(import.meta.dirname, '../src');
const GROUND = ['refusals', 'errors', 'bytes', 'crc32', 'digest', 'canonical-json', 'instant'];

/** Each room and the rooms it may import, ground floor first. */
const FLOORS: Readonly<Record<string, readonly string[]>> = {
  refusals: [],
  errors: ['refusals'],
  memory: [],
  'memory.browser': [],
  bytes: ['memory'],
  crc32: [],
  digest: [],
  instant: [],
  'canonical-json': [],
  agreement: GROUND,
  'digest.browser': ['bytes', 'digest'],
  pdf: GROUND,
  pki: GROUND,
  template: [...GROUND, 'agreement', 'pdf'],
  signing: [...GROUND, 'agreement', 'pdf', 'pki', 'template'],
  verify: [...GROUND, 'agreement', 'pdf', 'pki', 'template'],
  ports: [...GROUND, 'agreement'],
  workflow: [...GROUND, 'agreement', 'pki', 'template', 'signing', 'verify', 'ports'],
  adapters: [
    ...GROUND,
    'agreement',
    'pdf',
    'pki',
    'template',
    'verify',
    'ports',
    'workflow/stores',
    'workflow/job-kinds',
    'workflow/workflow',
    'workflow/load-templates',
    'workflow/plan-agreements',
    'workflow/render-files',
  ],
  verifier: [
    ...GROUND,
    'agreement',
    'pdf',
    'pki',
    'template',
    'verify',
    'workflow/load-templates',
    'adapters/verify-workbook',
    'http/contract',
  ],
  'http/client': ['bytes', 'agreement/shown-value', 'http/contract', 'http/views', 'pki/failure', 'pki/open-pkcs12'],
  http: [...GROUND, 'agreement', 'verify', 'workflow', 'ports', 'verifier/markup'],
  cli: [...GROUND, 'agreement', 'pki', 'template', 'verify', 'workflow', 'ports'],
  config: ['errors', 'agreement'],
  'demo-batch': [...GROUND, 'ports', 'agreement', 'template', 'workflow'],
  compose: [...GROUND, 'config', 'ports', 'agreement', 'template', 'workflow', 'adapters'],
  serve: [...GROUND, 'compose', 'demo-batch', 'config', 'ports', 'agreement', 'template', 'workflow', 'adapters', 'http'],
  main: ['run'],
  run: [...GROUND, 'config', 'ports', 'adapters', 'cli', 'serve'],
};

/** A library that is not listed may not be imported at all. */
const HOMES: Readonly<Record<string, readonly string[]>> = {
  hono: ['http'],
  '@hono/node-server': ['serve'],
  'pdf-lib': ['pdf'],
  '@pdf-lib/fontkit': ['pdf'],
  pako: ['pdf'],
  'node-forge': ['pki'],
  '@noble/hashes': ['digest.browser'],
  '@noble/curves': ['pki'],
  handlebars: ['template'],
  saxes: ['template'],
  fflate: ['template', 'adapters', 'verify', 'verifier'],
  zod: ['agreement', 'template', 'http', 'config', 'verifier'],
  hucre: ['adapters'],
  rolldown: ['adapters'],
  kysely: ['adapters'],
  'better-sqlite3': ['adapters'],
  nodemailer: ['adapters'],
  pino: ['serve', 'adapters'],
  uqr: ['pdf', 'http', 'http/client'],
  'node:buffer': ['memory'],
  'node:crypto': ['digest', 'pki', 'adapters'],
  'node:child_process': ['adapters'],
  'node:fs': ['adapters', 'cli', 'http', 'demo-batch'],
  'node:path': ['adapters', 'cli', 'config', 'run', 'serve', 'compose', 'demo-batch', 'http'],
  'node:os': ['adapters'],
  'node:v8': ['adapters'],
  'node:worker_threads': ['adapters'],
  'node:zlib': ['adapters'],
  'node:util': ['cli'],
  'node:url': ['serve', 'http'],
  'node:module': ['http', 'main', 'adapters'],
  'node:stream': ['http', 'adapters'],
};

const PURE = [
  'refusals',
  'errors',
  'bytes',
  'crc32',
  'memory.browser',
  'digest',
  'digest.browser',
  'canonical-json',
  'instant',
  'agreement',
  'pdf',
  'pki',
  'template',
  'signing',
  'verify',
];
const IMPURE =
  /\bnew Date\(\)|\bDate\.now\(|\bMath\.random\(|\bfetch\(|\bprocess\.|\bconsole\.|\bgetRandomValues\(|\brandomUUID\(|\bBuffer\b/;

/** Where one type is forced into another: the makers of branded values, what a library's types leave out, and what we stored ourselves. */
const DOUBLE_CASTS = new Set([
  'signing/prepare.ts',
  'signing/complete.ts',
  'template/compile.ts',
  'pdf/font-import.ts',
  'pdf/deflate.ts',
  'pdf/reader-filters.ts',
  'verifier/worker.ts',
  'verifier/carried.ts',
  'workflow/import-roster.ts',
  'workflow/import-template-pack.ts',
]);

interface Source {
  readonly path: string;
  readonly text: string;
}

const bare = (path: string): string => path.replace(/\.ts$/, '');
const under = (path: string, room: string): boolean => bare(path) === room || path.startsWith(`${room}/`);

const roomOf = (path: string): string =>
  Object.keys(FLOORS)
    .filter((room) => under(path, room))
    .sort((a, b) => b.length - a.length)[0] ?? `no room for ${path}`;

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '');
const IMPORT = /^(?:import|export)\s[^'"`;()=]*?from\s+['"]([^'"\n]+)['"]|^import\s+['"]([^'"\n]+)['"]|\bimport\(\s*['"]([^'"\n]+)['"]/gm;
const importsOf = (source: Source): string[] =>
  [...withoutComments(source.text).matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');

/** Every rule that a file breaks, as sentences. */
function violations(source: Source): string[] {
  const room = roomOf(source.path);
  const allowed = FLOORS[room];
  if (allowed === undefined) return [room];
  const broken: string[] = [];
  for (const specifier of importsOf(source)) {
    if (specifier.startsWith('.')) {
      const target = relative(src, join(src, dirname(source.path), specifier));
      const targetRoom = roomOf(target);
      if (targetRoom !== room && !allowed.includes(targetRoom) && !allowed.some((entry) => under(target, entry))) {
        broken.push(`${room} may not import ${targetRoom}`);
      }
      continue;
    }
    const library = Object.keys(HOMES).find((name) => specifier === name || specifier.startsWith(`${name}/`));
    if (!(HOMES[library ?? ''] ?? []).includes(room)) broken.push(`${specifier} has no home in ${room}`);
  }
  if (PURE.includes(room) && IMPURE.test(withoutComments(source.text))) broken.push('a pure room asks for time, chance or I/O');
  if (source.text.split('\n').length > 401) broken.push('over 400 lines');
  if (/(^|\/)(index|helpers?|utils?)\.ts$|\/utils\//.test(source.path)) broken.push('a barrel or a junk drawer');
  if (/^export default/m.test(source.text)) broken.push('a default export');
  if (/\bas unknown as\b/.test(source.text) && !DOUBLE_CASTS.has(source.path)) broken.push('a type forced into another');
  if (/\b(?:TODO(?!\(#\d+\): )|FIXME|XXX|HACK)\b/.test(source.text)) broken.push('unfinished without an issue');
  if (!source.text.startsWith('/**')) broken.push('no opening sentence');
  return broken;
}

const sources: Source[] = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({ path, text: readFileSync(join(src, path), 'utf8') }));

describe('the floor plan', () => {
  test.each(sources)('$path keeps to its room', (source) => {
    expect(violations(source)).toEqual([]);
  });
});

describe('a planted violation is found', () => {
  const doc = '/** One sentence. */\n';
  test.each([
    ['signing/planted.ts', "import { verifyFile } from '../verify/verify-file.ts';", 'signing may not import verify'],
    ['verify/planted.ts', "import { prepareSignature } from '../signing/prepare.ts';", 'verify may not import signing'],
    ['pdf/planted.ts', "import { FIELDS } from '../agreement/fields.ts';", 'pdf may not import agreement'],
    ['agreement/planted.ts', "import { loadPack } from '../template/load-pack.ts';", 'agreement may not import template'],
    ['template/planted.ts', "import forge from 'node-forge';", 'node-forge has no home in template'],
    ['http/planted.ts', "import { openDatabase } from '../adapters/database.ts';", 'http may not import adapters'],
    ['verify/planted.ts', 'export const now = Date.now();', 'a pure room asks for time, chance or I/O'],
    ['template/planted.ts', 'export const chance = Math.random();', 'a pure room asks for time, chance or I/O'],
    ['workflow/planted.ts', "import lodash from 'lodash';", 'lodash has no home in workflow'],
    ['agreement/index.ts', 'export const x = 1;', 'a barrel or a junk drawer'],
    ['agreement/planted.ts', 'export default 1;', 'a default export'],
    ['agreement/planted.ts', '\n'.repeat(401), 'over 400 lines'],
    ['agreement/planted.ts', 'export const x = 1 as unknown as string;', 'a type forced into another'],
    ['agreement/planted.ts', `// ${'TO'}DO later`, 'unfinished without an issue'],
    ['cellar/planted.ts', '', 'no room for cellar/planted.ts'],
  ])('%s with %s', (path, text, expected) => {
    expect(violations({ path, text: doc + text })).toContain(expected);
  });
});
