/** A locked template: the constant first bytes of every agreement, and where its blanks are. Only `compileTemplate` makes one. */
import type { FieldSpec } from '../agreement/fields.ts';
import type { PartyRole, SigningForm } from '../agreement/parties.ts';
import type { RunningSha256, Sha256 } from '../digest.ts';
import type { FontLibrary } from './font-library.ts';
import type { Encode, GlyphSet } from './glyph-set.ts';
import type { InForce } from './in-force.ts';
import type { ItemMaker, PlacedBlank, PlacedSignatureBox, Rectangle } from './paginate.ts';
import type { Block, TemplateStatus } from './template-document.ts';

/** The place of one party's signature: the widget's rectangle, and within it the box for ink and the blanks for the date. */
export interface SignaturePlace {
  readonly role: PartyRole;
  readonly page: number;
  readonly widget: Rectangle;
  readonly box: PlacedSignatureBox;
  readonly signedOn: readonly PlacedBlank[];
  /** Constant words and the blanks of the date, where they reach into the widget: nothing may be laid over them. */
  readonly obstacles: readonly Rectangle[];
  /** Number of the structure element that holds the field. */
  readonly holder: number;
}

declare const lockedBrand: unique symbol;

/** Also the form that its agreements are signed on: its kind and the boxes that were found. */
export interface LockedTemplate extends SigningForm {
  readonly [lockedBrand]: true;
  readonly pack: string;
  readonly version: string;
  readonly title: string;
  readonly status: TemplateStatus;
  /** The first bytes of every agreement. */
  readonly prefix: Uint8Array;
  readonly prefixSha256: Sha256;
  /** SHA-256 midway, after the prefix. */
  readonly prefixDigest: RunningSha256;
  /** The text of body.hbs with each blank as ＿, one paragraph a line. */
  readonly lockedText: string;
  /** The same as it stands on the pages, with header and footer: what `template text` prints. */
  readonly pagedText: string;
  /** The blocks as imported, for the reading view. */
  readonly blocks: readonly Block[];
  /** Specs of every field that has a blank, catalogue or template's own. */
  readonly fields: readonly FieldSpec[];
  readonly pageCount: number;
  /** First object number that annex pages may use. */
  readonly firstFreeObject: number;
  /** Cross-reference lines of objects 0 … firstFreeObject − 1; those that the tail holds are marked free and patched there. */
  readonly xrefBlock: Uint8Array;
  readonly blanks: readonly PlacedBlank[];
  readonly signaturePlaces: readonly SignaturePlace[];
  /** Whether the foot of the last page leaves the corner of the code free; a source with a footer across the page does not. */
  readonly hasVerifyRoom: boolean;
  readonly fonts: FontLibrary;
  readonly bodyGlyphs: GlyphSet;
  readonly headGlyphs: GlyphSet;
  readonly encodeStatic: Encode;
  readonly toItems: ItemMaker;
  /** When this version may be used, as its authority says; a sample always. */
  readonly inForce: InForce;
  /** Header of every page, or null for a national or regional text. */
  readonly mark: string | null;
}

/** The words on every page of a text that is not an authority's own. */
export const SAMPLE_MARK = '样张，非国家示范文本';
