/** Name and version of this software, from the one place that states it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `sanfang 0.1.0`. @throws Error when the installation has no readable package.json */
export function softwareVersion(root: string): string {
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, unknown>;
  return `${String(name)} ${String(version)}`;
}
