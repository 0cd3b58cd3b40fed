/** A page as shapes to look at: points from the upper left corner, text in whatever font the viewer has, stretched to its true width. */

export interface DrawnBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** `y` is the baseline; `width` the distance from the left edge of the first to the right edge of the last character. */
export interface DrawnText {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly sizePt: number;
  readonly face: 'body' | 'head';
  readonly text: string;
}

/** A pen stroke: x, y, x, y, … */
export interface DrawnStroke {
  readonly points: readonly number[];
  readonly widthPt: number;
}

export interface PageDrawing {
  readonly widthPt: number;
  readonly heightPt: number;
  readonly texts: readonly DrawnText[];
  /** Filled rectangles, mostly rules. */
  readonly rules: readonly DrawnBox[];
  readonly strokes: readonly DrawnStroke[];
  /** Where pictures stand. */
  readonly pictures: readonly DrawnBox[];
}
