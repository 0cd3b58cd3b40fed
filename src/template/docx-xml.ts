/** Office XML as a small tree: namespaces folded to fixed prefixes, no DTD, no entities of its own. */
import { SaxesParser } from 'saxes';
import { AppError } from '../errors.ts';

export interface XmlElement {
  /** Fixed prefix and local name, for example `w:p`, whatever prefix the file uses; `?:name` for a foreign namespace. */
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlNode[];
}

export type XmlNode = XmlElement | string;

const PREFIXES: ReadonlyMap<string, string> = new Map([
  ['http://schemas.openxmlformats.org/wordprocessingml/2006/main', 'w:'],
  ['http://purl.oclc.org/ooxml/wordprocessingml/main', 'w:'],
  ['http://schemas.openxmlformats.org/officeDocument/2006/relationships', 'r:'],
  ['http://purl.oclc.org/ooxml/officeDocument/relationships', 'r:'],
  ['http://schemas.openxmlformats.org/officeDocument/2006/math', 'm:'],
  ['http://purl.oclc.org/ooxml/officeDocument/math', 'm:'],
  ['http://schemas.openxmlformats.org/markup-compatibility/2006', 'mc:'],
  ['http://schemas.microsoft.com/office/word/2010/wordml', 'w14:'],
  ['http://www.w3.org/XML/1998/namespace', 'xml:'],
  ['http://schemas.openxmlformats.org/package/2006/content-types', ''],
  ['http://schemas.openxmlformats.org/package/2006/relationships', ''],
  ['', ''],
]);

const MAX_DEPTH = 200;
const MAX_ELEMENTS = 1_500_000;

interface OpenElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlNode[];
}

/**
 * Parses one part.
 * @throws AppError TEMPLATE_SOURCE_DOCTYPE when it declares a DTD, TEMPLATE_SOURCE_XML_MALFORMED when it is not
 *   well-formed, uses an unknown entity, or is nested or long beyond reason
 */
export function parseXml(bytes: Uint8Array): XmlElement {
  const parser = new SaxesParser({ xmlns: true });
  const open: OpenElement[] = [];
  let root: XmlElement | undefined;
  let elements = 0;
  parser.on('error', () => {
    throw malformed();
  });
  parser.on('doctype', () => {
    throw new AppError('TEMPLATE_SOURCE_DOCTYPE');
  });
  parser.on('opentag', (tag) => {
    if (open.length >= MAX_DEPTH || ++elements > MAX_ELEMENTS) throw malformed();
    const attributes = new Map<string, string>();
    for (const { uri, local, value } of Object.values(tag.attributes)) attributes.set(`${prefixOf(uri)}${local}`, value);
    const element: OpenElement = { name: `${prefixOf(tag.uri)}${tag.local}`, attributes, children: [] };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on('closetag', () => {
    open.pop();
  });
  const addText = (text: string): void => {
    open.at(-1)?.children.push(text);
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.write(decode(bytes)).close();
  if (root === undefined) throw malformed();
  return root;
}

const prefixOf = (uri: string): string => PREFIXES.get(uri) ?? '?:';

function decode(bytes: Uint8Array): string {
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : undefined;
  try {
    return new TextDecoder(utf16 ?? 'utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw malformed();
  }
}

const malformed = (): AppError => new AppError('TEMPLATE_SOURCE_XML_MALFORMED');

export const isElement = (node: XmlNode): node is XmlElement => typeof node !== 'string';

/** The child elements, all of them or those of one name. */
export const elementsOf = (parent: XmlElement | undefined, name?: string): readonly XmlElement[] =>
  (parent?.children ?? []).filter(isElement).filter((element) => name === undefined || element.name === name);

export const childOf = (parent: XmlElement | undefined, name: string): XmlElement | undefined =>
  parent?.children.filter(isElement).find((element) => element.name === name);

export const attribute = (element: XmlElement | undefined, name: string): string | undefined => element?.attributes.get(name);

/** `w:val` of a named child. */
export const settingOf = (parent: XmlElement | undefined, name: string): string | undefined => attribute(childOf(parent, name), 'w:val');

/** The direct text of an element. */
export const textOf = (element: XmlElement): string => element.children.filter((node) => typeof node === 'string').join('');

/** An on-off property: undefined when absent. @source ECMA-376 part 1 §17.17.4 */
export function toggleOf(parent: XmlElement | undefined, name: string): boolean | undefined {
  const element = childOf(parent, name);
  if (element === undefined) return undefined;
  return !['0', 'false', 'off'].includes(attribute(element, 'w:val') ?? '1');
}

/** A whole number from an attribute; undefined when absent or not a number (WPS writes fractions). */
export function integerOf(element: XmlElement | undefined, name: string): number | undefined {
  const text = attribute(element, name);
  if (text === undefined) return undefined;
  const value = Number.parseFloat(text);
  return Number.isFinite(value) ? Math.round(value) : undefined;
}
