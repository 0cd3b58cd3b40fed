/** Refused commands: the one class of error that a user reads. */
import { REFUSALS, type Refusal, type RefusalCode } from './refusals.ts';

export type RefusalParams = Readonly<Record<string, string | number>>;

/** Fills `{name}` slots of a sentence; a slot without a parameter stays visible so that tests catch it. */
export function fillSentence(zh: string, params: RefusalParams): string {
  return zh.replace(/\{(\w+)\}/g, (slot, name: string) => String(params[name] ?? slot));
}

/** A command that was understood and refused. Becomes HTTP only in `http/app.ts`, an exit code only in `cli/`. */
export class AppError extends Error {
  readonly code: RefusalCode;
  readonly params: RefusalParams;
  readonly status: Refusal['status'];
  readonly zh: string;

  constructor(code: RefusalCode, params: RefusalParams = {}) {
    const refusal: Refusal = REFUSALS[code];
    super(code);
    this.name = 'AppError';
    this.code = code;
    this.params = params;
    this.status = refusal.status;
    this.zh = fillSentence(refusal.zh, params);
  }
}
