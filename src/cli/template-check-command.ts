/** `template check`: whether a pack is what was imported and who stands behind it, with the digests to publish. */
import { fromUtf8 } from '../bytes.ts';
import { sha256Hex } from '../digest.ts';
import { AppError } from '../errors.ts';
import { checkSourceText } from '../template/docx-text.ts';
import { type InForce, inForceText } from '../template/in-force.ts';
import { inspectPack, type PackFiles } from '../template/load-pack.ts';
import type { Manifest } from '../template/manifest.ts';
import { judgeStanding, parseRelease } from '../template/release.ts';
import { trusting } from '../verify/judge-release.ts';
import { readArguments } from './arguments.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

export const STATUS_ZH = { national: '国家示范文本', regional: '地方示范文本', sample: '样张，非国家示范文本' } as const;

interface Refused {
  readonly code: string;
  readonly zh: string;
}

/** Who stands behind the text and when it may be used, or why this installation does not load it. A sample has no authority. */
type Backing = { readonly authority: string | null; readonly inForce: InForce } | { readonly refused: Refused };

/** Its value, or what refused it. */
function attempt<T extends object>(work: () => T): T | { readonly refused: Refused } {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { refused: { code: error.code, zh: error.zh } };
  }
}

function backingOf(around: Surroundings, manifest: Manifest, files: PackFiles): Backing {
  return attempt(() => ({
    inForce: judgeStanding(manifest, files.manifest, files.release ?? null, trusting(around.templateAuthorities())),
    authority: files.release === undefined ? null : parseRelease(files.release.json, manifest.pack).authority,
  }));
}

function checkPack(around: Surroundings, folder: string) {
  const files = around.readPack(folder);
  const { document, lockedText, pagedText, compiledText, prefix, pageCount } = inspectPack(files, around.fonts);
  const { manifest } = document;
  return {
    pack: manifest.pack,
    version: manifest.version,
    status: manifest.status,
    folder,
    sourceSha256: sha256Hex(files.source),
    /** Of what `template text` prints. */
    textSha256: sha256Hex(fromUtf8(pagedText)),
    /** Of the text without pages, as the manifest and an authority's release carry it. */
    bodyTextSha256: manifest.textSha256,
    manifestSha256: sha256Hex(files.manifest),
    prefix,
    pages: pageCount,
    blanks: manifest.blanks.length,
    characters: checkSourceText(files.source, document),
    compiledTextEqualsLockedText: compiledText === lockedText.replace(/[＿\s]/g, ''),
    release: backingOf(around, manifest, files),
  };
}

/** Exit code 2 when a pack is not what was imported, 1 when it is but may not be loaded. */
export function templateCheckCommand(around: Surroundings, args: readonly string[]): ExitCode {
  const { positionals, json } = readArguments(args, []);
  const names = positionals.length > 0 ? positionals : around.packNames();
  const checked = names.map((folder) => attempt(() => checkPack(around, folder)));
  const altered = checked.flatMap((pack) => ('refused' in pack ? [pack.refused] : []));
  const read = checked.flatMap((pack) => ('refused' in pack ? [] : [pack]));
  if (json) around.print(JSON.stringify({ packs: read }, null, 2));
  else for (const pack of read) printPack(around, pack);
  for (const { code, zh } of altered) around.complain(`${zh}（${code}）`);
  if (altered.length > 0) return 2;
  return read.every((pack) => pack.compiledTextEqualsLockedText && !('refused' in pack.release)) ? 0 : 1;
}

function printPack(around: Surroundings, pack: ReturnType<typeof checkPack>): void {
  around.print(`${pack.pack} ${pack.version}（${STATUS_ZH[pack.status]}），${pack.pages} 页，${pack.blanks} 个空白`);
  around.print(`  原件 SHA-256  ${pack.sourceSha256}`);
  around.print(`  正文 SHA-256  ${pack.textSha256}`);
  around.print(`  清单 SHA-256  ${pack.manifestSha256}`);
  around.print(`  前缀 ${pack.prefix.lengthBytes} 字节，SHA-256  ${pack.prefix.sha256}`);
  around.print(`  核对任意一份协议：head -c ${pack.prefix.lengthBytes} 协议.pdf | sha256sum`);
  around.print(`  原件逐字核对：一致；编译后的页面${pack.compiledTextEqualsLockedText ? '与正文逐字一致' : '与正文不一致'}`);
  if ('refused' in pack.release) around.complain(`  不能装入：${pack.release.refused.zh}（${pack.release.refused.code}）`);
  else if (pack.release.authority !== null) around.print(`  签署机构：${pack.release.authority}，${inForceText(pack.release.inForce)}`);
}
