/** Elements made from plain values: text is always text, so that no name in a file can become markup. */

type Child = Node | string | number | null | undefined | readonly Child[];
type Attributes = Readonly<Record<string, string | number | null | undefined>>;

const SVG = 'http://www.w3.org/2000/svg';

/** `make('p', { class: 'x' }, 'text')`; attributes of null or undefined are left out. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  append(element, children);
  return element;
}

function append(parent: Node, children: readonly Child[]): void {
  for (const child of children) {
    if (child === null || child === undefined) continue;
    if (Array.isArray(child)) append(parent, child);
    else parent.appendChild(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

const PATHS = {
  passed: 'M12 3l7.5 3v5.5c0 4.5-3 8-7.5 9.5-4.5-1.5-7.5-5-7.5-9.5V6zM8.5 12l2.5 2.5 4.5-5',
  review: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6',
  failed: 'M8 3h8l5 5v8l-5 5H8l-5-5V8zM9 9l6 6M15 9l-6 6',
  indeterminate: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M9.5 9.5a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1 1-1.1 1.8M12 16.8v.1',
} as const;

/** The same for drawings. */
export function draw(
  tag: 'svg' | 'g' | 'rect' | 'text' | 'polyline' | 'path',
  attributes: Attributes,
  ...children: readonly Child[]
): SVGElement {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  append(element, children);
  return element;
}

/** Line drawings, 24 by 24; always beside words, so hidden from assistive technology. */
export const icon = (name: keyof typeof PATHS): SVGElement =>
  draw('svg', { class: 'icon', viewBox: '0 0 24 24', 'aria-hidden': 'true' }, draw('path', { d: PATHS[name] }));

/** A list of label and value. */
export const pairs = (rows: readonly (readonly [label: string, value: string])[]): HTMLElement =>
  make(
    'dl',
    { class: 'pairs' },
    rows.map(([label, value]) => make('div', {}, make('dt', {}, label), make('dd', {}, value))),
  );

/** The one element of that kind that the page has. @throws Error when the markup lacks it (a bug) */
export function need<T extends Element>(type: new () => T, selector: string): T {
  const found = document.querySelector(selector);
  if (!(found instanceof type)) throw new Error(`no ${selector}`);
  return found;
}
