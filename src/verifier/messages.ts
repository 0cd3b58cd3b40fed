/** What the page and its workers say to each other, and what a built page carries. */
import type { Instant } from '../instant.ts';
import type { NamedRoot } from '../pki/anchors.ts';
import type { FileDrawing } from '../verify/draw-file.ts';
import type { VerifiedFile } from '../verify/verified-file.ts';
import type { ZipMember } from '../verify/zip-archive.ts';
import type { PrintOrder } from './printing.ts';

export const FONT_NAMES = ['song', 'hei', 'rare'] as const;
export type FontName = (typeof FONT_NAMES)[number];

/** Packs, certificates and names inside the page; bytes as base64. */
export interface Kit {
  readonly software: string;
  readonly packs: readonly {
    readonly manifest: string;
    readonly body: string;
    readonly source: string;
    readonly release?: { readonly json: string; readonly signature: string };
  }[];
  readonly trustAnchors: readonly string[];
  /** What the installation says of some of them. */
  readonly namedRoots: readonly NamedRoot[];
  readonly authorities: { readonly national: readonly string[]; readonly regional: readonly string[] };
}

/** Font packs, shared by all workers without copying; deflated as the page carries them, or plain. */
export interface Fonts {
  readonly form: 'deflated' | 'plain';
  readonly blobs: Readonly<Record<FontName, Blob>>;
}

/** One file to verify. `file` is the name in the report. */
export type BrowserSource =
  | { readonly kind: 'file'; readonly file: string; readonly blob: Blob }
  | { readonly kind: 'member'; readonly file: string; readonly blob: Blob; readonly member: ZipMember };

export type ToWorker =
  | { readonly kind: 'open'; readonly kit: Kit; readonly fonts: Fonts }
  | { readonly kind: 'verify'; readonly source: BrowserSource; readonly checkedAt: Instant }
  | { readonly kind: 'draw'; readonly source: BrowserSource }
  | { readonly kind: 'print'; readonly order: PrintOrder }
  /** SHA-256 of the UTF-8 of the pieces laid end to end. */
  | { readonly kind: 'digest'; readonly pieces: readonly string[] };

export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'verified'; readonly verified: VerifiedFile }
  | { readonly kind: 'drawn'; readonly drawing: FileDrawing | null }
  | { readonly kind: 'printed'; readonly bytes: Uint8Array }
  | { readonly kind: 'digest'; readonly sha256: string }
  /** The page itself is damaged, or this browser cannot run it. */
  | { readonly kind: 'broken'; readonly zh: string };
