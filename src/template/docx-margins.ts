/** Headers and footers of a .docx: page numbers and the sample mark may stand there, other text is refused. */
import { AppError } from '../errors.ts';
import type { DocxPackage } from './docx-package.ts';
import { relationshipsOf } from './docx-package.ts';
import { readRuns, startRunState } from './docx-runs.ts';
import { readStyles, type StyleSheet } from './docx-styles.ts';
import { attribute, childOf, elementsOf, parseXml, type XmlElement, type XmlNode } from './docx-xml.ts';
import type { TemplateStatus } from './template-document.ts';

/** Stands on every page of a template that is not the national text. */
export const SAMPLE_MARK = '样张，非国家示范文本';

/** 第 1 页，共 3 页; — 1 —; 1/3; Page 1 of 3. */
const PAGE_NUMBERS = /^(?:[\s\d第页共总，,；;：:、/／—–－·.|｜（）()-]|Page|of)*$/u;

/**
 * Reads the headers and footers that the sections use.
 * @returns their texts, for the report
 * @throws AppError TEMPLATE_SOURCE_HEADER_TEXT for anything but page numbers and, in a sample, its mark
 */
export function readMargins(
  docx: DocxPackage,
  sections: readonly XmlElement[],
  status: TemplateStatus,
): readonly { part: string; text: string }[] {
  const styles = readStyles(undefined);
  return marginParts(docx, sections).map((part) => {
    const bytes = docx.parts.get(part);
    const text = readPartText(bytes === undefined ? undefined : parseXml(bytes), styles);
    const rest = status === 'sample' ? text.replace(SAMPLE_MARK, '') : text;
    if (!PAGE_NUMBERS.test(rest)) throw new AppError('TEMPLATE_SOURCE_HEADER_TEXT', { text: text.slice(0, 30) });
    return { part, text };
  });
}

/** Text of a header or footer part, which has no numbering or tables that matter. */
function readPartText(root: XmlElement | undefined, styles: StyleSheet): string {
  const state = startRunState();
  const allowedFields = new Set(['PAGE', 'NUMPAGES', 'SECTIONPAGES']);
  const read = (parent: XmlElement): string =>
    elementsOf(parent)
      .map((element): string => {
        if (element.name === 'w:p') {
          const note = (): void => undefined;
          const boxes = textBoxes(element);
          if (boxes.length > 0) return boxes.map(read).join('') + read({ ...element, name: '', children: [withoutBoxes(element)] });
          return readRuns(element, { styles, base: {}, number: 0, state, allowedFields, note })
            .map((atom) => atom.char)
            .join('');
        }
        if (element.name === 'w:sdt') return read(childOf(element, 'w:sdtContent') ?? { name: '', attributes: new Map(), children: [] });
        return ['w:tbl', 'w:tr', 'w:tc', 'w:customXml'].includes(element.name) ? read(element) : '';
      })
      .join('');
  return root === undefined ? '' : read(root).trim();
}

/** WPS puts page numbers into a text box: the first reading of each box in a paragraph. */
function textBoxes(element: XmlElement): readonly XmlElement[] {
  if (element.name === 'w:txbxContent' || element.name === '?:txbxContent') return [element];
  const inner = element.name === 'mc:AlternateContent' ? elementsOf(element).slice(0, 1) : elementsOf(element);
  return inner.flatMap(textBoxes);
}

const withoutBoxes = (element: XmlElement): XmlElement => ({
  ...element,
  children: element.children.flatMap((child): readonly XmlNode[] => {
    if (typeof child === 'string') return [child];
    return /^(?:mc:AlternateContent|w:drawing|w:pict)$/.test(child.name) && textBoxes(child).length > 0 ? [] : [withoutBoxes(child)];
  }),
});

/** The header and footer parts that the sections refer to. */
function marginParts(docx: DocxPackage, sections: readonly XmlElement[]): readonly string[] {
  const ids = sections.flatMap((section) =>
    elementsOf(section)
      .filter((element) => element.name === 'w:headerReference' || element.name === 'w:footerReference')
      .map((element) => attribute(element, 'r:id')),
  );
  return relationshipsOf(docx.parts, docx.documentPart)
    .filter((relationship) => ids.includes(relationship.id) && !relationship.external)
    .map((relationship) => relationship.target);
}
