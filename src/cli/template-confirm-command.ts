/** `template confirm`: goes through the blanks of an imported pack and says what each asks for; the text cannot be changed. */

import { FIELD_TYPES } from '../agreement/fields.ts';
import { PARTY_ROLES, PARTY_ZH, type PartyRole } from '../agreement/parties.ts';
import { type BlankChange, type NewField, renameBlank } from '../template/confirm-import.ts';
import { signersOf, swapSigners } from '../template/confirm-signers.ts';
import { describeBlanks } from '../template/describe-blanks.ts';
import { importTemplate } from '../template/import-template.ts';
import { type PackFiles, publishPrefix } from '../template/load-pack.ts';
import { parseManifest, printManifest } from '../template/manifest.ts';
import { malformed, needed, readArguments } from './arguments.ts';
import { printBlanks } from './import-account.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

const OPTIONS = ['blank', 'field', 'new', 'type', 'required', 'max-length', 'options', 'lines', 'align', 'signer', 'as'] as const;
type Values = Readonly<Partial<Record<(typeof OPTIONS)[number], string>>>;

export function templateConfirmCommand(around: Surroundings, args: readonly string[]): ExitCode {
  const { positionals, values, json } = readArguments(args, OPTIONS);
  const folder = needed(positionals[0], '模板包名称');
  const files = around.readPack(folder);
  const { pack, version, title, status } = parseManifest(files.manifest);
  const { guesses } = importTemplate(files.source, { pack, version, title, status }).report;
  if (values.signer !== undefined || values.as !== undefined) return changeSigner(around, folder, files, values, json);
  if (values.blank === undefined) {
    if (OPTIONS.some((name) => values[name] !== undefined)) throw malformed('缺少 --blank 空白编号');
    const rows = describeBlanks(files, guesses);
    if (json) around.print(JSON.stringify({ pack, version, blanks: rows }, null, 2));
    else printBlanks(around, rows);
    return 0;
  }
  const changed = renameBlank(files, values.blank, changeOf(values));
  const manifest = publishPrefix({ ...files, ...changed }, around.fonts);
  const confirmed = { manifest: printManifest(manifest), body: changed.body };
  around.rewritePack(folder, confirmed);
  const { blank } = values;
  const rows = describeBlanks(confirmed, guesses);
  const group = rows.find((row) => row.id === blank)?.groupId;
  const touched = rows.filter((row) => row.groupId === group);
  if (json) around.print(JSON.stringify({ pack, version, prefix: manifest.prefix, blanks: touched }, null, 2));
  else {
    around.print(`已改好 ${folder} 的空白 ${blank}：`);
    printBlanks(around, touched);
  }
  return 0;
}

/** Who signs in a box: --signer school --as unit. */
function changeSigner(around: Surroundings, folder: string, files: PackFiles, values: Values, json: boolean): ExitCode {
  const role = (word: string | undefined, option: string): PartyRole => {
    const found = PARTY_ROLES.find((each) => each === word);
    if (found === undefined) throw malformed(`${option} 只能是 ${PARTY_ROLES.join('、')}`);
    return found;
  };
  if (values.blank !== undefined) throw malformed('--signer 和 --blank 只能用一个');
  const changed = swapSigners(files, role(values.signer, '--signer'), role(values.as, '--as'));
  const manifest = publishPrefix({ ...files, ...changed }, around.fonts);
  around.rewritePack(folder, { manifest: printManifest(manifest), body: changed.body });
  const signers = signersOf(manifest);
  if (json) around.print(JSON.stringify({ pack: manifest.pack, version: manifest.version, prefix: manifest.prefix, signers }, null, 2));
  else around.print(`已改好 ${folder} 的签署处，依次为：${signers.map((each) => PARTY_ZH[each]).join('、')}`);
  return 0;
}

function changeOf(values: Values): BlankChange {
  const { field, align } = values;
  const newField = values.new === undefined ? undefined : newFieldOf(values.new, values);
  const lines = wholeNumber(values.lines, '--lines');
  if (field !== undefined && newField !== undefined) throw malformed('--field 和 --new 只能用一个');
  if (align !== undefined && align !== 'left' && align !== 'center') throw malformed('--align 只能是 left 或 center');
  if (newField === undefined && [values.type, values.required, values['max-length'], values.options].some((value) => value !== undefined)) {
    throw malformed('--type、--required、--max-length、--options 要和 --new 一起用');
  }
  if (field === undefined && newField === undefined && lines === undefined && align === undefined) throw malformed('没有说要改什么');
  return {
    ...(field === undefined ? {} : { field }),
    ...(newField === undefined ? {} : { newField }),
    ...(lines === undefined ? {} : { lines }),
    ...(align === undefined ? {} : { align }),
  };
}

function newFieldOf(zh: string, values: Values): NewField {
  const type = FIELD_TYPES.find((each) => each === (values.type ?? 'text'));
  if (type === undefined) throw malformed(`--type 只能是 ${FIELD_TYPES.join('、')}`);
  const { required = 'never' } = values;
  if (required !== 'always' && required !== 'never') throw malformed('--required 只能是 always 或 never');
  const maxLength = wholeNumber(values['max-length'], '--max-length');
  const options = values.options === undefined ? {} : { options: values.options.split(/[,，、]/u) };
  return { zh, type, required, ...(maxLength === undefined ? {} : { maxLength }), ...options };
}

function wholeNumber(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,3}$/.test(text)) throw malformed(`${name} 要写整数`);
  return Number(text);
}
