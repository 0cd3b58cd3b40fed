/** Files of the command line: clear refusals instead of stack traces. */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../errors.ts';

/** @throws AppError PATH_UNREADABLE */
export function readBytes(path: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(path));
  } catch {
    throw new AppError('PATH_UNREADABLE', { path });
  }
}

/** In bytes; 0 for a pipe, whose end nobody knows. @throws AppError PATH_UNREADABLE */
export function sizeOf(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined || found.isDirectory()) throw new AppError('PATH_UNREADABLE', { path });
  return found.size;
}

export const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** @throws AppError PATH_UNWRITABLE */
function written<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') throw new AppError('PATH_EXISTS', { path });
    throw new AppError('PATH_UNWRITABLE', { path });
  }
}

/** Over what is there. @throws AppError PATH_UNWRITABLE */
export const writeOver = (path: string, content: Uint8Array): void => written(path, () => writeFileSync(path, content));

/** Never over another file. @throws AppError PATH_EXISTS, PATH_UNWRITABLE */
export const writeNew = (path: string, content: Uint8Array | string, mode = 0o666): void =>
  written(path, () => writeFileSync(path, content, { flag: 'wx', mode }));

/** @returns the path written, over what is there @throws AppError PATH_UNWRITABLE */
export function writeInto(folder: string, name: string, content: Uint8Array | string): string {
  const path = join(folder, name);
  written(path, () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, content);
  });
  return path;
}

/** Writes a file that only this user can read, never over another one. @throws AppError PATH_EXISTS, PATH_UNWRITABLE */
export function writePrivate(folder: string, name: string, content: string): string {
  written(folder, () => mkdirSync(folder, { recursive: true }));
  const path = join(folder, name);
  writeNew(path, content, 0o600);
  return path;
}
