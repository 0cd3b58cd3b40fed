/** The account of an import in plain words: where every character went, what to look at, how sure each guess is. */
import { fieldSpec } from '../agreement/fields.ts';
import { PARTY_ZH } from '../agreement/parties.ts';
import type { BlankRow } from '../template/describe-blanks.ts';
import type { ImportReport } from '../template/import-template.ts';
import type { Surroundings } from './surroundings.ts';

/** Prints the account; what needs a person's eye goes to the error stream. */
export function printAccount(around: Pick<Surroundings, 'print' | 'complain'>, report: ImportReport): void {
  const { source, body, blanks, spaces, phonetic, generated, margins } = report.characters;
  around.print(`逐字核对：原件 ${source} 个字符 = 正文 ${body} + 空白 ${blanks} + 空格、换行和签名线 ${spaces} + 注音 ${phonetic}`);
  around.print(`  另有自动编号补出 ${generated} 个字符，页眉页脚 ${margins} 个字符（页码由系统排）`);
  for (const [zh, paragraphs] of byNote(report.notes)) around.complain(`请核对：${paragraphs === '0' ? '' : `第 ${paragraphs} 段，`}${zh}`);
  if (report.missingSignatures.length > 0) {
    around.complain(
      `没有找到签署处：${report.missingSignatures.map((role) => PARTY_ZH[role]).join('、')}。缺少签署处的模板不能用来生成协议。`,
    );
  }
  if (report.missingFields.length > 0) {
    around.complain(`原件没有这些栏目的空白：${report.missingFields.map((key) => fieldSpec(key)?.zh ?? key).join('、')}`);
  }
}

/** The same remark once, with its paragraphs. */
function byNote(notes: ImportReport['notes']): ReadonlyMap<string, string> {
  const paragraphs = new Map<string, Set<number>>();
  for (const { paragraph, zh } of notes) paragraphs.set(zh, (paragraphs.get(zh) ?? new Set()).add(paragraph));
  return new Map([...paragraphs].map(([zh, numbers]) => [zh, [...numbers].join('、')]));
}

/** One blank a line: number, place, words around it, field, how sure. */
export function printBlanks(around: Pick<Surroundings, 'print'>, rows: readonly BlankRow[]): void {
  for (const row of rows) {
    const lines = row.lines > 1 ? `，${row.lines} 行` : '';
    const place = `${row.before.trim()}【　】${row.after.trim()}`;
    around.print(
      `  ${row.id.padEnd(4)} 第 ${row.paragraph} 段  ${place}  →  ${row.label}（${row.field}，${row.type}${lines}）  ${sureness(row)}`.trimEnd(),
    );
  }
}

function sureness({ confidence, own }: BlankRow): string {
  if (own) return '模板自有栏目';
  if (confidence === null || confidence >= 1) return '';
  return confidence >= 0.8 ? `把握 ${Math.round(confidence * 100)}%` : `把握 ${Math.round(confidence * 100)}%，请核对`;
}
