/** An SM2 signature beside the ordinary one, on a file: the key is a device's or a program's, here are the bytes to sign and the result. */
import { equalBytes } from '../bytes.ts';
import { AppError } from '../errors.ts';
import { completeSm2, prepareSm2, type Sm2Request } from '../signing/sm2.ts';
import type { LockedTemplate } from '../template/locked-template.ts';
import { weightOf } from '../verify/findings.ts';
import { type VerifyContext, verifyFile } from '../verify/verify-file.ts';

/** The installed template that this file was made from. @throws AppError REVISION_NOT_REPRODUCIBLE */
function templateOf(templates: readonly LockedTemplate[], file: Uint8Array): LockedTemplate {
  const found = templates.find(({ prefix }) => equalBytes(prefix, file.subarray(0, prefix.length)));
  if (found === undefined) throw new AppError('REVISION_NOT_REPRODUCIBLE', { offset: 0 });
  return found;
}

/**
 * What the SM2 key signs: the attributes, not their digest.
 * @throws AppError REVISION_NOT_REPRODUCIBLE, SM2_NOT_POSSIBLE, SM2_CERTIFICATE_UNUSABLE
 */
export const sm2Attributes = (templates: readonly LockedTemplate[], file: Uint8Array, request: Sm2Request): Uint8Array =>
  prepareSm2(templateOf(templates, file), file, request).signedAttributes;

/**
 * Lays in the value and judges the result as any verifier would.
 * @param request the same as for `sm2Attributes`
 * @throws AppError SM2_VALUE_WRONG, SM2_NOT_SOUND, CMS_TOO_LARGE, and those of `sm2Attributes`
 */
export function addSm2(context: VerifyContext, file: Uint8Array, request: Sm2Request, value: Uint8Array): Uint8Array {
  const signed = completeSm2(prepareSm2(templateOf(context.templates, file), file, request), value);
  const { findings, revisions = [] } = verifyFile(signed, context);
  const wrong = findings.find((each) => each.revision === revisions.length - 1 && weightOf(each) !== 'note');
  if (wrong !== undefined) throw new AppError('SM2_NOT_SOUND', { reason: wrong.zh });
  return signed;
}
