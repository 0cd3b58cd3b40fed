/** A template pack off the disk: read, compiled, and compared with the digest that was published when it was imported. */
import { sha256Hex } from '../digest.ts';
import { AppError } from '../errors.ts';
import { compileTemplate } from './compile.ts';
import type { FontLibrary } from './font-library.ts';
import type { LockedTemplate } from './locked-template.ts';
import { type Manifest, readPackDocument } from './manifest.ts';

export interface PackFiles {
  readonly manifest: Uint8Array;
  readonly body: Uint8Array;
  readonly source: Uint8Array;
}

/**
 * The only way from files to a template that can render.
 * @throws AppError TEMPLATE_MANIFEST_MALFORMED, TEMPLATE_BODY_GRAMMAR, TEMPLATE_ALTERED when a file is not what was imported
 */
export function loadPack(files: PackFiles, fonts: FontLibrary): LockedTemplate {
  const document = readPackDocument(files);
  const template = compileTemplate(document, document.manifest.fields, fonts);
  const published = document.manifest.prefix;
  if (published === null) throw new AppError('TEMPLATE_ALTERED', { what: '清单里没有前缀摘要，请重新导入' });
  if (published.lengthBytes !== template.prefix.length || published.sha256 !== template.prefixSha256) {
    throw new AppError('TEMPLATE_ALTERED', { what: '编译出的页面与清单公布的前缀摘要不符' });
  }
  return template;
}

/** The manifest of a fresh import with the digest of its compiled prefix. */
export function publishPrefix(files: PackFiles, fonts: FontLibrary): Manifest {
  const document = readPackDocument(files);
  const { prefix } = compileTemplate(document, document.manifest.fields, fonts);
  return { ...document.manifest, prefix: { lengthBytes: prefix.length, sha256: sha256Hex(prefix) } };
}
