/** The code in the corner of the last page: whoever scans it comes to the page that verifies this very agreement. */
import { verifyAddress } from '../agreement/agreement-data.ts';
import { concatBytes, fromLatin1 } from '../bytes.ts';
import { streamBody } from '../pdf/font-subset.ts';
import { mpt, printTextString } from '../pdf/objects.ts';
import { drawQrCode, type QrCode, qrCodesFor } from '../pdf/qr-code.ts';
import type { LockedTemplate } from './locked-template.ts';
import type { FurnitureLine } from './margin-lines.ts';
import { OBJECTS } from './object-numbers.ts';
import { FURNITURE_SIZE_PT, PAGE_WIDTH_MPT, TEXT_LEFT_MPT, TEXT_WIDTH_MPT } from './page-geometry.ts';
import type { Rectangle } from './paginate.ts';

const MILLIMETRE_MPT = 72_000 / 25.4;
/** At most; a whole number of modules is a little less. */
const EDGE_MPT = Math.floor(22 * MILLIMETRE_MPT);
const QUIET_MODULES = 4;
/** Of the coarsest code that an address can have: version 2. */
const FEWEST_MODULES = 25;
const RIGHT_MPT = TEXT_LEFT_MPT + TEXT_WIDTH_MPT;
const BOTTOM_MPT = 26_000;

/**
 * Where the code stands, without its quiet zone: in the bottom margin, below the last line of any text and right of the page number.
 * So there is room for it without moving anything, but for a body whose source has a footer right across its last page (`hasVerifyRoom`).
 */
export const VERIFY_CODE_AREA: Rectangle = {
  leftMpt: RIGHT_MPT - EDGE_MPT,
  rightMpt: RIGHT_MPT,
  bottomMpt: BOTTOM_MPT,
  topMpt: BOTTOM_MPT + EDGE_MPT,
};
const BOX = [VERIFY_CODE_AREA.leftMpt, VERIFY_CODE_AREA.bottomMpt, VERIFY_CODE_AREA.rightMpt, VERIFY_CODE_AREA.topMpt].map(mpt).join(' ');

/** Whether these lines, centred at the foot of a page, keep clear of the code, its quiet zone and its caption. */
export function hasVerifyRoom(lines: readonly FurnitureLine[], advanceOf: (codePoint: number) => number): boolean {
  const quiet = Math.ceil((EDGE_MPT / FEWEST_MODULES) * QUIET_MODULES);
  return lines.every(({ text }) => {
    const width = [...text].reduce((sum, character) => sum + advanceOf(character.codePointAt(0) ?? 0), 0) * FURNITURE_SIZE_PT;
    return (PAGE_WIDTH_MPT + width) / 2 <= VERIFY_CODE_AREA.leftMpt - quiet;
  });
}

const INSTRUCTION = '验真：扫码后上传本文件';
const NUMBER_LABEL = '编号 ';
const CAPTION_PT = 7;
const CAPTION_LEADING_MPT = 11_000;
const CAPTION_BASELINE_MPT = BOTTOM_MPT + 3_000;
const ALT = '验真二维码，内容是网址 ';

/** Every character of the caption besides the number. */
export const VERIFY_CONSTANTS = `${INSTRUCTION}${NUMBER_LABEL}`;

/** Draws the mark on the page that names it as a resource. */
export const DRAW_VERIFY_MARK = '/QR Do\n';
export const VERIFY_MARK_RESOURCE = `/XObject<</QR ${OBJECTS.verifyMark} 0 R>>`;

const makers = new Map<string, (text: string) => QrCode>();
const MAX_MAKERS = 16;

function codeOf(origin: string, agreementNumber: string): QrCode {
  const head = verifyAddress(origin, '');
  let make = makers.get(head);
  if (make === undefined) {
    make = qrCodesFor(head, agreementNumber.length);
    if (makers.size >= MAX_MAKERS) makers.clear();
    makers.set(head, make);
  }
  return make(agreementNumber);
}

/**
 * The mark as a form of its own, with marked content of its own: the body's pages are constant and know nothing of it.
 * @param parentKey of its marked content: the figure, then two lines of the caption
 */
export function verifyMark(template: LockedTemplate, agreementNumber: string, origin: string, parentKey: number): Uint8Array {
  const code = codeOf(origin, agreementNumber);
  const moduleMpt = Math.floor(EDGE_MPT / code.size);
  const left = RIGHT_MPT - moduleMpt * code.size;
  const top = BOTTOM_MPT + moduleMpt * code.size;
  const captionRight = left - QUIET_MODULES * moduleMpt;
  const lines = [INSTRUCTION, `${NUMBER_LABEL}${agreementNumber}`].map((text) => encodeLine(template, text));
  const widest = Math.max(...lines.map(({ widthMpt }) => widthMpt));
  const figure = `/Figure<</MCID 0>>BDC q ${mpt(moduleMpt)} 0 0 -${mpt(moduleMpt)} ${mpt(left)} ${mpt(top)} cm 0 g\n`;
  const caption = lines.map(({ hex, widthMpt }, i) => {
    const baseline = CAPTION_BASELINE_MPT + (lines.length - 1 - i) * CAPTION_LEADING_MPT;
    return `/P<</MCID ${i + 1}>>BDC BT/F1 ${CAPTION_PT} Tf 1 0 0 1 ${mpt(captionRight - widthMpt)} ${mpt(baseline)} Tm<${hex}>Tj ET EMC\n`;
  });
  const content = concatBytes(fromLatin1(figure), drawQrCode(code), fromLatin1(`f Q EMC\n0 g\n${caption.join('')}`));
  return streamBody(
    `/Type/XObject/Subtype/Form/BBox[${mpt(captionRight - widest)} ${mpt(BOTTOM_MPT)} ${mpt(RIGHT_MPT)} ${mpt(top)}]/StructParents ${parentKey}/Resources<</Font<</F1 ${OBJECTS.bodyFont} 0 R>>>>`,
    content,
  );
}

function encodeLine(template: LockedTemplate, text: string): { readonly hex: string; readonly widthMpt: number } {
  let hex = '';
  let width = 0;
  for (const character of text) {
    const encoded = template.encodeStatic('body', character.codePointAt(0) ?? 0);
    hex += encoded.hex;
    width += encoded.advance;
  }
  return { hex, widthMpt: width * CAPTION_PT };
}

/** The element of the code, with its address for those who cannot see it. @source ISO 14289-1 §7.3 */
export const verifyFigure = (page: number, agreementNumber: string, origin: string): string =>
  `<</S/Figure/P ${OBJECTS.documentElement} 0 R/Pg ${page} 0 R/Alt${printTextString(ALT + verifyAddress(origin, agreementNumber))}/A<</O/Layout/BBox[${BOX}]/Placement/Block>>/K[${content(page, 0)}]>>`;

/** The element of the two lines beside it. */
export const verifyCaption = (page: number): string =>
  `<</S/P/P ${OBJECTS.documentElement} 0 R/Pg ${page} 0 R/K[${content(page, 1)} ${content(page, 2)}]>>`;

/** Entry of the parent tree. */
export const verifyParents = (parentKey: number): string =>
  `${parentKey} [${OBJECTS.verifyFigure} 0 R ${OBJECTS.verifyCaption} 0 R ${OBJECTS.verifyCaption} 0 R]`;

const content = (page: number, mcid: number): string => `<</Type/MCR/Pg ${page} 0 R/Stm ${OBJECTS.verifyMark} 0 R/MCID ${mcid}>>`;
