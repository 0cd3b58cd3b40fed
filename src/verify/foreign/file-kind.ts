/** What a file is by its first bytes, for people who sent something that is no PDF. */
import { toLatin1 } from '../../bytes.ts';

const SIGNS: readonly (readonly [string, string])[] = [
  ['\xd0\xcf\x11\xe0', '旧版 Office 文件'],
  ['\xff\xd8\xff', '照片'],
  ['\x89PNG', '图片'],
  ['GIF8', '图片'],
  ['BM', '图片'],
  ['II*\0', '图片'],
  ['MM\0*', '图片'],
  ['Rar!', '压缩包'],
  ['7z\xbc\xaf', '压缩包'],
  ['\x1f\x8b', '压缩包'],
  ['{\\rtf', 'RTF 文档'],
  ['<', '网页文件'],
  ['{', '文本文件'],
];

/** Names that the first entries of an archive carry. */
const PARTS: readonly (readonly [RegExp, string])[] = [
  [/OFD\.xml|Doc_0\//, 'OFD 文件'],
  [/word\//, 'Word 文档'],
  [/xl\//, 'Excel 表格'],
  [/ppt\//, 'PowerPoint 文档'],
  [/\[Content_Types\]\.xml/, 'Word、Excel 等 Office 文件'],
];

const LOOK_BYTES = 65_536;

export function kindOfFile(bytes: Uint8Array): string {
  if (bytes.length === 0) return '空文件';
  const head = toLatin1(bytes, 0, Math.min(bytes.length, 16));
  if (/^....(?:ftyp(?:heic|heix|mif1|avif))/s.test(head) || /^RIFF....WEBP/s.test(head)) return '图片';
  if (head.startsWith('PK')) {
    const parts = toLatin1(bytes, 0, Math.min(bytes.length, LOOK_BYTES)) + toLatin1(bytes, Math.max(0, bytes.length - LOOK_BYTES));
    return PARTS.find(([sign]) => sign.test(parts))?.[1] ?? '压缩包、Word、Excel 或 OFD 文件';
  }
  return SIGNS.find(([sign]) => head.startsWith(sign))?.[1] ?? '未知格式';
}
