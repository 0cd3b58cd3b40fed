/** WeChat shows a white page instead of saving a PDF: says how to open the browser instead. */
import { all } from './elements.ts';

if (/MicroMessenger/i.test(navigator.userAgent)) for (const hint of all(HTMLElement, '[data-wechat]')) hint.hidden = false;
