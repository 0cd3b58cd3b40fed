/** The offline page: takes files, shows results as they come, gives them away as CSV and JSON. Never asks the network for anything. */
import './no-eval.ts';
import { fromBase64 } from '../bytes.ts';
import { toInstant } from '../instant.ts';
import { parseCertificate } from '../pki/certificate.ts';
import { parseManifest } from '../template/manifest.ts';
import { type DrawnSample, printReports } from '../verify/report-json.ts';
import { compareFiles, makeReportTables, printCsv, type VerificationFacts } from '../verify/report-tables.ts';
import { drawSample, SAMPLE_SEED } from '../verify/sampling.ts';
import type { VerifiedFile } from '../verify/verified-file.ts';
import { showAcross } from './across-view.ts';
import { takeCarried } from './carried.ts';
import { showDetail } from './detail-view.ts';
import { make, need } from './elements.ts';
import type { BrowserSource } from './messages.ts';
import { digestApart, verifySources, warmUp } from './pool.ts';
import { openResults } from './results-view.ts';
import { chosenFiles, droppedFiles, isListed, type NamedBlob, spreadSources } from './sources.ts';
import { STATUS_WORD } from './words.ts';

const carried = takeCarried();
const now = () => toInstant(Date.now());
const broken = need(HTMLElement, '[data-broken]');
const ready = need(HTMLElement, '[data-ready]');
const progress = need(HTMLElement, '[data-progress]');
const bar = need(HTMLProgressElement, 'progress');
const status = need(HTMLElement, '[data-status]');
const results = need(HTMLElement, '[data-results]');
const across = need(HTMLElement, '[data-across]');
const sampled = need(HTMLElement, '[data-sampled]');
const view = openResults(showDetail);

let files: (VerifiedFile | undefined)[] = [];
let checkedAt = now();
let sample: DrawnSample | null = null;
let running: AbortController | null = null;

const done = (): VerifiedFile[] => files.filter((each) => each !== undefined);

function breakDown(error: unknown): void {
  broken.hidden = false;
  broken.textContent = `验证器不能工作：${error instanceof Error ? error.message : String(error)}。请重新取得这个网页的原件，用新版 Chrome、Edge 或 Firefox 打开。`;
}

/** At most this often is the table drawn anew while results come in, and never for more than a small share of the time. */
const DRAW_MS = 250;
const DRAW_SHARE = 0.05;

async function verify(blobs: Promise<readonly NamedBlob[]> | readonly NamedBlob[]): Promise<void> {
  running?.abort();
  const controller = new AbortController();
  running = controller;
  clear();
  progress.hidden = false;
  bar.removeAttribute('value');
  status.textContent = '正在清点文件…';
  try {
    const spread = await spreadSources(await blobs);
    if (spread.length === 0) {
      status.textContent = '没有找到 PDF 或 ZIP。请选择签署后的 PDF 原件。';
      return;
    }
    checkedAt = now();
    files = new Array<VerifiedFile | undefined>(spread.length);
    const open: { readonly source: BrowserSource; readonly index: number }[] = [];
    spread.forEach((each, index) => {
      if (isListed(each)) files[index] = each;
      else open.push({ source: each, index });
    });
    results.hidden = false;
    let [count, failed, drawAt] = [spread.length - open.length, 0, 0];
    const tell = (): void => {
      bar.max = spread.length;
      bar.value = count;
      status.textContent = `已验 ${count}/${spread.length}，当前不通过 ${failed}`;
      if (performance.now() < drawAt && count < spread.length) return;
      const start = performance.now();
      view.show(files);
      const end = performance.now();
      drawAt = end + Math.max(DRAW_MS, (end - start) / DRAW_SHARE);
    };
    tell();
    const sources = open.map(({ source }) => source);
    await verifySources(carried, sources, checkedAt, controller.signal, (verified, i) => {
      if (running !== controller) return;
      files[open[i]?.index ?? 0] = verified;
      count++;
      if (verified.report.verdict === 'failed') failed++;
      tell();
    });
    if (running !== controller) return;
    drawAt = 0;
    tell();
    if (controller.signal.aborted) status.textContent = `已停止：验了 ${count}/${spread.length}，不通过 ${failed}`;
    else progress.hidden = true;
    showAcross(compareFiles(done()));
    across.hidden = false;
    need(HTMLElement, '#results-title').focus();
  } catch (error) {
    breakDown(error);
  }
}

function clear(): void {
  files = [];
  sample = null;
  for (const each of [results, across, progress]) each.hidden = true;
  sampled.replaceChildren();
  view.show(files);
}

