/** Agreements of the demo roster, signed by all parties and written to a folder, for programs that read files. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DevAuthority } from '../../src/adapters/dev-authority-issuing.ts';
import { openFontLibrary } from '../../src/adapters/font-files.ts';
import { readPackFiles } from '../../src/adapters/pack-folder.ts';
import { systemRandom } from '../../src/adapters/random.ts';
import { readSpreadsheet } from '../../src/adapters/spreadsheet.ts';
import type { AgreementData } from '../../src/agreement/agreement-data.ts';
import type { Ink } from '../../src/agreement/ink.ts';
import type { PartyRole } from '../../src/agreement/parties.ts';
import { needsGuardian, requiredRoles } from '../../src/agreement/signatories.ts';
import { type Instant, toInstant, wholeSeconds } from '../../src/instant.ts';
import { sealImageFromPng } from '../../src/pdf/seal-image.ts';
import { printPem } from '../../src/pki/pem.ts';
import { loadPack } from '../../src/template/load-pack.ts';
import type { LockedTemplate } from '../../src/template/locked-template.ts';
import { renderRevisionZero } from '../../src/template/revision-zero.ts';
import { planAgreements } from '../../src/workflow/plan-agreements.ts';
import { enrol, signInProcess } from '../../src/workflow/sign-in-process.ts';
import { makeMemoryAuthority } from '../adapters/memory-authority.ts';
import { sealPng } from '../pdf/fake-seal.ts';

const root = join(import.meta.dirname, '../..');

export const INK: Ink = [
  [180, 200, 260, 120, 340, 110, 400, 160, 330, 240, 240, 300],
  [520, 150, 640, 140, 720, 130, 600, 220, 540, 280, 660, 250, 780, 260],
];

export const openSample = (): LockedTemplate =>
  loadPack(readPackFiles(join(root, 'templates'), 'sample'), openFontLibrary(join(root, 'fonts')));

/** Every agreement of the demo roster, with the demo annex. */
export async function demoAgreements(template: LockedTemplate): Promise<readonly AgreementData[]> {
  const read = (file: string): Uint8Array => new Uint8Array(readFileSync(join(root, 'templates/sample', file)));
  const { agreements } = await planAgreements(
    { spreadsheets: readSpreadsheet },
    template,
    read('demo-roster.xlsx'),
    read('demo-annex.txt'),
  );
  return [...agreements].map(({ data }) => data);
}

export interface SignedFile {
  /** What is special about it. */
  readonly what: string;
  readonly path: string;
  readonly data: AgreementData;
  readonly roles: readonly PartyRole[];
  /** Claimed time of every signature. */
  readonly at: Instant;
  /** Roles that signed with ink instead of the printed name. */
  readonly inked: readonly PartyRole[];
}

export interface SignedFolder {
  readonly folder: string;
  readonly template: LockedTemplate;
  readonly files: readonly SignedFile[];
  /** The root certificate as PEM. */
  readonly rootPath: string;
  readonly authority: DevAuthority;
  remove(): void;
}

/** Three rare names, a minor with a guardian, and one agreement without an annex; the first and the last with the code on their last page. */
async function chosen(template: LockedTemplate): Promise<readonly { readonly what: string; readonly data: AgreementData }[]> {
  const all = await demoAgreements(template);
  const first = (what: string, matches: (data: AgreementData) => boolean): { what: string; data: AgreementData } => {
    const data = all.find(matches);
    if (data === undefined) throw new Error(`the demo roster has no ${what}`);
    return { what, data };
  };
  const named = (character: string) =>
    first(`the name with ${character}`, ({ fields }) => (fields['studentName'] ?? '').includes(character));
  const minor = first('a minor with a guardian', needsGuardian);
  const plain = first('no annex', (data) => !needsGuardian(data));
  const coded = (entry: { what: string; data: AgreementData }) => ({
    ...entry,
    data: { ...entry.data, verifyOrigin: 'https://verify.example.edu.cn' },
  });
  return [coded(named('䶮')), named('㛃'), named('𬱖'), minor, coded({ ...plain, data: { ...plain.data, annex: null } })];
}

/** Signed at the real time, every other one with made-up seals of school and unit: outside programs judge certificates by the machine's own clock. */
export async function makeSignedFolder(): Promise<SignedFolder> {
  const at = wholeSeconds(toInstant(Date.now()));
  const clock = { now: () => at };
  const template = openSample();
  const authority = makeMemoryAuthority({ clock, random: systemRandom });
  const ports = { authority, clock };
  const folder = mkdtempSync(join(tmpdir(), 'sanfang-peers-'));
  const files: SignedFile[] = [];
  for (const [i, { what, data }] of (await chosen(template)).entries()) {
    const roles = requiredRoles(template, data);
    const inked: PartyRole[] = i % 2 === 0 ? ['student'] : [];
    let file = renderRevisionZero(template, data);
    for (const role of roles) {
      const ink = inked.includes(role) ? INK : null;
      const isSealed = i % 2 === 0 && (role === 'school' || role === 'unit');
      const seal = isSealed ? { seal: { image: sealImageFromPng(sealPng()), diameterMm: 42 } as const } : {};
      file = await signInProcess(ports, template, file, { role, credential: await enrol(ports, data, role), ink, ...seal });
    }
    const path = join(folder, `${i}.pdf`);
    writeFileSync(path, file);
    files.push({ what, path, data, roles, at, inked });
  }
  const rootPath = join(folder, 'ca.pem');
  const anchors = await authority.trustAnchors();
  writeFileSync(rootPath, anchors.map((der) => printPem({ label: 'CERTIFICATE', der })).join(''));
  return { folder, template, files, rootPath, authority, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
