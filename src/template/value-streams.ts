/** The value stream of each page: the stamps of its blanks end to end. */
import type { AgreementData } from '../agreement/agreement-data.ts';
import type { PartyRole } from '../agreement/parties.ts';
import { fromLatin1 } from '../bytes.ts';
import type { ByteSink } from '../pdf/byte-sink.ts';
import type { GlyphSet } from './glyph-set.ts';
import type { LockedTemplate } from './locked-template.ts';
import type { Overflow } from './overflow-pages.ts';
import type { PlacedBlank } from './paginate.ts';
import { type Stamp, stampBlank, valueText } from './stamp.ts';

/** Values are a very dark blue: apart from the locked text, and still dark in a black-and-white copy. */
const VALUE_COLOUR = fromLatin1('0 0 .35 rg\n');
const END = fromLatin1('\nendstream');

/** The stamps of each page in order. */
export type ValueStreams = readonly (readonly Stamp[])[];

/** A blank and its latest stamps: school, unit and dates recur a thousand times. What is remembered never changes what is written. */
interface Slot {
  readonly placed: PlacedBlank;
  readonly stamps: Map<string, Stamp>;
}

const MAX_REMEMBERED = 128;
const slots = new WeakMap<LockedTemplate, readonly (readonly Slot[])[]>();

function slotsOf(template: LockedTemplate): readonly (readonly Slot[])[] {
  const known = slots.get(template);
  if (known !== undefined) return known;
  const made = Array.from({ length: template.pageCount }, (_, page) =>
    template.blanks.filter((placed) => placed.page === page).map((placed): Slot => ({ placed, stamps: new Map() })),
  );
  slots.set(template, made);
  return made;
}

function stampOf({ placed, stamps }: Slot, text: string, template: LockedTemplate): Stamp {
  const known = stamps.get(text);
  if (known !== undefined) return known;
  const made = stampBlank(placed, text, template);
  if (stamps.size >= MAX_REMEMBERED) for (const oldest of stamps.keys()) if (stamps.delete(oldest)) break;
  stamps.set(text, made);
  return made;
}

/**
 * Fills every blank.
 * @param values takes the glyphs that the template does not draw, in the order of the blanks
 * @throws AppError VALUE_TOO_WIDE, GLYPH_MISSING
 */
export function stampValues(
  template: LockedTemplate,
  data: AgreementData,
  roles: readonly PartyRole[],
  values: GlyphSet,
  overflows: Overflow[],
): ValueStreams {
  const pages: Stamp[][] = [];
  for (const page of slotsOf(template)) {
    const stamps: Stamp[] = [];
    for (const slot of page) {
      const stamp = stampOf(slot, valueText(data, slot.placed, roles), template);
      stamps.push(stamp);
      if (stamp.open.length > 0) for (const { codePoint } of stamp.open) values.add(codePoint);
      if (stamp.overflow !== null) overflows.push(stamp.overflow);
    }
    pages.push(stamps);
  }
  return pages;
}

/**
 * Writes the body of one page's stream object: dictionary, content, `endstream`.
 * @param lastly operators behind the stamps
 */
export function writeValueStream(sink: ByteSink, stamps: readonly Stamp[], values: GlyphSet, lastly: string): void {
  let length = VALUE_COLOUR.length + lastly.length;
  for (const { content } of stamps) length += content.length;
  sink.text(`<</Length ${length}>>stream\n`);
  sink.bytes(VALUE_COLOUR);
  for (const { content, open } of stamps) {
    const start = sink.position();
    sink.bytes(content);
    if (open.length > 0) for (const { at, codePoint } of open) sink.overwriteHex4(start + at, values.add(codePoint).cid);
  }
  sink.text(lastly);
  sink.bytes(END);
}
