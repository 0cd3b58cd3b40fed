/** Which key signs: one made in the page, or that of the signatory's own file. */
import { all, need } from './elements.ts';
import { KeyFileRefused, type OwnKey } from './signing-key.ts';

/**
 * @param onChange called when what was chosen before no longer holds
 * @returns asks for the chosen key; null for one that is to be made in the page
 */
export function openKeyChoice(root: ParentNode, onChange: () => void): () => Promise<OwnKey | null> {
  const part = root.querySelector<HTMLElement>('[data-key-choice]');
  if (part === null) return async () => null;
  const file = need(HTMLInputElement, '[data-key-file]', part);
  const passphrase = need(HTMLInputElement, '[data-key-passphrase]', part);
  const inputs = need(HTMLElement, '[data-key-inputs]', part);
  const ways = all(HTMLInputElement, '[data-key-way]', part);
  const own = (): boolean => ways.some((way) => way.checked && way.value === 'file');
  let opened: OwnKey | null = null;
  const forget = (): void => {
    opened = null;
    inputs.hidden = !own();
    onChange();
  };
  for (const input of [...ways, file]) input.addEventListener('change', forget);
  passphrase.addEventListener('input', forget);
  forget();
  return async () => {
    if (!own()) return null;
    if (opened !== null) return opened;
    const [chosen] = file.files ?? [];
    if (chosen === undefined) throw new KeyFileRefused('还没有选证书文件。请选 .p12 或 .pfx 文件，再输入它的口令。');
    const { openOwnKey } = await import('./own-certificate.ts');
    opened = await openOwnKey(chosen, passphrase.value);
    passphrase.value = '';
    return opened;
  };
}
