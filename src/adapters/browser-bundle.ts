/** Browser scripts out of `src/`: one file without imports, with what stands in for Node in a browser. */
import { dirname, join, resolve } from 'node:path';
import { type Plugin, rolldown } from 'rolldown';

const SOURCE = join(import.meta.dirname, '..');

/** Modules that need Node, and what stands in for them in a browser. */
const TWINS = new Map(
  ['digest', 'memory', 'pki/verify-signature'].map((name) => [join(SOURCE, `${name}.ts`), join(SOURCE, `${name}.browser.ts`)]),
);

const forBrowser: Plugin = {
  name: 'for-browser',
  resolveId(specifier, importer) {
    if (specifier.startsWith('node:')) throw new Error(`${importer ?? ''} imports ${specifier}: the page runs in a browser`);
    if (importer === undefined || !specifier.startsWith('.') || !specifier.endsWith('.ts')) return null;
    return TWINS.get(resolve(dirname(importer), specifier)) ?? null;
  },
};

/**
 * The same input gives the same bytes.
 * @param entry path below `src/`
 * @throws Error when something that it imports needs more than a browser has
 */
export async function bundleForBrowser(entry: string): Promise<string> {
  const build = await rolldown({
    input: join(SOURCE, entry),
    platform: 'browser',
    plugins: [forBrowser],
    transform: { define: { 'process.env.NODE_ENV': '"production"' } },
    logLevel: 'warn',
  });
  const { output } = await build.generate({ format: 'esm', minify: true, codeSplitting: false, comments: false });
  await build.close();
  const [chunk, ...others] = output;
  if (chunk.type !== 'chunk' || others.length > 0 || chunk.imports.length > 0) throw new Error(`${entry} is not one script`);
  return chunk.code;
}
