/** Renders planned agreements one after another and hands each to a writer, without joining prefix and tail in memory. */
import { AppError } from '../errors.ts';
import type { LockedTemplate } from '../template/locked-template.ts';
import { renderTail } from '../template/revision-zero.ts';
import type { PlannedAgreement } from './plan-agreements.ts';

export type RenderOutcome =
  | { readonly row: number; readonly agreementNumber: string; readonly file: string }
  | { readonly row: number; readonly code: string; readonly zh: string };

/** Writes one file made of parts laid end to end. @returns its path */
export type WriteParts = (name: string, parts: readonly Uint8Array[]) => string;

/** `张三_SF-….pdf`: names are checked characters, so the name is safe for every file system. */
export const fileNameOf = ({ data }: PlannedAgreement): string => `${data.fields['studentName'] ?? ''}_${data.agreementNumber}.pdf`;

/** An agreement that cannot be rendered is an outcome of its own and does not stop the others. */
export function renderFiles(template: LockedTemplate, agreements: readonly PlannedAgreement[], write: WriteParts): RenderOutcome[] {
  return agreements.map((agreement) => {
    const { row, data } = agreement;
    try {
      const parts = [template.prefix, renderTail(template, data)];
      return { row, agreementNumber: data.agreementNumber, file: write(fileNameOf(agreement), parts) };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return { row, code: error.code, zh: error.zh };
    }
  });
}
