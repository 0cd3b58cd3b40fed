import { describe, expect, it } from 'vitest';
import { ASSETS } from '../../src/http/assets.ts';

const css = new TextDecoder().decode(ASSETS.get('sanfang.css')?.bytes);
const colours = new Map([...css.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map((match) => [match[1] ?? '', match[2] ?? '']));

/** @source WCAG 2.2, relative luminance */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(text: string, surface: string): number {
  const [a, b] = [luminance(colours.get(text) ?? '#ffffff'), luminance(colours.get(surface) ?? '#ffffff')];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

describe('the style', () => {
  it.each([
    ['ink', 'paper'],
    ['ink', 'card'],
    ['ink-soft', 'paper'],
    ['ink-soft', 'card'],
    ['ink-soft', 'accent-tint'],
    ['ink-soft', 'warn-tint'],
    ['accent-deep', 'paper'],
    ['accent-deep', 'card'],
    ['accent-deep', 'accent-tint'],
    ['on-accent', 'accent'],
    ['bad', 'bad-tint'],
    ['bad', 'card'],
    ['bad', 'paper'],
    ['warn', 'warn-tint'],
    ['warn', 'card'],
    ['dim', 'dim-tint'],
    ['annex', 'annex-tint'],
  ])('writes %s on %s with at least 7:1', (text, surface) => {
    expect(contrast(text, surface)).toBeGreaterThanOrEqual(7);
  });

  it('draws the edges of inputs with at least 3:1', () => {
    expect(contrast('line-strong', 'card')).toBeGreaterThanOrEqual(3);
  });

  it('loads nothing from anywhere', () => {
    expect(css).not.toMatch(/url\(|@import/);
  });

  it('sizes text by the reader, never in pixels', () => {
    expect(css).not.toMatch(/font-size:[^;]*px/);
    expect(css).not.toMatch(/text-size-adjust/);
  });
});
