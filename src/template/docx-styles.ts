/** Formatting of a .docx paragraph and run after style inheritance: only what our pages keep. */
import { childOf, elementsOf, integerOf, settingOf, toggleOf, type XmlElement } from './docx-xml.ts';

/** A tab stop in twips from the left margin. */
export interface TabStop {
  readonly atTwips: number;
  readonly leader: 'line' | 'dots' | 'none';
}

/** Paragraph properties as written at one place; undefined = not said here. Chars are hundredths of a character. */
export interface ParagraphFormat {
  readonly align?: 'left' | 'center' | 'right' | 'justify';
  readonly firstLine?: Measure;
  readonly left?: Measure;
  readonly outlineLevel?: number;
  readonly pageBreakBefore?: boolean;
  readonly numbering?: { readonly id?: string; readonly level?: number };
  readonly tabs?: readonly TabStop[];
  /** A line above or below the paragraph; `frame` when it also has sides. */
  readonly ruled?: 'line' | 'frame' | 'none';
  /** Placed by itself on the page. */
  readonly framed?: boolean;
}

export type Measure = { readonly hundredthChars: number } | { readonly twips: number };

export interface RunFormat {
  readonly bold?: boolean;
  readonly underline?: boolean;
  readonly hidden?: boolean;
  readonly struck?: boolean;
  /** Superscript or subscript. */
  readonly raised?: boolean;
  readonly white?: boolean;
  readonly halfPoints?: number;
}

export interface StyleSheet {
  /** The named paragraph style (or the default one) with everything it is based on. */
  paragraph(styleId: string | undefined): {
    readonly ids: readonly string[];
    readonly names: readonly string[];
    readonly format: ParagraphFormat;
    readonly run: RunFormat;
  };
  /** A character style with everything it is based on. */
  run(styleId: string | undefined): RunFormat;
  /** Whether a table style (or the default one) draws any line. */
  rulesTable(styleId: string | undefined): boolean;
}

const ALIGNS: Readonly<Record<string, ParagraphFormat['align']>> = {
  left: 'left',
  start: 'left',
  center: 'center',
  right: 'right',
  end: 'right',
  both: 'justify',
  distribute: 'justify',
  lowKashida: 'justify',
};

/** Reads w:pPr. @source ECMA-376 part 1 §17.3.1 */
export function readParagraphFormat(properties: XmlElement | undefined): ParagraphFormat {
  const ind = childOf(properties, 'w:ind');
  const numPr = childOf(properties, 'w:numPr');
  const jc = settingOf(properties, 'w:jc');
  const outline = integerOf(childOf(properties, 'w:outlineLvl'), 'w:val');
  const hanging = measure(ind, ['w:hangingChars'], ['w:hanging']);
  const level = integerOf(childOf(numPr, 'w:ilvl'), 'w:val');
  const id = settingOf(numPr, 'w:numId');
  return compact<ParagraphFormat>({
    align: jc === undefined ? undefined : ALIGNS[jc],
    firstLine: hanging === undefined ? measure(ind, ['w:firstLineChars'], ['w:firstLine']) : negative(hanging),
    left: measure(ind, ['w:leftChars', 'w:startChars'], ['w:left', 'w:start']),
    outlineLevel: outline,
    pageBreakBefore: toggleOf(properties, 'w:pageBreakBefore'),
    numbering: numPr === undefined ? undefined : compact({ id, level }),
    tabs: readTabs(childOf(properties, 'w:tabs')),
    ruled: readRules(childOf(properties, 'w:pBdr')),
    framed: childOf(properties, 'w:framePr') === undefined ? undefined : true,
  });
}

/** Reads w:rPr. @source ECMA-376 part 1 §17.3.2 */
export function readRunFormat(properties: XmlElement | undefined): RunFormat {
  const underline = settingOf(properties, 'w:u');
  const strike = toggleOf(properties, 'w:strike') ?? toggleOf(properties, 'w:dstrike');
  const vertical = settingOf(properties, 'w:vertAlign');
  const colour = settingOf(properties, 'w:color');
  return compact<RunFormat>({
    bold: toggleOf(properties, 'w:b'),
    underline: underline === undefined ? undefined : underline !== 'none',
    hidden: toggleOf(properties, 'w:vanish'),
    struck: strike,
    raised: vertical === undefined ? undefined : vertical !== 'baseline',
    white: colour === undefined ? undefined : /^FFFFFF$/i.test(colour),
    halfPoints: sizeOf(integerOf(childOf(properties, 'w:sz'), 'w:val')),
  });
}

/** From 1 to 400 pt; what lies outside was not meant for readers. */
const sizeOf = (halfPoints: number | undefined): number | undefined =>
  halfPoints === undefined ? undefined : Math.min(800, Math.max(2, halfPoints));

/** Whether a border element draws a line. */
export const draws = (border: XmlElement | undefined): boolean => !['none', 'nil'].includes(border?.attributes.get('w:val') ?? 'none');

/** Whether a w:tblBorders or w:tcBorders draws any line. */
export const drawsAny = (borders: XmlElement | undefined): boolean => elementsOf(borders).some(draws);

