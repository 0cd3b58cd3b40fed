/** Files that do not begin like an agreement of ours: says plainly what they are, never better than 需人工复核. */
import { toLatin1 } from '../bytes.ts';
import type { LockedTemplate } from '../template/locked-template.ts';
import { type Finding, makeFinding } from './findings.ts';
import { analyseForeign, type ForeignAnalysis, type ForeignContext } from './foreign/analyse-foreign.ts';
import { kindOfFile } from './foreign/file-kind.ts';

/** The marks that every agreement of ours carries right behind its prefix. */
const OWN_SCHEMA = /"schema":"sanfang\.agreement\/1"/;
const DECLARED = /"template":\{"pack":"([a-z0-9-]{1,40})","prefixSha256":"([0-9a-f]{64})","version":"([0-9A-Za-z.-]{1,16})"\}/;

/** @param context templates and anchors installed here */
export function judgeForeign(
  bytes: Uint8Array,
  context: ForeignContext & { readonly templates: readonly LockedTemplate[] },
): Partial<ForeignAnalysis> & Pick<ForeignAnalysis, 'findings'> {
  const head = toLatin1(bytes, 0, Math.min(bytes.length, 1024));
  if (!head.includes('%PDF-')) return { findings: [makeFinding('FILE_NOT_PDF', { kind: kindOfFile(bytes) })] };
  const own = judgeOwn(bytes, context.templates);
  if (own !== null) return { findings: [own] };
  return analyseForeign(bytes, context);
}

/** An agreement of ours upon another text; null for what never was one. */
function judgeOwn(bytes: Uint8Array, templates: readonly LockedTemplate[]): Finding | null {
  const own = findOwn(bytes, templates);
  if (own === null) return null;
  const { template } = own;
  if (template === undefined) return makeFinding('TEMPLATE_UNKNOWN', {}, { revision: 0 });
  let offset = 0;
  while (offset < bytes.length && bytes[offset] === template.prefix[offset]) offset++;
  return makeFinding('BODY_ALTERED', { offset }, { revision: 0 });
}

/** Whether a file carries the data of an agreement of ours, and which installed template it says it was made from; null for no. */
export function findOwn(bytes: Uint8Array, templates: readonly LockedTemplate[]): { readonly template: LockedTemplate | undefined } | null {
  if (search(bytes, OWN_SCHEMA) === null) return null;
  const [, pack, digest, version] = search(bytes, DECLARED) ?? [];
  // A published pack never changes: the same name and version over other pages is no other template but an altered one.
  return { template: templates.find((each) => each.prefixSha256 === digest || (each.pack === pack && each.version === version)) };
}

const WINDOW_BYTES = 1 << 20;
/** More than any of the patterns can match. */
const OVERLAP_BYTES = 512;

/** The first match of a pattern, looked for in windows so that a large file needs little memory. */
function search(bytes: Uint8Array, pattern: RegExp): RegExpExecArray | null {
  // Differs from Latin-1 only above 0x7f, where no pattern looks, and is ten times as fast.
  const decoder = new TextDecoder('latin1');
  for (let at = 0; at < bytes.length; at += WINDOW_BYTES) {
    const found = pattern.exec(decoder.decode(bytes.subarray(at, at + WINDOW_BYTES + OVERLAP_BYTES)));
    if (found !== null) return found;
  }
  return null;
}
