/** Ways to spoil a signed file: bytes, objects, data, signatures, tables; each a function of seeded chance. */
import { concatBytes, fromLatin1, fromUtf8, toHex, toLatin1, toUtf8 } from '../src/bytes.ts';
import { CONTENTS_BYTES } from '../src/pdf/update.ts';
import { cmsLength } from '../src/pki/cms-parse.ts';
import { type DerNode, derValue, parseDer } from '../src/pki/der.ts';
import { PkiError } from '../src/pki/failure.ts';
import type { ReproducedSignature } from '../src/template/reproduce.ts';
import { DATA_PREAMBLE_BYTES, dataPreamble } from '../src/template/revision-zero.ts';

/** A valid file and where its parts lie. */
export interface Specimen {
  readonly bytes: Uint8Array;
  readonly prefixLength: number;
  readonly zeroLength: number;
  readonly jsonLength: number;
  readonly signatures: readonly ReproducedSignature[];
}

/** Seeded chance: the same seed gives the same run on every machine. */
export interface Chance {
  /** 0 … below − 1. */
  below(limit: number): number;
  pick<T>(list: readonly T[]): T;
}

/** @source mulberry32, public domain */
export function makeChance(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (limit: number): number => next() % Math.max(1, limit);
  return {
    below,
    pick: (list) => {
      const item = list[below(list.length)];
      if (item === undefined) throw new RangeError('nothing to pick from');
      return item;
    },
  };
}

export type Mutation = (file: Specimen, chance: Chance, others: readonly Specimen[]) => Uint8Array;

const splice = (bytes: Uint8Array, start: number, end: number, by: Uint8Array | string = ''): Uint8Array =>
  concatBytes(bytes.subarray(0, start), typeof by === 'string' ? fromLatin1(by) : by, bytes.subarray(end));

const INTERESTING = [0x00, 0x09, 0x0a, 0x0d, 0x20, 0x25, 0x28, 0x2f, 0x30, 0x3c, 0x3e, 0x41, 0x61, 0x66, 0x67, 0x7f, 0x80, 0xff];
const otherByte = (byte: number, chance: Chance): number => {
  const made =
    chance.pick([byte ^ (1 << chance.below(8)), byte + 1, byte - 1, byte ^ 0x20, chance.pick(INTERESTING), chance.below(256)]) & 0xff;
  return made === byte ? byte ^ 1 : made;
};

/** A place, most often outside the long constant and padded stretches. */
function somewhere(file: Specimen, chance: Chance): number {
  const signature = chance.pick(file.signatures);
  switch (chance.below(6)) {
    case 0:
      return chance.below(file.bytes.length);
    case 1:
      return file.prefixLength + chance.below(file.zeroLength - file.prefixLength);
    case 2:
      return signature.contentsStart + chance.below(cmsLength(signature.contents) * 2 + 8);
    case 3:
      return signature.contentsEnd - 1 + chance.below(signature.end - signature.contentsEnd + 1);
    case 4:
      return Math.max(0, signature.contentsStart - chance.below(1_400));
    default:
      return file.prefixLength + chance.below(DATA_PREAMBLE_BYTES + file.jsonLength + 20);
  }
}

/** The numbers `n 0 obj` of a file with the places of their objects. */
const objectsOf = (bytes: Uint8Array): { readonly number: number; readonly start: number; readonly end: number }[] =>
  [...toLatin1(bytes).matchAll(/(?<=\n)(\d+) 0 obj\n[\s\S]*?\nendobj\n/g)].map((match) => ({
    number: Number(match[1]),
    start: match.index,
    end: match.index + match[0].length,
  }));

const changeNumber =
  (pattern: RegExp): Mutation =>
  (file, chance) => {
    const found = chance.pick([...toLatin1(file.bytes, file.prefixLength).matchAll(pattern)].map((match) => match));
    const digits = /\d+/g;
    const words = found[0];
    const numbers = [...words.matchAll(digits)];
    const target = chance.pick(numbers);
    const value = Number(target[0]);
    const other = String(Math.max(0, chance.pick([value + 1, value - 1, 0, value * 2, chance.below(1 << 20)]))).padStart(
      target[0].length,
      '0',
    );
    const start = file.prefixLength + found.index + target.index;
    return splice(file.bytes, start, start + target[0].length, other);
  };

