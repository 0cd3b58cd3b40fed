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

export function writeInto(folder: string, name: string, content: Uint8Array | string): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Writes a file that only this user can read, never over another one. @throws AppError PATH_EXISTS */
export function writePrivate(folder: string, name: string, content: string): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  try {
    writeFileSync(path, content, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') throw new AppError('PATH_EXISTS', { path });
    throw error;
  }
  return path;
}
