/** What the page of an organisation shows of its own seal. */

/** In millimetres, from the upper left corner of the place of signature. */
export interface BoxMm {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface StoredSealView {
  readonly id: string;
  readonly sha256: string;
  readonly diameterMm: number;
  readonly storedAt: number;
  /** PNG, base64. */
  readonly pngBase64: string;
  readonly preview: {
    readonly widthMm: number;
    readonly heightMm: number;
    readonly words: readonly BoxMm[];
    /** `at` is null where a seal of that size has no room. */
    readonly sizes: readonly { readonly diameterMm: number; readonly at: { readonly seal: BoxMm; readonly name: BoxMm } | null }[];
  };
}

export interface SealSectionView {
  /** Null where the organisation has handed none in. */
  readonly stored: StoredSealView | null;
  /** It was handed in a moment ago, to be used. */
  readonly isChosen: boolean;
  readonly refusal: { readonly code: string; readonly zh: string } | null;
}
