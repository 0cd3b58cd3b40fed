/**
 * Importing a text over JSON: the same steps as the pages under /school/templates, with the school's session.
 *
 *   POST /api/school/template-drafts                        multipart `source`, a .docx (≤ 20 MB); `kind`     → 201 TemplateDraftJson
 *   GET  /api/school/template-drafts                                                           → { drafts }
 *   GET  /api/school/template-drafts/:draftId                                                  → TemplateDraftJson
 *   POST /api/school/template-drafts/:draftId/blanks        BlankRequest                       → TemplateDraftJson
 *   POST /api/school/template-drafts/:draftId/signers       SignerRequest                      → TemplateDraftJson
 *   POST /api/school/template-drafts/:draftId/undo          {}                                 → TemplateDraftJson
 *   POST /api/school/template-drafts/:draftId/confirmation  ConfirmationRequest                → 201 { pack, version, prefixSha256 }
 *   POST /api/school/template-drafts/:draftId/discard       {}                                 → { draftId }
 */
import { z } from 'zod';
import { FIELD_TYPES } from '../../agreement/fields.ts';
import { FORM_KINDS, PARTY_ROLES } from '../../agreement/parties.ts';

/** Beside the file: what it is, an agreement when left out, or `consent` for a 知情同意书. */
export const SourceForm = z.strictObject({ kind: z.enum(FORM_KINDS).default('agreement') });

/** What one blank asks for. `label` of a known field takes that field; any other makes a field of this text's own. */
export const BlankRequest = z.strictObject({
  /** Any blank of a date, a question or a value over several lines stands for all of it. */
  blank: z.string().regex(/^b[1-9]\d{0,4}$/),
  label: z.string().trim().min(1).max(60),
  type: z.enum(FIELD_TYPES).default('text'),
  required: z.enum(['always', 'never']).default('never'),
  maxLength: z.int().min(1).max(2000).nullable().default(null),
  /** Words to choose from, for `type: "choice"` where no boxes are drawn. */
  options: z.array(z.string().trim().min(1).max(20)).max(20).default([]),
  /** 多行: how many drawn lines hold one value. */
  lines: z.int().min(1).max(40).nullable().default(null),
});

export const SignerRequest = z.strictObject({ signer: z.enum(PARTY_ROLES), as: z.enum(PARTY_ROLES) });

/** `looked: true` says that a person has compared every page and every blank with the original. */
export const ConfirmationRequest = z.strictObject({
  pack: z
    .string()
    .max(40)
    .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/),
  version: z.string().regex(/^[0-9A-Za-z][0-9A-Za-z.-]{0,15}$/),
  title: z.string().trim().min(1).max(80),
  looked: z.literal(true),
});

export interface TemplateDraftJson {
  readonly draftId: string;
  readonly fileName: string;
  readonly kind: 'agreement' | 'consent';
  readonly suggested: { readonly pack: string; readonly version: string; readonly title: string };
  /** `source` = `body` + `blanks` + `spaces` + `phonetic`; `generated` and `margins` come on top. */
  readonly characters: Readonly<Record<'source' | 'body' | 'blanks' | 'spaces' | 'phonetic' | 'generated' | 'margins', number>>;
  readonly notes: readonly { readonly paragraph: number; readonly zh: string }[];
  readonly problems: readonly { readonly level: 'error' | 'warn'; readonly code: string; readonly zh: string }[];
  readonly pageCount: number;
  readonly signers: readonly string[];
  readonly blanks: readonly {
    readonly ids: readonly string[];
    readonly kind: 'value' | 'date' | 'choice' | 'signedOn' | 'system';
    readonly field: string;
    readonly label: string;
    readonly type: string;
    readonly own: boolean;
    readonly required: 'always' | 'minor' | 'never';
    readonly maxLength: number;
    readonly options: readonly string[];
    readonly lines: number;
    readonly paragraph: number;
    readonly before: string;
    readonly after: string;
    readonly guess: 'certain' | 'likely' | 'unknown';
  }[];
  readonly decisionCount: number;
  readonly confirmed: { readonly pack: string; readonly version: string } | null;
}
