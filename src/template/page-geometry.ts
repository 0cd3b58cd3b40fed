/** The page: A4, the measure of the text and the sizes of its type. Points in thousandths (mpt) unless a name says otherwise. */

export const PAGE_WIDTH_MPT = 595_280;
export const PAGE_HEIGHT_MPT = 841_890;
/** 37 characters of 12 pt. */
export const TEXT_WIDTH_MPT = 444_000;
export const TEXT_LEFT_MPT = Math.floor((PAGE_WIDTH_MPT - TEXT_WIDTH_MPT) / 2);
export const TEXT_TOP_MPT = PAGE_HEIGHT_MPT - 92_000;
export const TEXT_BOTTOM_MPT = TEXT_TOP_MPT - 651_000;
export const HEADER_BASELINE_MPT = PAGE_HEIGHT_MPT - 58_000;
export const FOOTER_BASELINE_MPT = 56_000;

/** Type size and distance of baselines, in points. */
export interface TypeSize {
  readonly sizePt: number;
  readonly leadingPt: number;
}

export const BODY: TypeSize = { sizePt: 12, leadingPt: 21 };
export const HEADING: TypeSize = { sizePt: 12, leadingPt: 27 };
export const TITLE: TypeSize = { sizePt: 18, leadingPt: 42 };
export const CELL: TypeSize = { sizePt: 11, leadingPt: 18 };
export const FURNITURE_SIZE_PT = 9;
export const CELL_PADDING_MPT = 4_500;
export const RULE_MPT = 500;

/** Smallest type a value may shrink to. @source GB/T 9704-2012 leaves annex tables free; 8 pt is the floor that stays legible in print */
export const VALUE_FLOOR_PT = 8;

/** Distance from the top of a line to its baseline: the em box centred in the line, the baseline at 0.88 of it. */
export const baselineBelowTopMpt = (type: TypeSize): number => Math.round(((type.leadingPt - type.sizePt) / 2 + type.sizePt * 0.86) * 1000);
