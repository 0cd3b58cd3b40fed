/** The area to write in: keeps strokes as geometry, so that turning the phone or scrolling loses nothing. */
import { all } from './elements.ts';
import { isLegibleInk, type Stroke } from './ink.ts';

export interface SignaturePad {
  strokes(): readonly Stroke[];
  clear(): void;
  undo(): void;
}

/** Draws strokes as straight lines from point to point, just as the agreement will. @param unit pixels of the canvas for 1 in a stroke */
export function drawStrokes(canvas: HTMLCanvasElement, strokes: readonly Stroke[], unit: number): void {
  const pen = canvas.getContext('2d');
  if (!pen) return;
  pen.clearRect(0, 0, canvas.width, canvas.height);
  pen.lineWidth = Math.max(2.5, canvas.width / 110);
  pen.lineCap = 'round';
  pen.lineJoin = 'round';
  pen.strokeStyle = '#111a2e';
  for (const stroke of strokes) {
    pen.beginPath();
    for (let i = 0; i + 1 < stroke.length; i += 2) pen.lineTo((stroke[i] ?? 0) * unit, (stroke[i + 1] ?? 0) * unit);
    pen.stroke();
  }
}

/**
 * @param holder carries the prompt in `data-prompt`
 * @param draftKey under which the strokes survive a reload of this tab
 */
export function openSignaturePad(holder: HTMLElement, draftKey: string): SignaturePad {
  const [canvas] = all(HTMLCanvasElement, 'canvas', holder);
  if (!canvas) throw new Error('the page has no canvas');
  const prompt = holder.dataset['prompt'] ?? '';
  let strokes: number[][] = JSON.parse(sessionStorage.getItem(draftKey) ?? '[]');
  let current: number[] | null = null;
  let drawnWidth = 0;

  const redraw = (): void => {
    drawStrokes(canvas, strokes, canvas.width);
    holder.dataset['prompt'] = strokes.length === 0 ? prompt : '';
    canvas.setAttribute('aria-label', isLegibleInk(strokes) ? '签名区域，已有笔迹' : '签名区域，尚无笔迹');
  };
  const keep = (): void => {
    sessionStorage.setItem(draftKey, JSON.stringify(strokes));
    redraw();
  };
  // A phone's address bar changes the height while scrolling: only a new width is a new canvas.
  const followWidth = (): void => {
    const width = canvas.clientWidth;
    if (width === 0 || width === drawnWidth) return;
    drawnWidth = width;
    const ratio = Math.min(3, window.devicePixelRatio || 1);
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(canvas.clientHeight * ratio);
    redraw();
  };
  const point = (event: PointerEvent): [number, number] => {
    const box = canvas.getBoundingClientRect();
    const inside = (value: number, most: number): number => Math.min(most, Math.max(0, value));
    return [inside((event.clientX - box.left) / box.width, 1), inside((event.clientY - box.top) / box.width, box.height / box.width)];
  };

  canvas.addEventListener('pointerdown', (event) => {
    if (current || event.button !== 0) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    current = point(event);
    strokes.push(current);
    redraw();
  });
  canvas.addEventListener('pointermove', (event) => {
    if (!current) return;
    const coalesced = event.getCoalescedEvents?.() ?? [];
    for (const part of coalesced.length > 0 ? coalesced : [event]) {
      const [x, y] = point(part);
      if (Math.hypot(x - (current.at(-2) ?? 0), y - (current.at(-1) ?? 0)) > 0.002) current.push(x, y);
    }
    redraw();
  });
  for (const end of ['pointerup', 'pointercancel'] as const) {
    canvas.addEventListener(end, () => {
      if (!current) return;
      if (current.length === 2) current.push((current[0] ?? 0) + 0.003, current[1] ?? 0); // a dot is a very short line
      current = null;
      keep();
    });
  }
  new ResizeObserver(followWidth).observe(canvas);
  followWidth();

  return {
    strokes: () => strokes,
    clear: () => {
      strokes = [];
      keep();
    },
    undo: () => {
      strokes.pop();
      keep();
    },
  };
}
