/** `template check`: whether a pack is what was imported, with the digests to publish. */
import { sha256Hex } from '../digest.ts';
import { checkSourceText } from '../template/docx-text.ts';
import { loadPack } from '../template/load-pack.ts';
import { readPackDocument } from '../template/manifest.ts';
import { prefixText } from '../template/prefix-text.ts';
import { readArguments } from './arguments.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

const STATUS_ZH = { national: '国家示范文本', regional: '地方示范文本', sample: '样张，非国家示范文本' } as const;

function checkPack(around: Surroundings, name: string) {
  const files = around.readPack(name);
  const template = loadPack(files, around.fonts);
  const document = readPackDocument(files);
  const account = checkSourceText(files.source, document);
  const wanted = template.lockedText.replace(/[＿\s]/g, '');
  const read = prefixText(template);
  return {
    pack: template.pack,
    version: template.version,
    status: template.status,
    sourceSha256: sha256Hex(files.source),
    textSha256: document.manifest.textSha256,
    prefix: { lengthBytes: template.prefix.length, sha256: template.prefixSha256 },
    pages: template.pageCount,
    blanks: document.manifest.blanks.length,
    characters: account,
    compiledTextEqualsLockedText: read === wanted,
  };
}

export function templateCheckCommand(around: Surroundings, args: readonly string[]): ExitCode {
  const { positionals, json } = readArguments(args, []);
  const names = positionals.length > 0 ? positionals : around.packNames();
  const checked = names.map((name) => checkPack(around, name));
  const sound = checked.every((pack) => pack.compiledTextEqualsLockedText);
  if (json) around.print(JSON.stringify({ packs: checked }, null, 2));
  else {
    for (const pack of checked) {
      around.print(`${pack.pack} ${pack.version}（${STATUS_ZH[pack.status]}），${pack.pages} 页，${pack.blanks} 个空白`);
      around.print(`  原件 SHA-256  ${pack.sourceSha256}`);
      around.print(`  正文 SHA-256  ${pack.textSha256}`);
      around.print(`  前缀 ${pack.prefix.lengthBytes} 字节，SHA-256  ${pack.prefix.sha256}`);
      around.print(`  核对任意一份协议：head -c ${pack.prefix.lengthBytes} 协议.pdf | sha256sum`);
      around.print(`  原件逐字核对：一致；编译后的页面${pack.compiledTextEqualsLockedText ? '与正文逐字一致' : '与正文不一致'}`);
    }
  }
  return sound ? 0 : 1;
}
