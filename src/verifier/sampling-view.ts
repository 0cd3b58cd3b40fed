/** Drawing a sample that anybody can draw again, and opening the files in it. */
import type { DrawnSample } from '../verify/report-json.ts';
import { drawSample, SAMPLE_SEED } from '../verify/sampling.ts';
import type { VerifiedFile } from '../verify/verified-file.ts';
import { make, need } from './elements.ts';

export interface Sampling {
  sample(): DrawnSample | null;
  clear(): void;
}

/** @param open called with the file that was chosen */
export function openSampling(done: () => readonly VerifiedFile[], open: (verified: VerifiedFile) => void): Sampling {
  const out = need(HTMLElement, '[data-sampled]');
  const seedInput = need(HTMLInputElement, '#sample-seed');
  let sample: DrawnSample | null = null;

  const draw = (event: SubmitEvent): void => {
    event.preventDefault();
    const size = Number(need(HTMLInputElement, '#sample-size').value);
    if (seedInput.value === '') seedInput.value = freshSeed();
    const seed = seedInput.value;
    if (!Number.isInteger(size) || size < 1 || !SAMPLE_SEED.test(seed)) {
      out.replaceChildren(make('p', { role: 'alert' }, '份数要写整数；种子只能用字母、数字、- 和 _，最多 64 个。'));
      return;
    }
    const files = new Map(done().map((each) => [each.file, each]));
    const chosen = drawSample([...files.keys()], { seed, size });
    sample = { seed, size, files: chosen };
    const item = (file: string): HTMLElement => {
      const button = make('button', { type: 'button', class: 'link-button' }, file);
      button.addEventListener('click', () => {
        const verified = files.get(file);
        if (verified !== undefined) open(verified);
      });
      return make('li', {}, button);
    };
    out.replaceChildren(make('p', { role: 'status' }, `抽出 ${chosen.length} 份，种子 ${seed}`), make('ol', {}, chosen.map(item)));
  };

  need(HTMLFormElement, '[data-sample]').addEventListener('submit', draw);
  return {
    sample: () => sample,
    clear: () => {
      sample = null;
      out.replaceChildren();
    },
  };
}

const freshSeed = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('');
