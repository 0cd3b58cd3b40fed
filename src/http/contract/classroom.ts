/** What the classroom's wall is given, every second. */

/** The classroom's wall: no name of anybody. */
export interface ClassroomJson {
  /** Six digits; null once the session is over. */
  readonly code: { readonly code: string; readonly leftMs: number } | null;
  readonly signed: number;
  readonly total: number;
}
