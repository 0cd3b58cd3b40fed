/** Taking results away: workbook, JSON, CSV; the digest of what was saved, and a timestamp over it where an authority is at hand. */
import { toHex } from '../bytes.ts';
import { sha256 } from '../digest.ts';
import type { Instant } from '../instant.ts';
import type { DrawnSample } from '../verify/report-json.ts';
import type { VerifiedFile } from '../verify/verified-file.ts';
import { make, need } from './elements.ts';
import type { Engine } from './engine.ts';
import type { PrintKind } from './printing.ts';

export interface Results {
  readonly files: readonly VerifiedFile[];
  readonly checkedAt: Instant;
  readonly sample: DrawnSample | null;
}

const TYPES: Readonly<Record<PrintKind, string>> = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  json: 'application/json',
  csv: 'text/csv',
};

export interface Saving {
  clear(): void;
}

/** @param fail told when nothing can be printed */
export function openSaving(engine: Engine, results: () => Results, fail: (error: unknown) => void): Saving {
  const saved = need(HTMLElement, '[data-saved]');

  const save = async (kind: PrintKind, button: HTMLButtonElement): Promise<void> => {
    const { files, checkedAt, sample } = results();
    button.disabled = true;
    saved.replaceChildren(make('p', { role: 'status' }, '正在写出文件，可以继续查看结果…'));
    try {
      const bytes = await engine.print({ kind, files, facts: { ...engine.facts, checkedAt, sample } });
      const name = `验证结果.${kind}`;
      offer(name, TYPES[kind], bytes);
      saved.replaceChildren(account(engine, name, bytes));
    } catch (error) {
      saved.replaceChildren();
      fail(error);
    } finally {
      button.disabled = false;
    }
  };

  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-save]')) {
    const kind = button.dataset['save'];
    if (kind === 'xlsx' || kind === 'json' || kind === 'csv') button.addEventListener('click', () => void save(kind, button));
  }
  return { clear: () => saved.replaceChildren() };
}

function offer(name: string, type: string, bytes: Uint8Array): void {
  const url = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type }));
  make('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

const command = (text: string): HTMLElement => make('pre', { tabindex: 0 }, make('code', {}, text));

/** What was saved, its digest, and how its time is proven. */
function account({ stamp }: Engine, name: string, bytes: Uint8Array): HTMLElement {
  const digest = sha256(bytes);
  const out = make('div', { class: 'stack stack--tight' });
  const check = command(`openssl ts -verify -data ${name} -in ${name}.tst -token_in -CAfile ca.pem`);
  const summary = make('p', {}, `已保存 ${name}，SHA-256 `, make('span', { class: 'code', 'data-saved-digest': '' }, toHex(digest)));
  if (stamp === null) {
    const later = `openssl ts -query -data ${name} -sha256 -cert -out ${name}.tsq`;
    out.append(
      summary,
      make(
        'details',
        {},
        make('summary', {}, '怎样给它加盖时间戳'),
        make('p', {}, '这个网页不联网，不能自己取时间戳。把文件带到能上网的电脑，生成请求，交给时间戳机构，回执与文件放在一起保存：'),
        command(later),
        make('p', {}, '收到回执（令牌）以后这样核对：'),
        check,
      ),
    );
    return out;
  }
  const button = make('button', { type: 'button', class: 'button button--quiet button--small', 'data-stamp': '' }, '给它加盖时间戳');
  const said = make('div', { class: 'stack stack--tight', role: 'status' });
  button.addEventListener('click', () => {
    button.disabled = true;
    stamp(digest).then(
      (token) => {
        offer(`${name}.tst`, 'application/timestamp-token', token);
        said.replaceChildren(make('p', {}, `已保存 ${name}.tst。请与 ${name} 放在一起；任何人都可以用时间戳机构的根证书核对：`), check);
      },
      (error: unknown) => {
        button.disabled = false;
        said.replaceChildren(make('p', {}, error instanceof Error ? error.message : String(error)));
      },
    );
  });
  out.append(summary, make('p', { class: 'buttons' }, button), said);
  return out;
}
