/** Finding the elements that a page promised, and showing words in them. */

type Kind<E extends Element> = abstract new () => E;

/** @throws Error when the page has no such element of that kind (a bug, caught by the browser test) */
export function need<E extends Element>(kind: Kind<E>, selector: string, within: ParentNode = document): E {
  const found = within.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`the page has no ${selector}`);
  return found;
}

/** All elements of that kind, in document order. */
export function all<E extends Element>(kind: Kind<E>, selector: string, within: ParentNode = document): E[] {
  return [...within.querySelectorAll(selector)].filter((element): element is E => element instanceof kind);
}

/** Shows a sentence in an element that is hidden until there is one; an empty sentence hides it again. */
export function say(element: HTMLElement, zh: string): void {
  const place = element.querySelector('p') ?? element;
  place.textContent = zh;
  element.hidden = zh === '';
}
