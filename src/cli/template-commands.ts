/** `template import | check | text`: the text that nobody can edit, from the source file to its digests. */
import { sha256Hex } from '../digest.ts';
import { AppError } from '../errors.ts';
import { checkSourceText } from '../template/docx-text.ts';
import { importTemplate } from '../template/import-template.ts';
import { loadPack, publishPrefix } from '../template/load-pack.ts';
import type { LockedTemplate } from '../template/locked-template.ts';
import { printManifest, readPackDocument } from '../template/manifest.ts';
import { prefixText } from '../template/prefix-text.ts';
import { needed, readArguments } from './arguments.ts';
import { readBytes } from './files.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

const STATUS_ZH = { national: '国家示范文本', regional: '地方示范文本', sample: '样张，非国家示范文本' } as const;

export async function templateCommand(around: Surroundings, args: readonly string[]): Promise<ExitCode> {
  const [verb, ...rest] = args;
  switch (verb) {
    case 'import':
      return importCommand(around, rest);
    case 'check':
      return checkCommand(around, rest);
    case 'text':
      return textCommand(around, rest);
    default:
      throw new AppError('COMMAND_MALFORMED', { what: `不认识 template ${verb ?? ''}` });
  }
}

/** A text that no template authority has signed is a sample, whatever its file says. */
function importCommand(around: Surroundings, args: readonly string[]): ExitCode {
  const { positionals, values, json } = readArguments(args, ['pack', 'version', 'title']);
  const pack = needed(values.pack, ' --pack 名称');
  const source = readBytes(needed(positionals[0], '要导入的 .docx 文件'));
  const title = values.title === undefined ? {} : { title: values.title };
  const imported = importTemplate(source, { pack, version: values.version ?? '1', status: 'sample', ...title });
  const files = { manifest: imported.manifest, body: imported.body, source };
  const manifest = publishPrefix(files, around.fonts);
  const folder = around.writePack(pack, { ...files, manifest: printManifest(manifest) });
  const { report } = imported;
  if (json) {
    around.print(JSON.stringify({ pack, folder, prefix: manifest.prefix, report }, null, 2));
    return 0;
  }
  around.print(`已导入到 ${folder}，共 ${report.paragraphs} 段，${manifest.blanks.length} 个空白。`);
  for (const blank of manifest.blanks)
    around.print(`  ${blank.id}  ${blank.path}  ←  ${blank.label}（原文第 ${blank.source.paragraph} 段）`);
  for (const note of report.notes) around.print(`  请核对：第 ${note.paragraph} 段，${note.zh}`);
  if (report.missingFields.length > 0) around.print(`  原文没有这些栏目的空白：${report.missingFields.join('、')}`);
  around.print('请逐条核对 body.hbs 与 manifest.json，再运行 template check。');
  return 0;
}

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

function checkCommand(around: Surroundings, args: readonly string[]): ExitCode {
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

/** Page furniture is no part of the text: it is the same words on every page and stands in `template check`. */
function textCommand(around: Surroundings, args: readonly string[]): ExitCode {
  const { positionals } = readArguments(args, []);
  const template: LockedTemplate = loadPack(around.readPack(needed(positionals[0], '模板包名称')), around.fonts);
  around.print(template.lockedText.replace(/\n$/, ''));
  return 0;
}