function readRules(borders: XmlElement | undefined): ParagraphFormat['ruled'] | undefined {
  if (borders === undefined) return undefined;
  if (draws(childOf(borders, 'w:left')) || draws(childOf(borders, 'w:right'))) return 'frame';
  return drawsAny(borders) ? 'line' : 'none';
}

function readTabs(tabs: XmlElement | undefined): readonly TabStop[] | undefined {
  if (tabs === undefined) return undefined;
  return elementsOf(tabs, 'w:tab')
    .filter((tab) => tab.attributes.get('w:val') !== 'clear')
    .map((tab): TabStop => {
      const leader = tab.attributes.get('w:leader') ?? 'none';
      const line = leader === 'underscore' || leader === 'heavy';
      return { atTwips: integerOf(tab, 'w:pos') ?? 0, leader: line ? 'line' : leader === 'none' ? 'none' : 'dots' };
    })
    .sort((a, b) => a.atTwips - b.atTwips);
}

/** Characters win over twips when they are not zero: Word writes both, the twips being a stale copy. */
function measure(ind: XmlElement | undefined, chars: readonly string[], twips: readonly string[]): Measure | undefined {
  for (const name of chars) {
    const value = integerOf(ind, name);
    if (value !== undefined && value !== 0) return { hundredthChars: value };
  }
  for (const name of twips) {
    const value = integerOf(ind, name);
    if (value !== undefined) return { twips: value };
  }
  return undefined;
}

const negative = (value: Measure): Measure => ('twips' in value ? { twips: -value.twips } : { hundredthChars: -value.hundredthChars });

type Loose<T> = { readonly [K in keyof T]: T[K] | undefined };

function compact<T extends object>(value: Loose<T>): T {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;
}

interface Style {
  readonly id: string;
  readonly name: string;
  readonly rulesTable: boolean;
  readonly basedOn: string | undefined;
  readonly format: ParagraphFormat;
  readonly run: RunFormat;
}

/** Reads styles.xml; an absent part gives an empty sheet. @source ECMA-376 part 1 §17.7 */
export function readStyles(root: XmlElement | undefined): StyleSheet {
  const styles = new Map<string, Style>();
  let defaultId: string | undefined;
  let defaultTable: string | undefined;
  for (const element of elementsOf(root, 'w:style')) {
    const id = element.attributes.get('w:styleId');
    if (id === undefined) continue;
    const type = element.attributes.get('w:type');
    if (type === 'paragraph' && ['1', 'true', 'on'].includes(element.attributes.get('w:default') ?? '')) defaultId = id;
    if (type === 'table' && ['1', 'true', 'on'].includes(element.attributes.get('w:default') ?? '')) defaultTable = id;
    const parts = [element, ...elementsOf(element, 'w:tblStylePr')];
    styles.set(id, {
      id,
      rulesTable: parts.some(
        (part) => drawsAny(childOf(childOf(part, 'w:tblPr'), 'w:tblBorders')) || drawsAny(childOf(childOf(part, 'w:tcPr'), 'w:tcBorders')),
      ),
      name: settingOf(element, 'w:name') ?? id,
      basedOn: settingOf(element, 'w:basedOn'),
      format: readParagraphFormat(childOf(element, 'w:pPr')),
      run: readRunFormat(childOf(element, 'w:rPr')),
    });
  }
  const defaults = childOf(root, 'w:docDefaults');
  const defaultFormat = readParagraphFormat(childOf(childOf(defaults, 'w:pPrDefault'), 'w:pPr'));
  const defaultRun = readRunFormat(childOf(childOf(defaults, 'w:rPrDefault'), 'w:rPr'));
  return {
    paragraph: (styleId) => {
      const chain = chainOf(styles, styleId ?? defaultId);
      return {
        ids: chain.map((style) => style.id),
        names: chain.map((style) => style.name),
        format: mergeFormats(defaultFormat, ...chain.map((style) => style.format)),
        run: Object.assign({}, defaultRun, ...chain.map((style) => style.run)),
      };
    },
    rulesTable: (styleId) => chainOf(styles, styleId ?? defaultTable).some((style) => style.rulesTable),
    run: (styleId) => Object.assign({}, ...chainOf(styles, styleId).map((style) => style.run)),
  };
}

/** Later formats win; the halves of a numbering reference are merged one by one. */
export function mergeFormats(...formats: readonly ParagraphFormat[]): ParagraphFormat {
  const numbering = Object.assign({}, ...formats.map((format) => format.numbering ?? {}));
  const merged: ParagraphFormat = Object.assign({}, ...formats);
  return Object.keys(numbering).length > 0 ? { ...merged, numbering } : merged;
}

/** From the root of the inheritance to the style itself. */
function chainOf(styles: ReadonlyMap<string, Style>, styleId: string | undefined): readonly Style[] {
  const chain: Style[] = [];
  const seen = new Set<string>();
  let id = styleId;
  while (id !== undefined && !seen.has(id)) {
    seen.add(id);
    const style = styles.get(id);
    if (style === undefined) break;
    chain.unshift(style);
    id = style.basedOn;
  }
  return chain;
}
