/** Signs of one person signing for several, across files: the same pen strokes, or the same key. Hints for a human, no verdict. */
import type { AgreementFields } from '../agreement/agreement-fields.ts';
import type { Ink } from '../agreement/ink.ts';
import type { PartyRole } from '../agreement/parties.ts';
import { type Finding, makeFinding } from './findings.ts';

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
  const groups = new Map<string, Signed[]>();
  for (const each of signed) {
    if (each.trace.key === null) continue;
    const group = groups.get(each.trace.key) ?? [];
    group.push(each);
    groups.set(each.trace.key, group);
  }
  // An organisation that is school to one and unit to another may sign both with its one key.
  return [...groups.values()].filter((group) => group.some(({ party }) => party === 'student' || party === 'guardian'));
}

const SAMPLES_PER_STROKE = 16;
/** Mean distance of corresponding points, in widths of the signature, below which two are one drawing: no hand repeats itself so well. */
const NEARLY = 0.02;

interface Shape {
  readonly signed: Signed;
  readonly strokes: number;
  readonly length: number;
  /** x, y, x, y, … in a box whose longer side is 1. */
  readonly points: Float64Array;
}

/** Joins signatures whose strokes are the same but for place and size. */
function groupByInk(signed: readonly Signed[]): Signed[][] {
  const shapes = signed.flatMap((each) => (each.trace.ink === null ? [] : [shapeOf(each, each.trace.ink)]));
  shapes.sort((a, b) => a.strokes - b.strokes || a.length - b.length);
  const parent = shapes.map((_, i) => i);
  const rootOf = (i: number): number => (parent[i] === i || parent[i] === undefined ? i : rootOf(parent[i]));
  for (let i = 0; i < shapes.length; i++) {
    const one = shapes[i];
    if (one === undefined) continue;
    for (let j = i + 1; j < shapes.length; j++) {
      const other = shapes[j];
      // Sorted by length: beyond this none is nearly the same.
      if (other === undefined || other.strokes !== one.strokes || other.length > one.length * 1.1 + 0.1) break;
      if (distance(one.points, other.points) < NEARLY) parent[rootOf(j)] = rootOf(i);
    }
  }
  const groups = new Map<number, Signed[]>();
  shapes.forEach(({ signed: each }, i) => {
    groups.set(rootOf(i), [...(groups.get(rootOf(i)) ?? []), each]);
  });
  return [...groups.values()].map((group) => group.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0)));
}

function distance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  const limit = (NEARLY * a.length) / 2;
  for (let i = 0; i < a.length && sum <= limit; i += 2) {
    sum += Math.hypot((a[i] ?? 0) - (b[i] ?? 0), (a[i + 1] ?? 0) - (b[i + 1] ?? 0));
  }
  return (2 * sum) / a.length;
}

/** Strokes sampled at even distances, moved to the origin and scaled. */
function shapeOf(signed: Signed, ink: Ink): Shape {
  const sampled = ink.map(resample);
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { points } of sampled) {
    for (let i = 0; i < points.length; i += 2) {
      left = Math.min(left, points[i] ?? 0);
      right = Math.max(right, points[i] ?? 0);
      top = Math.min(top, points[i + 1] ?? 0);
      bottom = Math.max(bottom, points[i + 1] ?? 0);
    }
  }
  const size = Math.max(right - left, bottom - top, 1);
  const points = Float64Array.from(
    sampled.flatMap((stroke) => stroke.points.map((value, i) => (value - (i % 2 === 0 ? left : top)) / size)),
  );
  return { signed, strokes: ink.length, points, length: sampled.reduce((sum, stroke) => sum + stroke.length, 0) / size };
}

function resample(stroke: readonly number[]): { readonly points: number[]; readonly length: number } {
  const at = (i: number): [number, number] => [stroke[2 * i] ?? 0, stroke[2 * i + 1] ?? 0];
  const count = stroke.length / 2;
  const walked = [0];
  for (let i = 1; i < count; i++) {
    const [[x0, y0], [x1, y1]] = [at(i - 1), at(i)];
    walked.push((walked[i - 1] ?? 0) + Math.hypot(x1 - x0, y1 - y0));
  }
  const length = walked[count - 1] ?? 0;
  const points: number[] = [];
  let segment = 1;
  for (let n = 0; n < SAMPLES_PER_STROKE; n++) {
    const target = (length * n) / (SAMPLES_PER_STROKE - 1);
    while (segment < count - 1 && (walked[segment] ?? 0) < target) segment++;
    const [start, end] = [walked[segment - 1] ?? 0, walked[segment] ?? 0];
    const share = end > start ? Math.min(1, Math.max(0, (target - start) / (end - start))) : 0;
    const [[x0, y0], [x1, y1]] = [at(segment - 1), at(segment)];
    points.push(x0 + (x1 - x0) * share, y0 + (y1 - y0) * share);
  }
  return { points, length };
}
