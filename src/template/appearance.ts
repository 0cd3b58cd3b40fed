/** What a signature looks like on the page: ink or printed name, the time, and the date in the blanks of the form. */
import { INK_HEIGHT, INK_WIDTH, type Ink } from '../agreement/ink.ts';
import type { Signatory } from '../agreement/parties.ts';
import { beijingDateOf, beijingText, type Instant } from '../instant.ts';
import { mpt } from '../pdf/objects.ts';
import { codePointName } from './font-library.ts';
import type { GlyphSet } from './glyph-set.ts';
import type { LockedTemplate, SignaturePlace } from './locked-template.ts';
import { OBJECTS } from './object-numbers.ts';
import type { PlacedBlank, Rectangle } from './paginate.ts';

const NAME_PT = 18;
const ORGANISATION_PT = 11;
const NOTE_PT = 8;
const FLOOR_PT = 6;
const INK_LINE_MPT = 1_300;
const COLOUR = '0 0 .35 rg 0 0 .35 RG\n';

/** Every text that the appearance of this signatory can contain, so that revision 0 brings the glyphs along. */
export const appearanceTexts = (signatory: Signatory): readonly string[] =>
  'organisation' in signatory ? [signatory.organisation, signatory.name] : [signatory.name];

export const appearanceResources = (values: GlyphSet): string =>
  `<</Font<</F1 ${OBJECTS.bodyFont} 0 R${values.size() > 0 ? `/FV ${OBJECTS.valueFont} 0 R` : ''}>>>>`;

interface Pen {
  readonly template: LockedTemplate;
  readonly values: GlyphSet;
  readonly origin: Rectangle;
}

/** Drawing operators, in a coordinate system whose origin is the lower left corner of the widget. */
export function drawAppearance(
  template: LockedTemplate,
  values: GlyphSet,
  place: SignaturePlace,
  signatory: Signatory,
  at: Instant,
  ink: Ink | null,
): string {
  const pen: Pen = { template, values, origin: place.widget };
  const { box } = place;
  const middle = Math.floor((box.leftMpt + box.rightMpt) / 2);
  const width = box.rightMpt - box.leftMpt - 4_000;
  let bottom = box.bottomMpt + 3_000;
  let out = COLOUR;
  out += drawCentred(pen, `已数字签名　${beijingText(at)}`, NOTE_PT, middle, bottom, width);
  bottom += NOTE_PT * 1500;
  if (ink === null) {
    out += drawCentred(pen, signatory.name, NAME_PT, middle, bottom + 3_000, width);
    bottom += NAME_PT * 1500 + 3_000;
  } else {
    const organisationRoom = 'organisation' in signatory ? ORGANISATION_PT * 1500 : 0;
    const height = Math.max(1, box.topMpt - bottom - organisationRoom - 2_000);
    out += drawInk(pen, ink, { leftMpt: box.leftMpt + 2_000, rightMpt: box.rightMpt - 2_000, bottomMpt: bottom, topMpt: bottom + height });
    bottom += height;
  }
  if ('organisation' in signatory) out += drawCentred(pen, signatory.organisation, ORGANISATION_PT, middle, bottom + 2_000, width);
  for (const placed of place.signedOn) out += drawDatePart(pen, placed, at);
  return out;
}

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

function drawDatePart(pen: Pen, placed: PlacedBlank, at: Instant): string {
  if (placed.blank.kind !== 'signedOn') return '';
  const [year, month, day] = beijingDateOf(at)
    .split('-')
    .map((part) => part.replace(/^0/, ''));
  const part = { year, month, day }[placed.blank.part] ?? '';
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
