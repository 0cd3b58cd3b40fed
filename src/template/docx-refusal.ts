/** Refusals of a source document that name the paragraph, so that a clerk can find the place in Word or WPS. */
import { AppError } from '../errors.ts';
import type { RefusalCode } from '../refusals.ts';

/** Where the reading is: paragraphs are counted from 1 in document order, those in table cells included. */
export interface SourcePlace {
  readonly paragraph: number;
  /** Text of the paragraph as far as it was read. */
  readonly text: string;
  /** Page, counted from 1, where the file tells. */
  readonly page?: number;
}

/** The refusal with the paragraph's number and its first words. */
export function refuseSource(code: RefusalCode, place: SourcePlace, what = ''): AppError {
  const text = [...place.text.trim()];
  const words = text.length === 0 ? '空段' : `“${text.slice(0, 16).join('')}${text.length > 16 ? '…' : ''}”`;
  const page = place.page === undefined ? '' : `，约第 ${place.page} 页`;
  const where = place.paragraph === 0 ? '的页眉或页脚' : `第 ${place.paragraph} 段（${words}${page}）`;
  return new AppError(code, { paragraph: place.paragraph, where, what });
}
