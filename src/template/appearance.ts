/** What a signature looks like on the page: ink or printed name, the time, and the date in the blanks of the form. */
import { INK_HEIGHT, INK_WIDTH, type Ink } from '../agreement/ink.ts';
import type { Signatory } from '../agreement/parties.ts';
import { beijingDateOf, beijingText, type Instant } from '../instant.ts';
import { mpt, printTextString } from '../pdf/objects.ts';
import { codePointName } from './font-library.ts';
import type { GlyphSet } from './glyph-set.ts';
import type { LockedTemplate, SignaturePlace } from './locked-template.ts';
import { OBJECTS } from './object-numbers.ts';
import type { PlacedBlank, Rectangle } from './paginate.ts';
import type { SealPlace } from './seal-place.ts';

const NAME_PT = 18;
const ORGANISATION_PT = 11;
const NOTE_PT = 8;
const FLOOR_PT = 6;
/** Handwriting is no taller than 25 mm: 62 mm wide at most. */
const INK_MAX_MPT = 71_000;
const INK_LINE_MPT = 1_300;
const COLOUR = '0 0 .35 rg 0 0 .35 RG\n';

/** Every text that the appearance of this signatory can contain, so that revision 0 brings the glyphs along. */
export const appearanceTexts = (signatory: Signatory): readonly string[] =>
  'organisation' in signatory ? [signatory.organisation, signatory.name] : [signatory.name];

/** @param sealObject number of the image of the seal, or null where none is drawn */
export const appearanceResources = (values: GlyphSet, sealObject: number | null): string =>
  `<</Font<</F1 ${OBJECTS.bodyFont} 0 R${values.size() > 0 ? `/FV ${OBJECTS.valueFont} 0 R` : ''}>>${sealObject === null ? '' : `/XObject<</Seal ${sealObject} 0 R>>`}>>`;

interface Pen {
  readonly template: LockedTemplate;
  readonly values: GlyphSet;
  readonly origin: Rectangle;
}

/** Marked content that is no text, with what to say instead of it. @source ISO 32000-1:2008 §14.9.3 */
const described = (alt: string, operators: string): string => `/Span<</Alt${printTextString(alt)}>>BDC\n${operators}EMC\n`;

/**
 * Drawing operators, in a coordinate system whose origin is the lower left corner of the widget.
 * @param sealed where the seal stands and the words beside it; without one the words have the whole box
 */
export function drawAppearance(
  template: LockedTemplate,
  values: GlyphSet,
  place: SignaturePlace,
  signatory: Signatory,
  at: Instant,
  ink: Ink | null,
  sealed: SealPlace | undefined,
): string {
  const pen: Pen = { template, values, origin: place.widget };
  const box = sealed?.words ?? place.box;
  const middle = Math.floor((box.leftMpt + box.rightMpt) / 2);
  const width = box.rightMpt - box.leftMpt - 4_000;
  const organisation = 'organisation' in signatory ? signatory.organisation : null;
  let out = sealed === undefined || organisation === null ? '' : described(`${organisation}的印章图样`, drawSeal(pen, sealed.seal));
  out += COLOUR;
  const notes = [...(organisation === null || ink === null ? [] : [`代表：${signatory.name}`]), `已数字签名　${beijingText(at)}`];
  const noteRoom = NOTE_PT * 1500 * notes.length;
  const organisationRoom = organisation === null ? 0 : ORGANISATION_PT * 1500 + 2_000;
  const room = box.topMpt - box.bottomMpt - 5_000;
  const nameRoom =
    ink === null ? Math.min(NAME_PT * 1500 + 3_000, room) : Math.max(1, Math.min(INK_MAX_MPT, room - noteRoom - organisationRoom));
  let bottom = box.bottomMpt + 3_000 + Math.max(0, Math.floor((room - noteRoom - nameRoom - organisationRoom) / 2));
  for (const [i, note] of notes.entries()) {
    out += drawCentred(pen, note, NOTE_PT, middle, bottom + NOTE_PT * 1500 * (notes.length - 1 - i), width);
  }
  bottom += noteRoom;
  if (ink === null) out += drawCentred(pen, signatory.name, NAME_PT, middle, bottom + 3_000, width);
  else {
    const area = { leftMpt: box.leftMpt + 2_000, rightMpt: box.rightMpt - 2_000, bottomMpt: bottom, topMpt: bottom + nameRoom };
    out += described(`${signatory.name}的手写签名`, drawInk(pen, ink, area));
  }
  bottom += nameRoom;
  if (organisation !== null) out += drawCentred(pen, organisation, ORGANISATION_PT, middle, bottom + 2_000, width);
  const [year = '', month = '', day = ''] = beijingDateOf(at).split('-');
  const parts = { year, month: month.replace(/^0/, ''), day: day.replace(/^0/, '') };
  for (const placed of place.signedOn) out += drawDatePart(pen, placed, parts);
  return out;
}