/** Edits the embedded JSON and puts its length right, as a clever forger would. */
const editJson: Mutation = (file, chance, others) => {
  const start = file.prefixLength + DATA_PREAMBLE_BYTES;
  const json = toUtf8(file.bytes.subarray(start, start + file.jsonLength));
  const data = JSON.parse(json) as { fields: Record<string, unknown>; annex: unknown; [key: string]: unknown };
  const key = chance.pick(Object.keys(data.fields));
  const value = String(data.fields[key]);
  const other = chance.pick(others);
  switch (chance.below(8)) {
    case 0:
      data.fields[key] = value.replace(/\d(?!.*\d)/, (digit) => String((Number(digit) + 1) % 10));
      break;
    case 1:
      data.fields[key] = [...value].reverse().join('');
      break;
    case 2:
      data.fields[key] = `${value}${chance.pick(['\u200b', '\u202e', '\n', ' ', '{{post}}', '贰', 'a', '\0'])}`;
      break;
    case 3:
      delete data.fields[key];
      break;
    case 4:
      data.annex = data.annex === null ? { title: '补充', clauses: ['丙方自愿。'] } : null;
      break;
    case 5:
      data[chance.pick(['x', '__proto__x', 'schema', 'stamping'])] = chance.pick([1, 2, null, 'a', []]);
      break;
    case 6:
      return replaceJson(
        file,
        toUtf8(other.bytes.subarray(other.prefixLength + DATA_PREAMBLE_BYTES, other.prefixLength + DATA_PREAMBLE_BYTES + other.jsonLength)),
      );
    default: {
      const at = chance.below(json.length);
      return replaceJson(
        file,
        json.slice(0, at) + chance.pick([' ', '\\u0020', '', '"', ',', '0', '\t']) + json.slice(at + chance.below(2)),
      );
    }
  }
  return replaceJson(file, JSON.stringify(data));
};

function replaceJson(file: Specimen, json: string): Uint8Array {
  const bytes = fromUtf8(json);
  const end = file.prefixLength + DATA_PREAMBLE_BYTES + file.jsonLength;
  return concatBytes(file.bytes.subarray(0, file.prefixLength), fromLatin1(dataPreamble(bytes.length)), bytes, file.bytes.subarray(end));
}

const putContents = (file: Specimen, signature: ReproducedSignature, cms: Uint8Array): Uint8Array =>
  splice(
    file.bytes,
    signature.contentsStart + 1,
    signature.contentsEnd - 1,
    toHex(cms)
      .slice(0, CONTENTS_BYTES * 2)
      .padEnd(CONTENTS_BYTES * 2, '0'),
  );

/** Rebuilds a CMS with one node of its tree changed, every length put right. */
const editCms: Mutation = (file, chance) => {
  const signature = chance.pick([...file.signatures.slice(-1), ...file.signatures]);
  const cms = signature.contents.subarray(0, cmsLength(signature.contents));
  const nodes: DerNode[] = [];
  const walk = (node: DerNode): void => {
    nodes.push(node);
    for (const child of node.children) walk(child);
  };
  walk(parseDer(cms));
  const target = chance.pick(nodes);
  const donor = chance.pick(nodes);
  const action = chance.below(7);
  const change = (node: DerNode): readonly Uint8Array[] => {
    switch (action) {
      case 0:
        return [];
      case 1:
        return [node.der, node.der];
      case 2:
        return [donor.der];
      case 3:
        return [node.der, Uint8Array.of(5, 0)];
      case 4:
        return [derValue(node.tag ^ chance.pick([1, 0x20, 0x80, 2]), node.content)];
      case 5:
        return [
          derValue(
            node.tag,
            ...[...node.children].reverse().map((child) => child.der),
            ...(node.children.length === 0 ? [flipped(node.content, chance)] : []),
          ),
        ];
      default:
        return [derValue(node.tag, node.content, chance.pick([Uint8Array.of(0), Uint8Array.of(5, 0), Uint8Array.of(0x30, 0)]))];
    }
  };
  const write = (node: DerNode): readonly Uint8Array[] => {
    if (node === target) return change(node);
    if (node.children.length === 0) return [node.der];
    return [derValue(node.tag, ...node.children.flatMap(write))];
  };
  return putContents(file, signature, concatBytes(...write(parseDerAgain(cms, nodes))));
};

const parseDerAgain = (_: Uint8Array, nodes: readonly DerNode[]): DerNode => {
  const [root] = nodes;
  if (root === undefined) throw new PkiError('DER_MALFORMED', 'empty');
  return root;
};

function flipped(bytes: Uint8Array, chance: Chance): Uint8Array {
  const copy = bytes.slice();
  const at = chance.below(copy.length);
  if (copy.length > 0) copy[at] = (copy[at] ?? 0) ^ (1 << chance.below(8));
  return copy;
}

const partsOf = (file: Specimen): Uint8Array[] => {
  const ends = [0, file.zeroLength, ...file.signatures.map(({ end }) => end)];
  return ends.slice(1).map((end, i) => file.bytes.subarray(ends[i], end));
};

