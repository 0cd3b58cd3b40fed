/** The classroom's wall: the QR code of the door, and the code of the moment. */
import type { ClassroomJson } from '../contract/classroom.ts';
import { getJson, Refusal } from './api.ts';
import { need } from './elements.ts';
import { qrImage } from './qr-code.ts';

const page = need(HTMLElement, '[data-classroom]');
const code = need(HTMLElement, '[data-code]');
const left = need(HTMLProgressElement, '[data-left]');
const words = need(HTMLElement, '[data-words]');

need(HTMLElement, '[data-qr-place]').append(qrImage(page.dataset['link'] ?? ''));

async function follow(): Promise<void> {
  try {
    const now = await getJson<ClassroomJson>(page.dataset['classroom'] ?? '');
    if (now.code === null) {
      location.reload();
      return;
    }
    if (code.textContent !== now.code.code) code.textContent = now.code.code;
    left.value = now.code.leftMs;
    words.textContent = `已签 ${now.signed}/${now.total}`;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    words.textContent = error.zh;
  }
  setTimeout(() => void follow(), 1000);
}

void follow();
