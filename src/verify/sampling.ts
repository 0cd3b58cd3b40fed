/** A sample that anybody can draw again: files in the order of a digest that a recorded seed makes unforeseeable. */
import { fromUtf8 } from '../bytes.ts';
import { sha256Hex } from '../digest.ts';

export interface Sample {
  /** Recorded with the result; letters, digits, `-` and `_`. */
  readonly seed: string;
  /** Asked for; there may be fewer files. */
  readonly size: number;
}

export const SAMPLE_SEED = /^[0-9A-Za-z_-]{1,64}$/;

/** How the sample is drawn, for the report. */
export const SAMPLING_ZH =
  '对每份文件计算 SHA-256（“sanfang.sample/1”、种子、文件名，各占一行，以换行分隔），按结果从小到大取前若干份。同一种子、同一批文件名，任何人都能抽出同样的样本。';

/**
 * @param files names, each once
 * @returns the sampled names in the order in which they were drawn
 */
export function drawSample(files: readonly string[], { seed, size }: Sample): string[] {
  const drawn = files.map((file) => ({ file, rank: sha256Hex(fromUtf8(`sanfang.sample/1\n${seed}\n${file}`)) }));
  return drawn
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, size)
    .map(({ file }) => file);
}
