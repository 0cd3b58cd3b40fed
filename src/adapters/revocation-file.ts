/** Revocations as the operator writes them into a file, one a line: serial number, time, reason. It is read again whenever somebody asks. */
import { readFileSync } from 'node:fs';
import { toUtf8 } from '../bytes.ts';
import { parseRfc3339 } from '../instant.ts';
import { REVOCATION_REASONS } from '../pki/crl.ts';
import type { Revocations, RevokedCertificate } from './authority-revocation.ts';
import { hasCode } from './file-codes.ts';

const REASONS = new Map<string, number>(Object.entries(REVOCATION_REASONS));

/**
 * Of several lines about one certificate the first counts. What cannot be read stops whoever asks: nothing is called good on a guess.
 * @param path no file, no revocations
 * @returns throws an Error in Chinese that names the line
 */
export const revocationFile =
  (path: string): Revocations =>
  () => {
    const found = new Map<string, RevokedCertificate>();
    for (const [index, line] of readIfThere(path).split('\n').entries()) {
      if (line.trim() === '') continue;
      const [, serial = '', time = '', name = ''] = /^([0-9a-f]{2,40}) (\S+) (\w+)\s*$/i.exec(line) ?? [];
      const [at, reason] = [parseRfc3339(time), REASONS.get(name)];
      if (at === undefined || reason === undefined)
        throw new Error(
          `吊销记录 ${path} 第 ${index + 1} 行不合格式。每行依次写序列号、时间和原因，如 0badc0de 2026-09-01T02:00:00Z keyCompromise。`,
        );
      const serialHex = serial.toLowerCase();
      if (!found.has(serialHex)) found.set(serialHex, { serialHex, at, reason });
    }
    return [...found.values()];
  };

function readIfThere(path: string): string {
  try {
    return toUtf8(readFileSync(path));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return '';
    throw error;
  }
}
