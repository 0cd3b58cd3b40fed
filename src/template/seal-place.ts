/** Where the picture of a seal may stand: inside its party's place, clear of every constant word, with the party's own words beside it. */
import type { SignaturePlace } from './locked-template.ts';
import type { Rectangle } from './paginate.ts';

export interface SealPlace {
  readonly seal: Rectangle;
  /** Where name, note and handwriting go instead of the whole box. */
  readonly words: Rectangle;
}

const MILLIMETRE_MPT = 72_000 / 25.4;
const STEP_MPT = 1_500;
const GAP_MPT = 4_000;
/** Narrower than this, a firm's name would be illegible beside the seal. */
const WORDS_MIN_MPT = 110_000;

const overlaps = (a: Rectangle, b: Rectangle): boolean =>
  a.leftMpt < b.rightMpt && b.leftMpt < a.rightMpt && a.bottomMpt < b.topMpt && b.bottomMpt < a.topMpt;

/**
 * As near as can be to the left third of the box and its middle, in true size; undefined where there is no room.
 * @param edges of the picture, in pixels; the longer one is `diameterMm` on paper
 */
export function placeSeal(
  { widget, box, obstacles }: Pick<SignaturePlace, 'widget' | 'box' | 'obstacles'>,
  edges: { readonly widthPx: number; readonly heightPx: number },
  diameterMm: number,
): SealPlace | undefined {
  const scale = (diameterMm * MILLIMETRE_MPT) / Math.max(edges.widthPx, edges.heightPx);
  const [width, height] = [Math.round(edges.widthPx * scale), Math.round(edges.heightPx * scale)];
  const wishedLeft = widget.leftMpt + Math.floor((widget.rightMpt - widget.leftMpt) / 3) - Math.floor(width / 2);
  const wishedBottom = Math.floor((box.topMpt + box.bottomMpt - height) / 2);
  let best: { readonly seal: Rectangle; readonly distance: number } | undefined;
  for (let left = widget.leftMpt; left + width <= widget.rightMpt; left += STEP_MPT) {
    for (let bottom = widget.bottomMpt; bottom + height <= widget.topMpt; bottom += STEP_MPT) {
      const seal = { leftMpt: left, bottomMpt: bottom, rightMpt: left + width, topMpt: bottom + height };
      const distance = Math.abs(left - wishedLeft) + Math.abs(bottom - wishedBottom);
      if (best !== undefined && best.distance <= distance) continue;
      if (box.rightMpt - seal.rightMpt - GAP_MPT < WORDS_MIN_MPT || obstacles.some((text) => overlaps(seal, text))) continue;
      best = { seal, distance };
    }
  }
  if (best === undefined) return undefined;
  return { seal: best.seal, words: { ...box, leftMpt: best.seal.rightMpt + GAP_MPT } };
}
