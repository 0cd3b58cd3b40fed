/** `template import`: the official .docx becomes a template pack, blank by blank. */
import { join } from 'node:path';
import { FORM_KINDS, type FormKind } from '../agreement/parties.ts';
import { AppError } from '../errors.ts';
import { describeBlanks } from '../template/describe-blanks.ts';
import { checkSourceText } from '../template/docx-text.ts';
import { importTemplate } from '../template/import-template.ts';
import { inspectPack, publishPrefix } from '../template/load-pack.ts';
import { printManifest } from '../template/manifest.ts';
import type { TemplateStatus } from '../template/template-document.ts';
import { needed, readArguments } from './arguments.ts';
import { isFolder, readBytes } from './files.ts';
import { printAccount, printBlanks } from './import-account.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

/** A text is a sample unless it is said to be an authority's; then it is loaded only once that authority has signed for it. */
export function templateImportCommand(around: Surroundings, args: readonly string[]): ExitCode {
  const { positionals, values, json } = readArguments(args, ['pack', 'version', 'title', 'status', 'kind']);
  const path = needed(positionals[0], '要导入的 .docx 文件，或学校网页启用的文本的文件夹');
  if (isFolder(path)) return takePack(around, path, json);
  const pack = needed(values.pack, ' --pack 名称');
  const source = readBytes(path);
  const title = values.title === undefined ? {} : { title: values.title };
  const form = { status: readStatus(values.status), kind: readKind(values.kind) };
  const imported = importTemplate(source, { pack, version: values.version ?? '1', ...form, ...title });
  const files = { manifest: imported.manifest, body: imported.body, source };
  const { report } = imported;
  // Before the pages are made, which a template without a place to sign for everyone does not get to.
  if (!json) printAccount(around, report);
  const manifest = publishPrefix(files, around.fonts);
  const printed = printManifest(manifest);
  const folder = around.writePack(pack, { ...files, manifest: printed });
  if (json) {
    around.print(JSON.stringify({ pack, folder, prefix: manifest.prefix, report }, null, 2));
    return 0;
  }
  around.print(`已导入到 ${folder}，共 ${report.paragraphs} 段，${manifest.blanks.length} 个空白。`);
  printBlanks(around, describeBlanks({ ...files, manifest: printed }, report.guesses));
  around.print('请用 template confirm 逐个核对空白，再运行 template check。');
  if (manifest.status !== 'sample') around.print('装入使用前，须由模板机构用 template sign 签署，见 templates/README.md。');
  return 0;
}

/** A pack that a school made in the browser, as it lies in the service's data or came as 文本包: taken over byte for byte. */
function takePack(around: Surroundings, path: string, json: boolean): ExitCode {
  const part = (name: string): Uint8Array => readBytes(join(path, name));
  const files = { manifest: part('manifest.json'), body: part('body.hbs'), source: part('source.docx') };
  const { document, prefix } = inspectPack(files, around.fonts);
  checkSourceText(files.source, document);
  const folder = around.writePack(document.pack, files);
  if (json) around.print(JSON.stringify({ pack: document.pack, version: document.version, folder, prefix }, null, 2));
  else around.print(`已取入 ${document.pack} ${document.version} 到 ${folder}，与原处逐字节相同。`);
  return 0;
}

function readStatus(text: string | undefined): TemplateStatus {
  const statuses: readonly TemplateStatus[] = ['sample', 'regional', 'national'];
  const status = statuses.find((each) => each === (text ?? 'sample'));
  if (status === undefined) throw new AppError('COMMAND_MALFORMED', { what: '--status 只能是 national、regional 或 sample' });
  return status;
}

function readKind(text: string | undefined): FormKind {
  const kind = FORM_KINDS.find((each) => each === (text ?? 'agreement'));
  if (kind === undefined) throw new AppError('COMMAND_MALFORMED', { what: '--kind 只能是 agreement（实习协议）或 consent（知情同意书）' });
  return kind;
}
