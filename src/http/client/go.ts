/** Opens a pasted signing link, if it is one of this service. */
import { all, need, say } from './elements.ts';

for (const form of all(HTMLFormElement, '[data-go]')) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const text = need(HTMLInputElement, 'input', form).value.trim();
    const path = /(?:^|\/)((?:s|b)\/[A-Za-z0-9_-]{16,})/.exec(text)?.[1];
    if (path) location.assign(`/${path}`);
    else say(need(HTMLElement, '[data-go-error]', form), '这不像签署链接。请从微信或短信里完整复制，以 http 开头的那一串。');
  });
}
