/** The document catalog, printed in one place: by the constant prefix, and again by the revisions that add to it. */
import { asciiString, printValue, reference } from '../pdf/objects.ts';
import { OBJECTS } from './object-numbers.ts';

const UNSIGNED = printValue({
  Type: 'Catalog',
  Pages: reference(OBJECTS.pages),
  Lang: asciiString('zh-CN'),
  MarkInfo: { Marked: true },
  StructTreeRoot: reference(OBJECTS.structureRoot),
  Metadata: reference(OBJECTS.metadata),
  ViewerPreferences: { DisplayDocTitle: true },
  OutputIntents: [
    {
      Type: 'OutputIntent',
      S: 'GTS_PDFA1',
      OutputConditionIdentifier: asciiString('sRGB'),
      Info: asciiString('sRGB'),
      DestOutputProfile: reference(OBJECTS.outputProfile),
    },
  ],
  AF: [reference(OBJECTS.dataFile)],
  Names: { EmbeddedFiles: { Names: [asciiString('agreement.json'), reference(OBJECTS.dataFile)] } },
  AcroForm: reference(OBJECTS.form),
});
const UNSIGNED_ENTRIES = UNSIGNED.slice(0, -'>>'.length);

export const printUnsignedCatalog = (): string => UNSIGNED;

/**
 * The catalog from the first signature on.
 * @param certification the signature dictionary that certifies
 * @param validation the document security store, once there is one
 * @source ISO 32000-1:2008 §12.8.4 (/Perms); ETSI EN 319 142-1 §5.4.2 (/DSS), §5.6 (/Extensions)
 */
export const printSignedCatalog = (certification: number, validation: number | null): string =>
  `${UNSIGNED_ENTRIES}/Extensions<</ESIC<</Type/DeveloperExtensions/BaseVersion/1.7/ExtensionLevel 1>>>>/Perms<</DocMDP ${certification} 0 R>>${validation === null ? '' : `/DSS ${validation} 0 R`}>>`;
