/**
 * Writes templates/sample/source.docx, or with `sample-consent` that pack's: hand-written OOXML from the authored sample text, the same bytes on
 * every run.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { zipSync } from 'fflate';
import { fromUtf8 } from '../src/bytes.ts';
import { SAMPLE_SIGNATURES, SAMPLE_TEXT } from './sample-agreement-text.ts';
import { CONSENT_SIGNATURES, CONSENT_TEXT } from './sample-consent-text.ts';

const CONSENT = process.argv[2] === 'sample-consent';
const TEXT = CONSENT ? CONSENT_TEXT : SAMPLE_TEXT;
const SIGNATURES: readonly string[] = CONSENT ? CONSENT_SIGNATURES : SAMPLE_SIGNATURES;

const MARK = '样张，非国家示范文本';
const SIGNATURE_LINES = 6;
/** A4 with the margins of GB/T 9704: 28 mm left, 26 mm right. Twips. */
const TEXT_WIDTH = 11_906 - 1588 - 1474;
const NS =
  'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"';
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

const escapeXml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const run = (text: string, properties = ''): string =>
  `<w:r>${properties === '' ? '' : `<w:rPr>${properties}</w:rPr>`}<w:t xml:space="preserve">${escapeXml(text)}</w:t></w:r>`;

const UNDERLINE = '<w:u w:val="single"/>';

/** A blank as Word users make them: underlined spaces, half and full width mixed, sometimes split over two runs. */
const drawnBlank = (em: number): string =>
  em > 8 ? run('　'.repeat(em - 4), UNDERLINE) + run(' '.repeat(8), UNDERLINE) : run(' '.repeat(em * 2), UNDERLINE);

const drawnDate = (): string => `${drawnBlank(3)}${run('年')}${drawnBlank(2)}${run('月')}${drawnBlank(2)}${run('日')}`;

/** The runs of one line of the authored text. */
function runs(line: string): string {
  return line
    .split(/(\*\*.+?\*\*|\[\d+\]|\[date\]|_\d+_)/u)
    .filter((part) => part !== '')
    .map((part) => {
      if (part === '[date]') return drawnDate();
      if (/^\[\d+\]$/.test(part)) return drawnBlank(Number(part.slice(1, -1)));
      if (/^_\d+_$/.test(part)) return run('_'.repeat(Number(part.slice(1, -1)) * 2));
      if (part.startsWith('**')) return run(part.slice(2, -2), '<w:b/>');
      return run(part);
    })
    .join('');
}

const paragraph = (style: string, content: string): string => `<w:p><w:pPr><w:pStyle w:val="${style}"/></w:pPr>${content}</w:p>`;

const cell = (width: number, content: string): string => `<w:tc><w:tcPr><w:tcW w:w="${width}" w:type="dxa"/></w:tcPr>${content}</w:tc>`;

const table = (columns: readonly number[], rows: readonly string[]): string =>
  `<w:tbl><w:tblPr><w:tblStyle w:val="Grid"/><w:tblW w:w="${TEXT_WIDTH}" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>${columns
    .map((width) => `<w:gridCol w:w="${width}"/>`)
    .join('')}</w:tblGrid>${rows.map((row) => `<w:tr><w:trPr><w:cantSplit/></w:trPr>${row}</w:tr>`).join('')}</w:tbl>`;

const LABEL_WIDTH = 2760;
const VALUE_WIDTH = TEXT_WIDTH - LABEL_WIDTH;

function labelRow(line: string): string {
  const [label = '', value = ''] = line
    .slice(2)
    .split('|')
    .map((part) => part.trim());
  return cell(LABEL_WIDTH, paragraph('Cell', run(label))) + cell(VALUE_WIDTH, paragraph('Cell', value === '' ? '' : runs(value)));
}

/** One party under the other: what a screen reader or a text extraction meets is the order of signing, party by party. */
function signatureTable(): string {
  const rows = SIGNATURES.map((label) => {
    const room = paragraph('Cell', '').repeat(SIGNATURE_LINES);
    const date = paragraph('CellRight', run('        年    月    日'));
    return cell(TEXT_WIDTH, paragraph('Cell', run(label, '<w:b/>')) + room + date);
  });
  return table([TEXT_WIDTH], rows);
}

function body(): string {
  const parts: string[] = [];
  let rows: string[] = [];
  const closeTable = (): void => {
    if (rows.length > 0) parts.push(table([LABEL_WIDTH, VALUE_WIDTH], rows));
    rows = [];
  };
  for (const line of TEXT.trim().split('\n')) {
    if (line.startsWith('| ')) {
      rows.push(labelRow(line));
      continue;
    }
    closeTable();
    if (line === '') continue;
    if (line.startsWith('## ')) parts.push(paragraph('Chapter', runs(line.slice(3))));
    else if (line.startsWith('# ')) parts.push(paragraph('SampleTitle', runs(line.slice(2))));
    else if (line.startsWith('= ')) parts.push(paragraph('Note', runs(line.slice(2))));
    else if (line.startsWith('> ')) parts.push(paragraph('RightLine', runs(line.slice(2))));
    else if (line.startsWith('- ')) parts.push(paragraph('Clause', runs(line.slice(2))));
    else parts.push(paragraph('BodyText', runs(line)));
  }
  closeTable();
  parts.push(signatureTable(), '<w:p><w:pPr><w:pStyle w:val="Cell"/></w:pPr></w:p>');
  const page =
    '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1588" w:header="1134" w:footer="1134" w:gutter="0"/>';
  const margins = '<w:headerReference w:type="default" r:id="rId3"/><w:footerReference w:type="default" r:id="rId4"/>';
  return `${HEAD}<w:document ${NS}><w:body>${parts.join('')}<w:sectPr>${margins}${page}</w:sectPr></w:body></w:document>`;
}