export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'change bytes': (file, chance) => {
    const bytes = file.bytes.slice();
    for (let i = 1 + chance.below(3); i > 0; i--) {
      const at = Math.min(bytes.length - 1, somewhere(file, chance));
      bytes[at] = otherByte(bytes[at] ?? 0, chance);
    }
    return bytes;
  },
  'flip one bit of a CMS': (file, chance) => {
    const signature = chance.pick([...file.signatures.slice(-1), ...file.signatures]);
    return putContents(file, signature, flipped(signature.contents.subarray(0, cmsLength(signature.contents)), chance));
  },
  'insert bytes': (file, chance) => {
    const at = somewhere(file, chance);
    return splice(
      file.bytes,
      at,
      at,
      Uint8Array.from({ length: 1 + chance.below(20) }, () => chance.pick(INTERESTING)),
    );
  },
  'delete bytes': (file, chance) => {
    const at = somewhere(file, chance);
    return splice(file.bytes, at, Math.min(file.bytes.length, at + 1 + chance.below(40)));
  },
  'copy bytes within': (file, chance) => {
    const [from, to, length] = [somewhere(file, chance), somewhere(file, chance), 1 + chance.below(400)];
    return splice(file.bytes, to, Math.min(file.bytes.length, to + length), file.bytes.subarray(from, from + length));
  },
  'cut off': (file, chance) => file.bytes.subarray(0, somewhere(file, chance)),
  append: (file, chance, others) =>
    concatBytes(
      file.bytes,
      chance.pick([
        fromLatin1(chance.pick(['\n', '%%EOF\n', ' ', '\0', '%Sanfang revision {}\n', 'xref\n0 0\ntrailer\n<<>>\n'])),
        chance.pick(others).bytes.subarray(chance.pick(others).zeroLength),
        file.bytes.subarray(file.signatures.at(-2)?.end ?? 0),
      ]),
    ),
  'splice with another': (file, chance, others) => {
    const other = chance.pick(others);
    const at = somewhere(file, chance);
    const offset = chance.pick([0, 0, other.bytes.length - file.bytes.length, chance.below(200) - 100]);
    return concatBytes(file.bytes.subarray(0, at), other.bytes.subarray(Math.max(0, at + offset)));
  },
  'exchange parts': (file, chance, others) => {
    const parts = partsOf(file);
    const theirs = partsOf(chance.pick([...others, file]));
    const at = chance.below(parts.length);
    const part = theirs[chance.below(theirs.length)] ?? new Uint8Array();
    return concatBytes(...parts.slice(0, at), part, ...parts.slice(at + chance.below(2)));
  },
  'exchange a CMS': (file, chance, others) => {
    const donor = chance.pick([file, ...others]);
    return putContents(file, chance.pick(file.signatures), chance.pick(donor.signatures).contents);
  },
  'edit a CMS': editCms,
  'stuff the padding': (file, chance) => {
    const signature = chance.pick(file.signatures);
    const contents = signature.contents.slice();
    const at = cmsLength(contents) + chance.below(contents.length - cmsLength(contents));
    contents[at] = 1 + chance.below(255);
    return putContents(file, signature, contents);
  },
  'move objects': (file, chance) => {
    const objects = objectsOf(file.bytes);
    const [one, two] = [chance.pick(objects), chance.pick(objects)];
    const body = file.bytes.subarray(one.start, one.end);
    switch (chance.below(4)) {
      case 0:
        return splice(file.bytes, one.start, one.end);
      case 1:
        return splice(file.bytes, one.end, one.end, body);
      case 2:
        return splice(file.bytes, two.end, two.end, body);
      default:
        return splice(file.bytes, one.start, one.end, file.bytes.subarray(two.start, two.end));
    }
  },
  'append an update': (file, chance) => {
    const object = chance.pick(objectsOf(file.bytes));
    const body = fromLatin1(`${object.number} 0 obj\n<</Changed ${chance.below(99)}>>\nendobj\n`);
    const at = file.bytes.length;
    const latin = toLatin1(file.bytes, at - 200);
    const previous = /startxref\n(\d+)/.exec(latin)?.[1] ?? '0';
    const end = `xref\n${object.number} 1\n${String(at).padStart(10, '0')} 00000 n \ntrailer\n<</Size 999/Root 1 0 R/Prev ${previous}>>\nstartxref\n${at + body.length}\n%%EOF\n`;
    return concatBytes(file.bytes, body, fromLatin1(end));
  },
  'edit the data': editJson,
  'edit a byte range': changeNumber(/\/ByteRange\[[^\]]*\]/g),
  'edit a table': changeNumber(/(?:\d{10} \d{5} [nf] \n|startxref\n\d+|\/Prev \d+|\/Size \d+)/g),
  'edit the inputs': (file, chance) => {
    const signature = chance.pick(file.signatures);
    const start = signature.revision === 1 ? file.zeroLength : (file.signatures[signature.revision - 2]?.end ?? 0);
    const end = start + file.bytes.subarray(start).indexOf(0x0a);
    const line = toLatin1(file.bytes, start, end);
    const changed = chance.pick([
      line.replace(/"role":"\w+"/, `"role":"${chance.pick(['student', 'guardian', 'unit', 'school', 'other'])}"`),
      line.replace(/T\d\d:/, `T0${chance.below(10)}:`),
      line.replace('"ink":null', '"ink":[[1,2,3,4]]'),
      line.replace(/"ink":\[\[/, `"ink":[[${chance.below(1000)},${chance.below(400)},`),
      line.replace('"v":1', `"v":${chance.pick(['2', '1.0', 'null'])}`),
      `${line} `,
      line.replace(',', ', '),
      line.replace('{', `{"x":${chance.below(9)},`),
    ]);
    return splice(file.bytes, start, end, changed);
  },
};
