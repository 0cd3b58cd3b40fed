/** Writes files of several parts into a folder with one system call each. */
import { closeSync, mkdirSync, openSync, writevSync } from 'node:fs';
import { join } from 'node:path';

/** @returns a writer into that folder, which is made if need be; a short write is an error, never a short file */
export function writerInto(folder: string): (name: string, parts: readonly Uint8Array[]) => string {
  mkdirSync(folder, { recursive: true });
  return (name, parts) => {
    const path = join(folder, name);
    const file = openSync(path, 'w');
    try {
      const wanted = parts.reduce((sum, part) => sum + part.length, 0);
      if (writevSync(file, [...parts]) !== wanted) throw new Error(`disk full while writing ${path}`);
    } finally {
      closeSync(file);
    }
    return path;
  };
}
