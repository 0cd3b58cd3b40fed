/** QR codes of links, drawn in the page: nothing of a link is sent anywhere. */
import { encode } from 'uqr';

/** A QR code as one SVG path, four modules of margin. @source ISO/IEC 18004 */
export function qrImage(text: string): SVGSVGElement {
  const { data, size } = encode(text, { ecc: 'M', border: 4 });
  const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  const image = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  image.setAttribute('viewBox', `0 0 ${size} ${size}`);
  image.setAttribute('class', 'qr');
  image.setAttribute('role', 'img');
  image.setAttribute('aria-label', '签署链接的二维码');
  image.setAttribute('shape-rendering', 'crispEdges');
  const shape = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  shape.setAttribute('d', path);
  image.append(shape);
  return image;
}
