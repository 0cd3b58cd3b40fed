/** Confirming blanks: a blank of the picture opens its row, an open row lights up its blanks. */
import { all } from './elements.ts';

const rows = all(HTMLDetailsElement, 'details.blank');
const places = all(SVGAElement, '[data-row]');

function light(): void {
  const open = rows.filter((row) => row.open).map((row) => row.id);
  for (const place of places) place.classList.toggle('is-open', open.includes(`row-${place.dataset['row'] ?? ''}`));
}

function follow(): void {
  const row = rows.find(({ id }) => id === location.hash.slice(1));
  if (!row) return;
  row.open = true;
  row.scrollIntoView({ block: 'center' });
  row.querySelector('summary')?.focus({ preventScroll: true });
}

for (const row of rows) row.addEventListener('toggle', light);
window.addEventListener('hashchange', follow);
for (const place of places) {
  place.addEventListener('click', () => {
    if (location.hash === place.getAttribute('href')) follow();
  });
}
follow();
light();
