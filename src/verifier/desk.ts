/** The regulator's desk: takes files, shows results as they come, lays them side by side, gives them away. The same over any engine. */
import type { Instant } from '../instant.ts';
import { compareFiles, hintsByFile } from '../verify/across-files.ts';
import type { Finding } from '../verify/findings.ts';
import type { VerifiedFile } from '../verify/verified-file.ts';
import { showAcross } from './across-view.ts';
import { type DetailDesk, showDetail } from './detail-view.ts';
import { need } from './elements.ts';
import type { Engine, Voided } from './engine.ts';
import type { BrowserSource } from './messages.ts';
import { openResults } from './results-view.ts';
import { openSampling } from './sampling-view.ts';
import { openSaving } from './saving.ts';
import { chosenFiles, droppedFiles, isListed, type NamedBlob, spreadSources } from './sources.ts';

/** At most this often is anything drawn anew while results come in, since painting takes time from judging; the table less often still. */
const TELL_MS = 250;
const DRAW_MS = 750;
const DRAW_SHARE = 0.05;

interface Open {
  readonly source: BrowserSource;
  readonly index: number;
}

/** Everything about the files at hand; made anew when others are chosen. */
interface Job {
  readonly files: (VerifiedFile | undefined)[];
  readonly open: readonly Open[];
  readonly checkedAt: Instant;
}

const NO_JOB = (at: Instant): Job => ({ files: [], open: [], checkedAt: at });

/** Wires the elements of `DESK`. @returns what to call when the engine can do nothing any more */
export function openDesk(engine: Engine): { readonly breakDown: (error: unknown) => void } {
  const broken = need(HTMLElement, '[data-broken]');
  const progress = need(HTMLElement, '[data-progress]');
  const bar = need(HTMLProgressElement, '[data-progress] progress');
  const status = need(HTMLElement, '[data-status]');
  const cancel = need(HTMLButtonElement, '[data-cancel]');
  const resume = need(HTMLButtonElement, '[data-resume]');
  const results = need(HTMLElement, '[data-results]');
  const across = need(HTMLElement, '[data-across]');

  const voided = new Map<VerifiedFile, Voided>();
  const sources = new Map<VerifiedFile, BrowserSource>();
  let hints: ReadonlyMap<string, readonly Finding[]> = new Map();
  let job = NO_JOB(engine.now());
  let running: AbortController | null = null;

  const done = (): VerifiedFile[] => job.files.filter((each) => each !== undefined);
  const detail: DetailDesk = {
    voidedOf: (file) => voided.get(file) ?? null,
    hintsOf: ({ file }) => hints.get(file) ?? [],
    draw: (file) => {
      const source = sources.get(file);
      return source === undefined ? Promise.resolve(null) : engine.draw(source);
    },
  };
  const openDetail = (file: VerifiedFile): void => showDetail(file, detail);
  const view = openResults(openDetail);
  const sampling = openSampling(done, openDetail);
  const saving = openSaving(
    engine,
    () => ({ files: done(), checkedAt: job.checkedAt, sample: sampling.sample() }),
    (error) => breakDown(error),
  );

  const breakDown = (error: unknown): void => {
    broken.hidden = false;
    broken.textContent = error instanceof Error ? error.message : String(error);
  };

  const clear = (): void => {
    job = NO_JOB(engine.now());
    voided.clear();
    sources.clear();
    hints = new Map();
    sampling.clear();
    saving.clear();
    for (const each of [results, across, progress, broken]) each.hidden = true;
    view.show([]);
  };

  const begin = async (blobs: Promise<readonly NamedBlob[]> | readonly NamedBlob[]): Promise<void> => {
    running?.abort();
    const controller = new AbortController();
    running = controller;
    clear();
    progress.hidden = false;
    [cancel.hidden, resume.hidden] = [true, true];
    bar.removeAttribute('value');
    status.textContent = '正在清点文件…';
    try {
      const spread = await spreadSources(await blobs);
      if (running !== controller) return;
      if (spread.length === 0) {
        status.textContent = '没有找到 PDF 或 ZIP。请选择签署后的 PDF 原件。';
        return;
      }
      const files = new Array<VerifiedFile | undefined>(spread.length);
      const open: Open[] = [];
      spread.forEach((each, index) => {
        if (isListed(each)) files[index] = each;
        else open.push({ source: each, index });
      });
      job = { files, open, checkedAt: engine.now() };
    } catch (error) {
      breakDown(error);
      return;
    }
    await work(controller);
  };

  /** Judges what has no result yet. */
  const work = async (controller: AbortController): Promise<void> => {
    running = controller;
    const mine = job;
    const open = mine.open.filter(({ index }) => mine.files[index] === undefined);
    const all = mine.files.length;
    let count = done().length;
    let failed = done().filter(({ report }) => report.verdict === 'failed').length;
    let [tellAt, drawAt] = [0, 0];
    let hasDrawn = false;
    const tell = (): void => {
      if (performance.now() < tellAt && count < all && hasDrawn) return;
      tellAt = performance.now() + TELL_MS;
      bar.max = all;
      bar.value = count;
      status.textContent = `已验 ${count}/${all}，当前不通过 ${failed}`;
      if (performance.now() < drawAt && hasDrawn) return;
      hasDrawn = count > 0;
      const start = performance.now();
      view.show(mine.files);
      const end = performance.now();
      drawAt = end + Math.max(DRAW_MS, (end - start) / DRAW_SHARE);
    };
    [results.hidden, progress.hidden, broken.hidden, resume.hidden, cancel.hidden] = [false, false, true, true, false];
    tell();
    try {
      await engine.verify(
        open.map(({ source }) => source),
        mine.checkedAt,
        controller.signal,
        ({ verified, voided: notice }, i) => {
          const place = open[i];
          if (running !== controller || place === undefined) return;
          mine.files[place.index] = verified;
          sources.set(verified, place.source);
          if (notice !== null) voided.set(verified, notice);
          count++;
          if (verified.report.verdict === 'failed') failed++;
          tell();
        },
      );
    } catch (error) {
      breakDown(error);
    }
    if (running !== controller) return;
    bar.value = count;
    const isWhole = count === all;
    if (!isWhole) status.textContent = `已停止：验了 ${count}/${all}，不通过 ${failed}`;
    [progress.hidden, resume.hidden, cancel.hidden] = [isWhole, isWhole, true];
    const together = compareFiles(done());
    hints = hintsByFile(together);
    view.show(mine.files, hints);
    showAcross(together);
    across.hidden = false;
    need(HTMLElement, '#results-title').focus();
  };

  for (const id of ['#files', '#folder']) {
    const input = need(HTMLInputElement, id);
    input.addEventListener('change', () => {
      const chosen = chosenFiles([...(input.files ?? [])]);
      input.value = '';
      void begin(chosen);
    });
  }
  const dropzone = need(HTMLElement, '[data-dropzone]');
  for (const type of ['dragover', 'dragleave', 'drop'] as const) {
    document.addEventListener(type, (event) => {
      event.preventDefault();
      dropzone.classList.toggle('dropzone--over', type === 'dragover');
      if (type === 'drop' && event.dataTransfer !== null) void begin(droppedFiles(event.dataTransfer));
    });
  }
  cancel.addEventListener('click', () => running?.abort());
  resume.addEventListener('click', () => void work(new AbortController()));
  need(HTMLButtonElement, '[data-clear]').addEventListener('click', () => {
    running?.abort();
    running = null;
    clear();
    need(HTMLElement, 'h1').focus();
  });
  return { breakDown };
}
