/** Imports the source.docx of both sample packs again and publishes their prefixes: after a change of the importer or of stamping, before a release. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openFontLibrary } from '../src/adapters/font-files.ts';
import { importTemplate } from '../src/template/import-template.ts';
import { publishPrefix } from '../src/template/load-pack.ts';
import { printManifest } from '../src/template/manifest.ts';

const root = join(import.meta.dirname, '..');
const PACKS = [
  { pack: 'sample', kind: 'agreement' },
  { pack: 'sample-consent', kind: 'consent' },
] as const;
for (const { pack, kind } of PACKS) {
  const folder = join(root, 'templates', pack);
  const source = new Uint8Array(readFileSync(join(folder, 'source.docx')));
  const { manifest, body } = importTemplate(source, { pack, kind, version: '1.0.0', status: 'sample' });
  const published = publishPrefix({ manifest, body, source }, openFontLibrary(join(root, 'fonts')));
  writeFileSync(join(folder, 'body.hbs'), body);
  writeFileSync(join(folder, 'manifest.json'), printManifest(published));
  process.stdout.write(`${pack} ${JSON.stringify(published.prefix)}\n`);
}