const facts = (): VerificationFacts => ({
  software: carried.kit.software,
  checkedAt,
  templates: carried.kit.packs.map(({ manifest }) => {
    const { pack, version, status: standing, prefix } = parseManifest(fromBase64(manifest));
    return { pack, version, status: standing, prefixSha256: prefix?.sha256 ?? '' };
  }),
  trustAnchors: carried.kit.trustAnchors.map(fromBase64),
  sample,
});

function save(kind: string | undefined): void {
  const found = done();
  const [table] = makeReportTables(found, compareFiles(found), facts());
  const text = kind === 'csv' && table !== undefined ? printCsv(table) : `${printReports(found, sample ?? undefined)}\n`;
  const url = URL.createObjectURL(new Blob([text], { type: kind === 'csv' ? 'text/csv' : 'application/json' }));
  const link = make('a', { href: url, download: kind === 'csv' ? '验证结果.csv' : '验证结果.json' });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

function draw(event: SubmitEvent): void {
  event.preventDefault();
  const size = Number(need(HTMLInputElement, '#sample-size').value);
  const seedInput = need(HTMLInputElement, '#sample-seed');
  if (seedInput.value === '')
    seedInput.value = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('');
  const seed = seedInput.value;
  if (!Number.isInteger(size) || size < 1 || !SAMPLE_SEED.test(seed)) {
    sampled.replaceChildren(make('p', { role: 'alert' }, '份数要写整数；种子只能用字母、数字、- 和 _，最多 64 个。'));
    return;
  }
  const names = done().map(({ file }) => file);
  const chosen = drawSample(names, { seed, size });
  sample = { seed, size, files: chosen };
  const byName = new Map(done().map((each) => [each.file, each]));
  const item = (file: string): HTMLElement => {
    const open = make('button', { type: 'button', class: 'link-button' }, file);
    open.addEventListener('click', () => {
      const verified = byName.get(file);
      if (verified !== undefined) showDetail(verified);
    });
    return make('li', {}, open);
  };
  sampled.replaceChildren(make('p', { role: 'status' }, `抽出 ${chosen.length} 份，种子 ${seed}`), make('ol', {}, chosen.map(item)));
}

function showAbout(): void {
  const { software, templates, trustAnchors } = facts();
  const rows: [string, string][] = [
    ['软件版本', software],
    ...templates.map((one): [string, string] => [
      '自带模板',
      `${one.pack} ${one.version}（${STATUS_WORD[one.status]}），前缀 SHA-256 ${one.prefixSha256}`,
    ]),
    ...trustAnchors.map((der): [string, string] => {
      const { subject, sha256 } = parseCertificate(der);
      return ['信任的根证书', `${subject.commonName ?? subject.organisation ?? ''}，SHA-256 ${sha256}`];
    }),
  ];
  if (trustAnchors.length === 0) rows.push(['信任的根证书', '没有：所有签名人的身份都会“无法判定”']);
  need(HTMLElement, '[data-about]').replaceChildren(
    ...rows.map(([label, value]) => make('div', {}, make('dt', {}, label), make('dd', { class: 'code' }, value))),
  );
}

for (const id of ['#files', '#folder']) {
  const input = need(HTMLInputElement, id);
  input.addEventListener('change', () => {
    const chosen = chosenFiles([...(input.files ?? [])]);
    input.value = '';
    void verify(chosen);
  });
}
const dropzone = need(HTMLElement, '[data-dropzone]');
for (const type of ['dragover', 'dragleave', 'drop'] as const) {
  document.addEventListener(type, (event) => {
    event.preventDefault();
    dropzone.classList.toggle('dropzone--over', type === 'dragover');
    if (type === 'drop' && event.dataTransfer !== null) void verify(droppedFiles(event.dataTransfer));
  });
}
need(HTMLButtonElement, '[data-cancel]').addEventListener('click', () => running?.abort());
need(HTMLButtonElement, '[data-clear]').addEventListener('click', () => {
  running?.abort();
  running = null;
  clear();
});
for (const button of document.querySelectorAll<HTMLElement>('[data-save]'))
  button.addEventListener('click', () => save(button.dataset['save']));
need(HTMLFormElement, '[data-sample]').addEventListener('submit', draw);

try {
  showAbout();
  await warmUp(carried);
  ready.textContent = '已就绪，可以断网使用';
  need(HTMLElement, '[data-digest]').textContent = await digestApart(carried, carried.pieces);
} catch (error) {
  breakDown(error);
}
