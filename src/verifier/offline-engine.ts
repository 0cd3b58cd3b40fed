/** The engine of the offline page: workers of the page itself, with everything it carries. */
import { fromBase64 } from '../bytes.ts';
import { toInstant } from '../instant.ts';
import { parseManifest } from '../template/manifest.ts';
import type { Carried } from './carried.ts';
import type { Engine } from './engine.ts';
import { drawApart, printApart, verifySources } from './pool.ts';

export const offlineEngine = (carried: Carried): Engine => ({
  facts: {
    software: carried.kit.software,
    templates: carried.kit.packs.map(({ manifest }) => {
      const { pack, version, status, prefix } = parseManifest(fromBase64(manifest));
      return { pack, version, status, prefixSha256: prefix?.sha256 ?? '' };
    }),
    trustAnchors: carried.kit.trustAnchors.map(fromBase64),
  },
  now: () => toInstant(Date.now()),
  verify: (sources, checkedAt, signal, onExamined) =>
    verifySources(carried, sources, checkedAt, signal, (verified, index) => onExamined({ verified, voided: null }, index)),
  draw: (source) => drawApart(carried, source),
  print: (order) => printApart(carried.workerUrl, 'classic', order),
  stamp: null,
});
