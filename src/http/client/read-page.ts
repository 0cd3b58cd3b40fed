/** The reading page: key points, whole text and consent, one at a time; remembers what it has shown, for the page that signs. */
import { all, need } from './elements.ts';
import { followAddress } from './panels.ts';
import { keepShown, shownIn } from './shown-values.ts';

const page = need(HTMLElement, '[data-reading]');
keepShown(page.dataset['reading'] ?? '', shownIn(page));
for (const other of all(HTMLElement, '[data-together]', page)) keepShown(other.dataset['together'] ?? '', shownIn(other));
followAddress();
