/** Builds `out/verifier.html`: the verifier as one file that needs no network, with packs, fonts and trust anchors inside. Same input, same bytes. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { deflateSync } from 'fflate';
import { readTemplateAuthorities } from '../src/adapters/authority-certificates.ts';
import { bundleForBrowser } from '../src/adapters/browser-bundle.ts';
import { openFontLibrary } from '../src/adapters/font-files.ts';
import { packNames, readPackFiles } from '../src/adapters/pack-folder.ts';
import { softwareVersion } from '../src/adapters/software-version.ts';
import { loadNamedRoots, loadTrustAnchorFile, loadTrustAnchors } from '../src/adapters/trust-anchors.ts';
import { fromUtf8, toBase64 } from '../src/bytes.ts';
import { sha256, sha256Hex } from '../src/digest.ts';
import { reprintFontPack } from '../src/pdf/font-pack.ts';
import type { NamedRoot } from '../src/pki/anchors.ts';
import { MARKUP } from '../src/verifier/markup.ts';
import { FONT_NAMES, type Kit } from '../src/verifier/messages.ts';

const REPOSITORY = join(import.meta.dirname, '..');
const SOURCE = join(REPOSITORY, 'src');

/** Parts of the service's style that the page shares, then its own. */
function readStyle(): string {
  const folder = join(SOURCE, 'http', 'assets', 'style');
  const shared = readdirSync(folder).filter((name) => /^(?:1-frame|2-forms|3-lists|6-verdicts|7-narrow-and-print)\.css$/.test(name));
  const parts = [...shared.sort().map((name) => join(folder, name)), join(SOURCE, 'verifier', 'style.css')];
  return parts.map((path) => readFileSync(path, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '')).join('\n');
}

function readKit({ root, certs, trustAnchors, namedRoots = [] }: Omit<VerifierPlan, 'deflateLevel'>): Kit {
  const folder = join(root, 'templates');
  const authorities = readTemplateAuthorities(join(certs, 'authorities'));
  return {
    software: softwareVersion(REPOSITORY),
    packs: packNames(folder).map((name) => {
      const { manifest, body, source, release } = readPackFiles(folder, name);
      const signed = release && { json: toBase64(release.json), signature: toBase64(release.signature) };
      return { manifest: toBase64(manifest), body: toBase64(body), source: toBase64(source), ...(signed && { release: signed }) };
    }),
    trustAnchors: trustAnchors.map(toBase64),
    namedRoots,
    authorities: { national: authorities.national.map(toBase64), regional: authorities.regional.map(toBase64) },
  };
}

export interface VerifierPlan {
  /** Folder with templates/. */
  readonly root: string;
  /** Folder with authorities/. */
  readonly certs: string;
  /** DER. */
  readonly trustAnchors: readonly Uint8Array[];
  /** What the installation says of some of them. */
  readonly namedRoots?: readonly NamedRoot[];
  /** 1…9; less is quicker to build. */
  readonly deflateLevel: 1 | 6 | 9;
}

const data = (id: string, text: string): string => `<script type="text/plain" id="${id}">${text}</script>`;
const hashSource = (text: string): string => `'sha256-${toBase64(sha256(fromUtf8(text)))}'`;

/** Written as a browser serialises a document, so that the page can compute the digest of its own file. */
export async function buildVerifier({ deflateLevel, ...plan }: VerifierPlan): Promise<string> {
  const [page, worker] = await Promise.all([bundleForBrowser('verifier/page.ts'), bundleForBrowser('verifier/worker.ts')]);
  const script = page.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
  const style = readStyle();
  if (/<\/style/i.test(style)) throw new Error('the style ends itself');
  const policy = [
    "default-src 'none'",
    `script-src ${hashSource(script)}`,
    `style-src ${hashSource(style)}`,
    'worker-src blob:',
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const library = openFontLibrary(join(REPOSITORY, 'fonts'));
  const fonts = FONT_NAMES.map((name) => {
    const pack = reprintFontPack(library[name]);
    return data(`font-${name}`, toBase64(deflateSync(pack, { level: deflateLevel })));
  });
  const head = `<head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><title>三方签离线验证器</title><link rel="icon" href="data:,"><style>${style}</style></head>`;
  const carried = [data('worker', toBase64(fromUtf8(worker))), data('kit', toBase64(fromUtf8(JSON.stringify(readKit(plan))))), ...fonts];
  return `<!DOCTYPE html>\n<html lang="zh-CN">${head}<body>${MARKUP}${carried.join('')}<script type="module">${script}</script></body></html>`;
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({ options: { out: { type: 'string' }, trust: { type: 'string' } } });
  const out = values.out ?? join(REPOSITORY, 'out', 'verifier.html');
  const certs = process.env['SANFANG_CERTS'] ?? join(REPOSITORY, 'certs');
  const trustAnchors = values.trust === undefined ? await loadTrustAnchors(certs) : await loadTrustAnchorFile(values.trust);
  const namedRoots = await loadNamedRoots(certs);
  const html = fromUtf8(await buildVerifier({ root: REPOSITORY, certs, trustAnchors, namedRoots, deflateLevel: 9 }));
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, html);
  const digest = sha256Hex(html);
  writeFileSync(`${out}.sha256`, `${digest}  verifier.html\n`);
  process.stdout.write(`${out}\n${(html.length / 1e6).toFixed(1)} MB, ${trustAnchors.length} trust anchors\nSHA-256 ${digest}\n`);
}