const drawSeal = ({ origin }: Pen, { leftMpt, bottomMpt, rightMpt, topMpt }: Rectangle): string =>
  `q ${mpt(rightMpt - leftMpt)} 0 0 ${mpt(topMpt - bottomMpt)} ${mpt(leftMpt - origin.leftMpt)} ${mpt(bottomMpt - origin.bottomMpt)} cm /Seal Do Q\n`;

function encodeText(pen: Pen, text: string): { readonly width: number; readonly withSize: (sizePt: number) => string } {
  const runs: { font: string; hex: string }[] = [];
  let width = 0;
  for (const character of text) {
    const codePoint = character.codePointAt(0) ?? 0;
    const encoded = pen.template.bodyGlyphs.find(codePoint) ?? pen.values.find(codePoint);
    if (encoded === undefined) throw new Error(`appearance without a glyph for ${codePointName(codePoint)}`);
    width += encoded.advance;
    const last = runs.at(-1);
    if (last?.font === encoded.font) last.hex += encoded.hex;
    else runs.push({ font: encoded.font, hex: encoded.hex });
  }
  return { width, withSize: (sizePt) => runs.map((run) => `/${run.font} ${sizePt} Tf<${run.hex}>Tj`).join('') };
}

/** Shrinks by whole points to fit; at the floor it may run past the box, which a name of 30 characters never does. */
function drawCentred(pen: Pen, text: string, sizePt: number, middleMpt: number, baselineMpt: number, widthMpt: number): string {
  const encoded = encodeText(pen, text);
  let size = sizePt;
  while (size > FLOOR_PT && encoded.width * size > widthMpt) size--;
  const left = middleMpt - Math.floor((encoded.width * size) / 2) - pen.origin.leftMpt;
  return `BT 1 0 0 1 ${mpt(left)} ${mpt(baselineMpt - pen.origin.bottomMpt)} Tm${encoded.withSize(size)} ET\n`;
}

function drawDatePart(
  pen: Pen,
  placed: PlacedBlank,
  parts: { readonly year: string; readonly month: string; readonly day: string },
): string {
  if (placed.blank.kind !== 'signedOn') return '';
  const part = parts[placed.blank.part];
  const text = placed.blank.shortYear ? part.slice(2) : part;
  return drawCentred(pen, text, placed.sizePt, placed.leftMpt + Math.floor(placed.widthMpt / 2), placed.baselineMpt, placed.widthMpt);
}

/** Keeps the proportions of the canvas and centres it in the area. */
function drawInk(pen: Pen, ink: Ink, area: Rectangle): string {
  const scale = Math.min((area.rightMpt - area.leftMpt) / INK_WIDTH, (area.topMpt - area.bottomMpt) / INK_HEIGHT);
  const left = Math.floor((area.leftMpt + area.rightMpt - INK_WIDTH * scale) / 2) - pen.origin.leftMpt;
  const top = Math.floor((area.bottomMpt + area.topMpt + INK_HEIGHT * scale) / 2) - pen.origin.bottomMpt;
  const point = (x: number, y: number): string => `${mpt(left + Math.round(x * scale))} ${mpt(top - Math.round(y * scale))}`;
  let out = `${mpt(INK_LINE_MPT)} w 1 J 1 j\n`;
  for (const stroke of ink) {
    for (let i = 0; i + 1 < stroke.length; i += 2) out += `${point(stroke[i] ?? 0, stroke[i + 1] ?? 0)} ${i === 0 ? 'm' : 'l'}\n`;
    out += 'S\n';
  }
  return out;
}
