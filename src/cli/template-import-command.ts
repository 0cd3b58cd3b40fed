/** `template import`: the official .docx becomes a template pack, blank by blank. */
import { AppError } from '../errors.ts';
import { describeBlanks } from '../template/describe-blanks.ts';
import { importTemplate } from '../template/import-template.ts';
import { publishPrefix } from '../template/load-pack.ts';
import { printManifest } from '../template/manifest.ts';
import type { TemplateStatus } from '../template/template-document.ts';
import { needed, readArguments } from './arguments.ts';
import { readBytes } from './files.ts';
import { printAccount, printBlanks } from './import-account.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

/** A text is a sample unless it is said to be an authority's; then it is loaded only once that authority has signed for it. */
export function templateImportCommand(around: Surroundings, args: readonly string[]): ExitCode {
  const { positionals, values, json } = readArguments(args, ['pack', 'version', 'title', 'status']);
  const pack = needed(values.pack, ' --pack 名称');
  const source = readBytes(needed(positionals[0], '要导入的 .docx 文件'));
  const title = values.title === undefined ? {} : { title: values.title };
  const imported = importTemplate(source, { pack, version: values.version ?? '1', status: readStatus(values.status), ...title });
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

function readStatus(text: string | undefined): TemplateStatus {
  const statuses: readonly TemplateStatus[] = ['sample', 'regional', 'national'];
  const status = statuses.find((each) => each === (text ?? 'sample'));
  if (status === undefined) throw new AppError('COMMAND_MALFORMED', { what: '--status 只能是 national、regional 或 sample' });
  return status;
}
