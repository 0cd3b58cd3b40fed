/** Imported templates compiled and filled in, for tests that go on from an import. */
import type { PackPair } from '../../src/template/confirm-import.ts';
import { loadPack, publishPrefix } from '../../src/template/load-pack.ts';
import type { LockedTemplate } from '../../src/template/locked-template.ts';
import { printManifest } from '../../src/template/manifest.ts';
import { VALUES } from '../agreement/sample-values.ts';
import { fonts } from '../verify/signed-agreement.ts';

/** @throws AppError of `publishPrefix`, for example when a party has nowhere to sign */
export function compilePack(pair: PackPair, source: Uint8Array): LockedTemplate {
  const files = { ...pair, source };
  return loadPack({ ...files, manifest: printManifest(publishPrefix(files, fonts)) }, fonts);
}

const EXAMPLES: Readonly<Record<string, string>> = { date: '2027-03-01', yuan: '3200', integer: '3', year: '2025', phone: '13800001001' };

/** A value for every field of a template: those of the sample's agreement, and something short for its own. */
export function valuesFor(template: LockedTemplate): Readonly<Record<string, string>> {
  const own = template.fields.flatMap((spec): readonly (readonly [string, string])[] => {
    if (spec.owner === 'system' || spec.required === 'minor' || spec.owner === 'guardian') return [];
    const value = VALUES[spec.key] ?? spec.options?.[0] ?? EXAMPLES[spec.type] ?? '无';
    return [[spec.key, value]];
  });
  return Object.fromEntries(own);
}
