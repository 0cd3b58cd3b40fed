/** Signs of one person signing for several, across files: the same pen strokes, or the same key. Hints for a human, no verdict. */
import type { AgreementFields } from '../agreement/agreement-fields.ts';
import type { Ink } from '../agreement/ink.ts';
import type { PartyRole } from '../agreement/parties.ts';
import { type Finding, makeFinding } from './findings.ts';
import { groupAlike } from './ink-likeness.ts';

/** What one signature leaves behind that another may repeat. */
export interface SigningTrace {
  readonly party: PartyRole;
  readonly ink: Ink | null;
  /** SHA-256 of the signer's public key; null where the CMS cannot be read. */
  readonly key: string | null;
}

export interface TracedFile {
  readonly file: string;
  readonly fields: AgreementFields;
  readonly traces: readonly SigningTrace[];
}

/** One group of signatures that look like one hand's. */
export interface ProxySuspicion {
  /** INK_REPEATED or KEY_REPEATED. */
  readonly finding: Finding;
  readonly signatures: readonly { readonly file: string; readonly party: PartyRole; readonly name: string }[];
}

interface Signed {
  readonly file: string;
  readonly party: PartyRole;
  readonly name: string;
  /** Distinguishes people: signatures of one person may repeat. */
  readonly person: string;
  readonly trace: SigningTrace;
}

/** Suspicions over all files: strokes of students and guardians, keys of everybody, shared by different persons. */
export function suspectProxies(files: readonly TracedFile[]): readonly ProxySuspicion[] {
  const signed = files.flatMap(({ file, fields, traces }) =>
    traces.map((trace): Signed => ({ file, trace, ...personOf(fields, trace.party) })),
  );
  const people = signed.filter(({ party }) => party === 'student' || party === 'guardian');
  return [...suspicionsOf('INK_REPEATED', groupByInk(people)), ...suspicionsOf('KEY_REPEATED', groupByKey(signed))];
}

function personOf(fields: AgreementFields, party: PartyRole): Pick<Signed, 'party' | 'name' | 'person'> {
  const value = (key: string): string => fields[key] ?? '';
  switch (party) {
    case 'student':
      return { party, name: value('studentName'), person: `student ${value('studentIdNumber')}` };
    case 'guardian':
      return { party, name: value('guardianName'), person: `guardian ${value('guardianName')} ${value('guardianPhone')}` };
    case 'unit':
    case 'school':
      return { party, name: value(`${party}Signatory`), person: `${party} ${value(`${party}CreditCode`)}` };
  }
}

function suspicionsOf(code: 'INK_REPEATED' | 'KEY_REPEATED', groups: readonly (readonly Signed[])[]): ProxySuspicion[] {
  return groups.flatMap((group) => {
    const persons = new Set(group.map(({ person }) => person)).size;
    if (persons < 2) return [];
    const finding = makeFinding(code, { count: group.length, persons });
    return [{ finding, signatures: group.map(({ file, party, name }) => ({ file, party, name })) }];
  });
}

function groupByKey(signed: readonly Signed[]): Signed[][] {
  const groups = Map.groupBy(
    signed.filter(({ trace }) => trace.key !== null),
    ({ trace }) => trace.key,
  );
  // An organisation that is school to one and unit to another may sign both with its one key.
  return [...groups.values()].filter((group) => group.some(({ party }) => party === 'student' || party === 'guardian'));
}

/** Of those who signed with a pen. */
function groupByInk(signed: readonly Signed[]): Signed[][] {
  const drawn = signed.flatMap((each) => (each.trace.ink === null ? [] : [{ each, ink: each.trace.ink }]));
  return groupAlike(drawn.map(({ ink }) => ink)).map((group) => group.flatMap((i) => drawn[i]?.each ?? []));
}
