/** Files that do not begin like an agreement of ours: says plainly what they are, never better than 需人工复核. */
import { toLatin1 } from '../bytes.ts';
import type { LockedTemplate } from '../template/locked-template.ts';
import { type Finding, makeFinding } from './findings.ts';

const SIGNS: readonly (readonly [string, string])[] = [
  ['PK\x03\x04', '压缩包、Word、Excel 或 OFD 文件'],
  ['\xd0\xcf\x11\xe0', '旧版 Office 文件'],
  ['\xff\xd8\xff', '照片'],
  ['\x89PNG', '图片'],
  ['<', '网页文件'],
  ['{', '文本文件'],
];

/** The marks that every agreement of ours carries right behind its prefix. */
const OWN_SCHEMA = /"schema":"sanfang\.agreement\/1"/;
const DECLARED = /"template":\{"pack":"([a-z0-9-]{1,40})","prefixSha256":"([0-9a-f]{64})","version":"([0-9A-Za-z.-]{1,16})"\}/;

/** @param templates those installed here */
export function judgeForeign(bytes: Uint8Array, templates: readonly LockedTemplate[]): Finding {
  const head = toLatin1(bytes, 0, Math.min(bytes.length, 1024));
  if (!head.includes('%PDF-')) {
    const kind = SIGNS.find(([sign]) => head.startsWith(sign))?.[1] ?? (bytes.length === 0 ? '空文件' : '未知格式');
    return makeFinding('FILE_NOT_PDF', { kind });
  }
  const [own, encrypted, signed] = searchAll(bytes, [
    OWN_SCHEMA,
    /\/Encrypt\s{1,64}\d{1,10}\s{1,64}\d{1,5}\s{1,64}R/,
    /\/ByteRange\s{0,64}\[/,
  ]);
  if (own) {
    const [, pack, digest, version] = searchAll(bytes, [DECLARED])[0] ?? [];
    // A published pack never changes: the same name and version over other pages is no other template but an altered one.
    const template = templates.find((each) => each.prefixSha256 === digest || (each.pack === pack && each.version === version));
    if (template === undefined) return makeFinding('TEMPLATE_UNKNOWN', {}, { revision: 0 });
    let offset = 0;
    while (offset < bytes.length && bytes[offset] === template.prefix[offset]) offset++;
    return makeFinding('BODY_ALTERED', { offset }, { revision: 0 });
  }
  if (encrypted) return makeFinding('FILE_ENCRYPTED');
  return signed ? makeFinding('FILE_SIGNED_ELSEWHERE') : makeFinding('FILE_NOT_SIGNED');
}

const WINDOW_BYTES = 1 << 20;
/** More than any of the patterns can match. */
const OVERLAP_BYTES = 512;

/** The first match of each pattern, looked for in windows so that a large file needs little memory. */
function searchAll(bytes: Uint8Array, patterns: readonly RegExp[]): (RegExpExecArray | null)[] {
  // Differs from Latin-1 only above 0x7f, where no pattern looks, and is ten times as fast.
  const decoder = new TextDecoder('latin1');
  const found: (RegExpExecArray | null)[] = patterns.map(() => null);
  for (let at = 0; at < bytes.length && found.includes(null); at += WINDOW_BYTES) {
    const text = decoder.decode(bytes.subarray(at, at + WINDOW_BYTES + OVERLAP_BYTES));
    patterns.forEach((pattern, i) => {
      found[i] ??= pattern.exec(text);
    });
  }
  return found;
}
