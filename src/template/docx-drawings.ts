/** Names what a .docx draws instead of writing, so that a refusal tells a clerk what to look for. */
import { attribute, childOf, elementsOf, type XmlElement } from './docx-xml.ts';

const DRAWN = /^(?:w:(?:drawing|pict|object|control|movie)|\?:(?:txbx|pic|imagedata|textbox))$/;
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/:textpath$/, '艺术字'],
  [/:(?:txbxContent|textbox|txbx)$/, '文本框'],
  [/:(?:pic|imagedata)$/, '图片'],
  [/:chart$/, '图表'],
  [/:(?:OLEObject|object|control)$/, '嵌入对象'],
  [/:(?:wgp|group|wpc)$/, '组合图形'],
];

/** For example 文本框“文本框 2”, with the first words inside it where it has any. */
export function describeDrawing(element: XmlElement): string {
  const inside = [element, ...descendantsOf(element)];
  const kind = KINDS.find(([pattern]) => inside.some((each) => pattern.test(each.name)))?.[1] ?? '图形';
  const named = inside.find((each) => each.name === '?:docPr');
  const name = (attribute(named, 'name') ?? '').trim();
  const art = attribute(
    inside.find((each) => each.name === '?:textpath'),
    'string',
  );
  const words = art ?? textInside(element.name === 'mc:AlternateContent' ? (elementsOf(element)[0] ?? element) : element);
  return `${kind}${name === '' ? '' : `“${name.slice(0, 20)}”`}${words === '' ? '' : `，内有“${words.slice(0, 12)}”`}`;
}

const SHAPE = /^\?:(?:wsp|cxnSp|sp|shape|rect|roundrect|oval|line|polyline|arc|curve|image|graphicFrame)$/;
const CARRIES =
  /^(?:w:(?:t|txbxContent|object|control|movie)|\?:(?:txbx|txbxContent|textbox|textpath|pic|blip|imagedata|OLEObject|chart|relIds))$/;

/** Whether a drawing is nothing but straight lines: no words, no picture, no shape that one could tick or read. */
export function isPlainLine(element: XmlElement): boolean {
  const inside = [element, ...descendantsOf(element)];
  const shapes = inside.filter((each) => SHAPE.test(each.name));
  return shapes.length > 0 && shapes.every(isLine) && !inside.some((each) => CARRIES.test(each.name));
}

/** VML lines, straight connectors (types 20 and 32) and horizontal rules; DrawingML lines. @source ECMA-376 part 1 §20.1.10.56, part 4 §19.1 */
function isLine(shape: XmlElement): boolean {
  if (shape.name === '?:line') return true;
  const drawn = descendantsOf(shape).find((each) => each.name === '?:prstGeom');
  if (drawn !== undefined) return /^(?:line|straightConnector1)$/.test(attribute(drawn, 'prst') ?? '');
  return /^#_x0000_t(?:20|32)$/.test(attribute(shape, 'type') ?? '') || /^(?:t|true|1)$/.test(attribute(shape, '?:hr') ?? '');
}

/** Whether anything in an element is drawn. */
export const hasDrawing = (element: XmlElement): boolean => descendantsOf(element).some((each) => DRAWN.test(each.name));

/** The runs of a mc:AlternateContent that say the same in plain text, or undefined when it is a drawing. @source ECMA-376 part 3 §9 */
export function plainFallback(element: XmlElement): XmlElement | undefined {
  const fallback = childOf(element, 'mc:Fallback');
  const choices = elementsOf(element, 'mc:Choice');
  const plain = fallback !== undefined && descendantsOf(fallback).every((each) => /^w:(?:r|rPr|t|tab|br|sym|rFonts|\w+)$/.test(each.name));
  if (!plain || choices.some(hasDrawing) || hasDrawing(fallback)) return undefined;
  const words = choices.map(textInside).filter((text) => text !== '');
  return words.every((text) => text === textInside(fallback)) ? fallback : undefined;
}

const textInside = (element: XmlElement): string =>
  descendantsOf(element)
    .filter((each) => each.name === 'w:t')
    .flatMap((each) => each.children.filter((child) => typeof child === 'string'))
    .join('')
    .trim();

const descendantsOf = (element: XmlElement): readonly XmlElement[] =>
  elementsOf(element).flatMap((child) => [child, ...descendantsOf(child)]);
