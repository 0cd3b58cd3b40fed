/** The logical structure of laid-out pages as PDF objects: elements, and which element owns each piece of content. */
import type { PartyRole } from '../agreement/parties.ts';
import { fromLatin1 } from '../bytes.ts';
import { formElementObject } from './object-numbers.ts';
import type { LaidOut, MarkedContent, StructureNode } from './paginate.ts';

export interface StructureObjects {
  /** Bodies of the elements, numbered on from `firstObject`. */
  readonly bodies: readonly Uint8Array[];
  /** `/K` of the section: references to the top elements. */
  readonly kids: string;
  /** For each page the array that a parent tree holds under its key. */
  readonly parents: readonly string[];
  /** The element in which each signature field has its place; the element of the field itself is left to the tail. */
  readonly holders: ReadonlyMap<PartyRole, number>;
}

const isElement = (kid: StructureNode | MarkedContent): kid is StructureNode => 'type' in kid;

/**
 * @param sectionObject the element above them all
 * @param pageObject object number of a page
 * @source ISO 32000-1:2008 §14.7.2, §14.7.4
 */
export function structureObjects(
  laidOut: Pick<LaidOut, 'structure' | 'mcidCounts'>,
  firstObject: number,
  sectionObject: number,
  pageObject: (page: number) => number,
): StructureObjects {
  const bodies: Uint8Array[] = [];
  const owners: number[][] = laidOut.mcidCounts.map(() => []);
  const holders = new Map<PartyRole, number>();

  const visit = (node: StructureNode, parent: number): number => {
    if (node.role !== undefined) {
      holders.set(node.role, parent);
      return formElementObject(node.role);
    }
    const slot = bodies.length;
    const own = firstObject + slot;
    bodies.push(new Uint8Array(0));
    const contents = node.kids.flatMap((kid) => (isElement(kid) ? [] : [kid]));
    const home = contents[0]?.page;
    const kids = node.kids.map((kid) => {
      if (isElement(kid)) return `${visit(kid, own)} 0 R`;
      const pageOwners = owners[kid.page];
      if (pageOwners !== undefined) pageOwners[kid.mcid] = own;
      return kid.page === home ? String(kid.mcid) : `<</Type/MCR/Pg ${pageObject(kid.page)} 0 R/MCID ${kid.mcid}>>`;
    });
    const table = `${node.type === 'TH' ? '/Scope/Row' : ''}${node.columnSpan === undefined ? '' : `/ColSpan ${node.columnSpan}`}`;
    const attributes = table === '' ? '' : `/A<</O/Table${table}>>`;
    const page = home === undefined ? '' : `/Pg ${pageObject(home)} 0 R`;
    bodies[slot] = fromLatin1(`<</S/${node.type}/P ${parent} 0 R${page}${attributes}/K[${kids.join(' ')}]>>`);
    return own;
  };
  const tops = laidOut.structure.map((node) => `${visit(node, sectionObject)} 0 R`);
  const parents = owners.map((page) => `[${Array.from(page, (owner) => (owner === undefined ? 'null' : `${owner} 0 R`)).join(' ')}]`);
  return { bodies, kids: `[${tops.join(' ')}]`, parents, holders };
}
