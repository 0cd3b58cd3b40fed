/** axe-core, which we did not write, judges what a page shows: WCAG 2.2 A and AA, and its own best practices. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** Opens what is folded and shows what waits for a script, so that it is judged too. */
export const showEverything = (page: Page): Promise<void> =>
  page.evaluate(() => {
    for (const each of document.querySelectorAll('details')) each.open = true;
    for (const each of document.querySelectorAll('[hidden]')) each.removeAttribute('hidden');
  });

/** `rule: element`, one for every element that breaks a rule of any severity. */
export async function violationsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await (Reflect.get(window, 'axe') as typeof axe).run(document, { resultTypes: ['violations'] });
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 120)}`));
  });
}
