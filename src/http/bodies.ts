/** Request bodies at the door: size first, then shape; whatever is not asked for is refused by its name. */
import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import { AppError } from '../errors.ts';

/** What a person writes into a box of several lines; a line ends in one character, as the box counts it. */
export const ownWords = (max: number) =>
  z
    .string()
    .transform((text) => text.replaceAll('\r\n', '\n').trim().toWellFormed())
    .pipe(z.string().max(max));

/** Longer than any input of a door takes. */
const TYPED_MAX = 60;

/** The form of a button, which has no inputs. */
export const Nothing = z.strictObject({});

const MEGABYTE = 1024 * 1024;

/** @throws AppError REQUEST_TOO_LARGE (`limit`, in MB) before the body is read */
export const atMostMegabytes = (limit: number) =>
  bodyLimit({
    maxSize: limit * MEGABYTE,
    onError: () => {
      throw new AppError('REQUEST_TOO_LARGE', { limit });
    },
  });

/** @throws AppError REQUEST_MALFORMED (`where`: the key that is missing, wrong or not asked for) */
export function parseWith<T>(schema: z.ZodType<T>, input: unknown): T {
  const read = schema.safeParse(input);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const path = issue?.path.join('.') ?? '';
  if (issue?.code !== 'unrecognized_keys') throw new AppError('REQUEST_MALFORMED', { where: path || '整体' });
  const keys = issue.keys.map((key) => (path === '' ? key : `${path}.${key}`).slice(0, 40));
  throw new AppError('REQUEST_MALFORMED', { where: `不接受的内容 ${keys.join('、')}` });
}

/** @throws AppError REQUEST_MALFORMED */
export async function parseJson<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  if (!/^application\/json\b/i.test(c.req.header('Content-Type') ?? '')) throw new AppError('REQUEST_MALFORMED', { where: '不是 JSON' });
  let json: unknown;
  try {
    json = JSON.parse(await c.req.text());
  } catch {
    throw new AppError('REQUEST_MALFORMED', { where: '不是 JSON' });
  }
  return parseWith(schema, json);
}

/** The text inputs of a form; a file among them is refused. @throws AppError REQUEST_MALFORMED */
export async function parseForm<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  const form = await c.req.parseBody().catch(() => {
    throw new AppError('REQUEST_MALFORMED', { where: '表单' });
  });
  return parseWith(schema, form);
}

/** What stood in the inputs of a form that was refused, to stand there again. */
export async function typedInto(c: Context): Promise<Readonly<Record<string, string>>> {
  const form = await c.req.parseBody().catch(() => ({}));
  return Object.fromEntries(
    Object.entries(form).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value.slice(0, TYPED_MAX)]] : [])),
  );
}

/** The one file of a form that has nothing else. @throws AppError REQUEST_MALFORMED (`where`: the input) */
export const parseFile = async (c: Context, input: string): Promise<UploadedFile> => (await parseUpload(c, input, Nothing)).file;

export interface UploadedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The one file of a form and the text inputs beside it. @throws AppError REQUEST_MALFORMED (`where`: the input) */
export async function parseUpload<T>(
  c: Context,
  input: string,
  schema: z.ZodType<T>,
): Promise<{ readonly file: UploadedFile; readonly fields: T }> {
  const form = await c.req.parseBody().catch(() => {
    throw new AppError('REQUEST_MALFORMED', { where: input });
  });
  const { [input]: file, ...others } = form;
  const fields = parseWith(schema, others);
  if (!(file instanceof File) || file.size === 0) throw new AppError('REQUEST_MALFORMED', { where: '没有选择文件' });
  return { file: { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) }, fields };
}
