/** The organisation's own seal on its page: what is chosen, drawn in true proportion. */
import { all, need } from './elements.ts';

export interface ChosenSeal {
  readonly id: string;
  readonly diameterMm: number;
  readonly sha256: string;
}

/** @returns asks for what is chosen at that moment; null for no picture */
export function openSealChoice(root: ParentNode): () => ChosenSeal | null {
  const part = root.querySelector<HTMLElement>('[data-seal]');
  const { sealId: id, sealSha256: sha256 } = part?.dataset ?? {};
  if (part === null || id === undefined || sha256 === undefined) return () => null;
  const uses = all(HTMLInputElement, '[data-seal-use]', part);
  const sizes = all(HTMLInputElement, '[data-seal-size]', part);
  const details = need(HTMLElement, '[data-seal-details]', part);
  const chosen = (): ChosenSeal | null => {
    const size = sizes.find(({ checked, disabled }) => checked && !disabled);
    if (size === undefined || !uses.some(({ checked, value }) => checked && value === 'picture')) return null;
    return { id, sha256, diameterMm: Number(size.value) };
  };
  const draw = (): void => {
    details.hidden = !uses.some(({ checked, value }) => checked && value === 'picture');
    const size = sizes.find(({ checked }) => checked);
    if (size === undefined) return;
    need(HTMLElement, '[data-seal-mm]', part).textContent = size.value;
    const box = (size.dataset['sealSize'] ?? '').split(' ');
    const picture = part.querySelector('[data-seal-picture]');
    ['x', 'y', 'width', 'height'].forEach((name, i) => {
      picture?.setAttribute(name, box[i] ?? '0');
    });
    for (const line of part.querySelectorAll('[data-seal-words]')) line.setAttribute('x', size.dataset['sealMiddle'] ?? '0');
  };
  for (const input of [...uses, ...sizes]) input.addEventListener('change', draw);
  draw();
  return chosen;
}