const style = (id: string, name: string, paragraphProperties: string, runProperties = '', basedOn = 'Normal'): string =>
  `<w:style w:type="paragraph" w:customStyle="1" w:styleId="${id}"><w:name w:val="${name}"/><w:basedOn w:val="${basedOn}"/><w:pPr>${paragraphProperties}</w:pPr><w:rPr>${runProperties}</w:rPr></w:style>`;

const FONT = (name: string): string => `<w:rFonts w:ascii="${name}" w:hAnsi="${name}" w:eastAsia="${name}" w:cs="${name}"/>`;
const LINES = '<w:spacing w:line="400" w:lineRule="exact"/>';

const styles = (): string =>
  `${HEAD}<w:styles ${NS}><w:docDefaults><w:rPrDefault><w:rPr>${FONT('宋体')}<w:sz w:val="24"/><w:szCs w:val="24"/><w:lang w:val="zh-CN" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>` +
  `<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:pPr>${LINES}<w:jc w:val="both"/></w:pPr></w:style>` +
  style(
    'SampleTitle',
    'Title',
    '<w:spacing w:before="240" w:after="240" w:line="480" w:lineRule="exact"/><w:jc w:val="center"/>',
    `${FONT('黑体')}<w:sz w:val="36"/>`,
  ) +
  style(
    'Chapter',
    'heading 1',
    '<w:keepNext/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:spacing w:before="120" w:after="60"/><w:outlineLvl w:val="0"/>',
    `${FONT('黑体')}<w:sz w:val="28"/>`,
  ) +
  style('BodyText', 'Body Text', '<w:ind w:firstLineChars="200" w:firstLine="480"/>') +
  style('Clause', 'Clause', '<w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr>') +
  style('Note', 'Note', '<w:jc w:val="center"/>') +
  style('RightLine', 'Right Line', '<w:jc w:val="right"/>') +
  style('Cell', 'Cell', '<w:jc w:val="left"/>') +
  style('CellRight', 'Cell Right', '<w:jc w:val="right"/>') +
  style('Margin', 'Margin', '<w:spacing w:line="240" w:lineRule="auto"/><w:jc w:val="center"/>', '<w:sz w:val="18"/>') +
  `<w:style w:type="table" w:styleId="Grid"><w:name w:val="Table Grid"/><w:tblPr><w:tblBorders>${[
    'top',
    'left',
    'bottom',
    'right',
    'insideH',
    'insideV',
  ]
    .map((side) => `<w:${side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>`)
    .join('')}</w:tblBorders></w:tblPr></w:style></w:styles>`;

const level = (depth: number, text: string, indent: string): string =>
  `<w:lvl w:ilvl="${depth}"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:suff w:val="nothing"/><w:lvlText w:val="${text}"/><w:lvlJc w:val="left"/><w:pPr>${indent}</w:pPr></w:lvl>`;

const numbering = (): string =>
  `${HEAD}<w:numbering ${NS}><w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="multilevel"/>${level(0, '%1、', '')}${level(1, '（%2）', '<w:ind w:firstLineChars="200" w:firstLine="480"/>')}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>`;

const field = (instruction: string): string =>
  `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> ${instruction} </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>`;

const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const WORD = 'application/vnd.openxmlformats-officedocument.wordprocessingml';
const relationships = (targets: readonly (readonly [string, string])[]): string =>
  `${HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${targets
    .map(([type, target], index) => `<Relationship Id="rId${index + 1}" Type="${OFFICE}/${type}" Target="${target}"/>`)
    .join('')}</Relationships>`;

const PARTS: Readonly<Record<string, string>> = {
  '[Content_Types].xml': `${HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${[
    ['document', 'document.main'],
    ['styles', 'styles'],
    ['numbering', 'numbering'],
    ['header1', 'header'],
    ['footer1', 'footer'],
  ]
    .map(([name, type]) => `<Override PartName="/word/${name}.xml" ContentType="${WORD}.${type}+xml"/>`)
    .join('')}</Types>`,
  '_rels/.rels': relationships([['officeDocument', 'word/document.xml']]),
  'word/_rels/document.xml.rels': relationships([
    ['styles', 'styles.xml'],
    ['numbering', 'numbering.xml'],
    ['header', 'header1.xml'],
    ['footer', 'footer1.xml'],
  ]),
  'word/document.xml': body(),
  'word/styles.xml': styles(),
  'word/numbering.xml': numbering(),
  'word/header1.xml': `${HEAD}<w:hdr ${NS}>${paragraph('Margin', run(MARK))}</w:hdr>`,
  'word/footer1.xml': `${HEAD}<w:ftr ${NS}>${paragraph('Margin', `${run('— ')}${field('PAGE')}${run(' —')}`)}</w:ftr>`,
};

/** ZIP times have no zone, so a local date gives the same bytes everywhere. */
const mtime = new Date(2026, 2, 1, 9, 0, 0);
const zipped = zipSync(Object.fromEntries(Object.entries(PARTS).map(([name, text]) => [name, fromUtf8(text)])), { level: 9, mtime });
const target = fileURLToPath(new URL(`../templates/${CONSENT ? 'sample-consent' : 'sample'}/source.docx`, import.meta.url));
writeFileSync(target, zipped);
process.stdout.write(`${target} ${zipped.length} bytes\n`);
