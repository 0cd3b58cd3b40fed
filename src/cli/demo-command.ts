/** `demo`: the whole job without people — generate from the sample roster, sign for all parties, verify what came out. */
import { join } from 'node:path';
import type { AgreementData } from '../agreement/agreement-data.ts';
import type { Ink } from '../agreement/ink.ts';
import type { PartyRole } from '../agreement/parties.ts';
import { requiredRoles } from '../agreement/signatories.ts';
import { printPem } from '../pki/pem.ts';
import { loadPack } from '../template/load-pack.ts';
import { renderRevisionZero } from '../template/revision-zero.ts';
import { type NamedReport, toJson } from '../verify/report-json.ts';
import { verifyFile } from '../verify/verify-file.ts';
import { planAgreements } from '../workflow/plan-agreements.ts';
import { fileNameOf } from '../workflow/render-files.ts';
import { sealFile } from '../workflow/seal-agreement.ts';
import { type Credential, enrol, signInProcess } from '../workflow/sign-in-process.ts';
import { needed, readArguments } from './arguments.ts';
import { readBytes, writeInto } from './files.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

const PACK = 'sample';

/** A flourish in place of handwriting; half of the students sign with it, half with the printed name. */
const FLOURISH: Ink = [
  [180, 200, 260, 120, 340, 110, 400, 160, 330, 240, 240, 300],
  [420, 110, 430, 200, 425, 310],
  [520, 150, 640, 140, 720, 130, 600, 220, 540, 280, 660, 250, 780, 260],
];

export async function demoCommand(around: Surroundings, args: readonly string[]): Promise<ExitCode> {
  const { values, json, flags } = readArguments(args, ['out'], ['seal']);
  const out = needed(values.out, ' --out 输出文件夹');
  const template = loadPack(around.readPack(PACK), around.fonts);
  const folder = join(around.root, 'templates', PACK);
  const roster = readBytes(join(folder, 'demo-roster.xlsx'));
  const plan = await planAgreements({ spreadsheets: around.readSpreadsheet }, template, roster, readBytes(join(folder, 'demo-annex.txt')));
  const authority = await around.openAuthority();
  const trustAnchors = await authority.trustAnchors();
  const ports = { authority, clock: around.clock };

  const organisations = new Map<string, Credential>();
  const credentialFor = async (data: AgreementData, role: PartyRole): Promise<Credential> => {
    if (role === 'student' || role === 'guardian') return enrol(ports, data, role);
    const key = `${role}\n${data.fields['unitCreditCode']}\n${data.fields['unitSignatory']}`;
    const known = organisations.get(key) ?? (await enrol(ports, data, role));
    organisations.set(key, known);
    return known;
  };

  const reports: NamedReport[] = [];
  for (const [i, agreement] of [...plan.agreements].entries()) {
    let file = renderRevisionZero(template, agreement.data);
    for (const role of requiredRoles(template, agreement.data)) {
      const ink = role === 'student' && i % 2 === 0 ? FLOURISH : null;
      file = await signInProcess(ports, template, file, { role, credential: await credentialFor(agreement.data, role), ink });
    }
    if (flags.has('seal'))
      file = await sealFile({ revocation: authority, timestamps: authority, clock: around.clock, trustAnchors }, template, file);
    const path = writeInto(out, fileNameOf(agreement), file);
    const report = verifyFile(readBytes(path), { templates: [template], trustAnchors, checkedAt: around.clock.now() });
    reports.push({ file: path, report });
  }
  writeInto(out, 'ca.pem', trustAnchors.map((der) => printPem({ label: 'CERTIFICATE', der })).join(''));
  const passed = reports.filter(({ report }) => report.verdict === 'passed').length;
  const refused = plan.refusedRows.length;
  const summary = {
    template: { pack: template.pack, version: template.version, status: template.status },
    prefix: { lengthBytes: template.prefix.length, sha256: template.prefixSha256 },
    agreements: reports.length,
    passed,
    refusedRows: refused,
    files: reports.map(toJson),
  };
  writeInto(out, 'report.json', `${JSON.stringify(summary, null, 2)}\n`);
  if (json) around.print(JSON.stringify(summary, null, 2));
  else {
    around.print(`共 ${reports.length} 份协议，全部签署完毕；验证通过 ${passed} 份。结果在 ${out}。`);
    around.print(`用别的程序核对：pdfsig、qpdf --check；信任根证书：${join(out, 'ca.pem')}`);
  }
  return passed === reports.length && refused === 0 && reports.length > 0 ? 0 : 1;
}
