/** A template pack off the disk: read, vouched for, compiled, and compared with the digest that was published when it was imported. */
import { sha256Hex } from '../digest.ts';
import { AppError } from '../errors.ts';
import { compileTemplate } from './compile.ts';
import type { FontLibrary } from './font-library.ts';
import { ALWAYS_IN_FORCE, type InForce } from './in-force.ts';
import type { LockedTemplate } from './locked-template.ts';
import { type Manifest, type PackDocument, readPackDocument } from './manifest.ts';
import { prefixText } from './prefix-text.ts';
import { type JudgeRelease, judgeStanding, type ReleaseFiles, trustNobody } from './release.ts';

export interface PackFiles {
  readonly manifest: Uint8Array;
  readonly body: Uint8Array;
  readonly source: Uint8Array;
  /** Absent for a sample, and for a text that its authority has not signed yet. */
  readonly release?: ReleaseFiles;
}

/**
 * The only way from files to a template that can render.
 * @param judge decides whether an authority's release is to be trusted; without it nothing but samples is loaded
 * @throws AppError TEMPLATE_MANIFEST_MALFORMED, TEMPLATE_BODY_GRAMMAR, TEMPLATE_ALTERED when a file is not what was imported;
 *   TEMPLATE_AUTHORITY_MISSING, TEMPLATE_RELEASE_INVALID, TEMPLATE_RELEASE_MISMATCH, TEMPLATE_AUTHORITY_UNTRUSTED
 */
export function loadPack(files: PackFiles, fonts: FontLibrary, judge: JudgeRelease = trustNobody): LockedTemplate {
  const document = readPackDocument(files);
  return compileSound(document, fonts, judgeStanding(document.manifest, files.manifest, files.release ?? null, judge));
}

/** @throws AppError TEMPLATE_ALTERED when the pages are not those whose digest was published */
function compileSound(document: PackDocument, fonts: FontLibrary, inForce: InForce): LockedTemplate {
  const template = compileTemplate(document, document.manifest.fields, fonts, inForce);
  const published = document.manifest.prefix;
  if (published === null) throw new AppError('TEMPLATE_ALTERED', { what: '清单里没有前缀摘要，请重新导入' });
  if (published.lengthBytes !== template.prefix.length || published.sha256 !== template.prefixSha256) {
    throw new AppError('TEMPLATE_ALTERED', { what: '编译出的页面与清单公布的前缀摘要不符' });
  }
  return template;
}

/** What a reviewer or an authority looks at before anybody has signed: everything but the means to render. */
export interface PackInspection {
  readonly document: PackDocument;
  readonly lockedText: string;
  /** The text page by page, as `template text` prints it. */
  readonly pagedText: string;
  /** What the compiled pages say, read back through their own fonts, without spaces. */
  readonly compiledText: string;
  readonly prefix: { readonly lengthBytes: number; readonly sha256: string };
  readonly pageCount: number;
}

/** Everything that `loadPack` checks but the release. @throws AppError as `loadPack`, TEMPLATE_ALTERED among them */
export function inspectPack(files: PackFiles, fonts: FontLibrary): PackInspection {
  const document = readPackDocument(files);
  const template = compileSound(document, fonts, ALWAYS_IN_FORCE);
  return {
    document,
    lockedText: template.lockedText,
    pagedText: template.pagedText,
    compiledText: prefixText(template),
    prefix: { lengthBytes: template.prefix.length, sha256: template.prefixSha256 },
    pageCount: template.pageCount,
  };
}

/** The manifest of a fresh import with the digest of its compiled prefix. */
export function publishPrefix(files: PackFiles, fonts: FontLibrary): Manifest {
  const document = readPackDocument(files);
  const { prefix } = compileTemplate(document, document.manifest.fields, fonts, ALWAYS_IN_FORCE);
  return { ...document.manifest, prefix: { lengthBytes: prefix.length, sha256: sha256Hex(prefix) } };
}
