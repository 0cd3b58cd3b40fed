/** Handwriting as vector strokes, in a box of 1000 × 400 with y downward; nothing about pressure or timing is kept. */
import { z } from 'zod';

/** Each stroke is x0, y0, x1, y1, …: integers, x in 0…1000, y in 0…400. */
export type Ink = readonly (readonly number[])[];

export const INK_WIDTH = 1000;
export const INK_HEIGHT = 400;
const INK_MAX_STROKES = 64;
const INK_MAX_NUMBERS = 4096;

const stroke = z
  .array(z.int().min(0).max(INK_WIDTH))
  .min(4)
  .refine((numbers) => numbers.length % 2 === 0 && numbers.every((value, i) => i % 2 === 0 || value <= INK_HEIGHT));

/** At most 64 strokes of at least two points, at most 4,096 numbers in all. @source 个人信息保护法第六条：不采集笔压与笔迹时序 */
export const inkSchema: z.ZodType<Ink> = z
  .array(stroke)
  .min(1)
  .max(INK_MAX_STROKES)
  .refine((strokes) => strokes.reduce((sum, numbers) => sum + numbers.length, 0) <= INK_MAX_NUMBERS);
