/** `evidence verify`: judges the evidence file of an agreement offline, from the ZIP or from evidence.json with its .p7s beside it. */
import { PARTY_ZH } from '../agreement/parties.ts';
import { AppError } from '../errors.ts';
import { beijingText, parseRfc3339 } from '../instant.ts';
import { type EvidenceFiles, type EvidenceReport, verifyEvidence } from '../verify/verify-evidence.ts';
import { listBytes, unpackFrom, ZipRefusal } from '../verify/zip-archive.ts';
import { needed, readArguments } from './arguments.ts';
import { readBytes } from './files.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

type EvidenceSurroundings = Pick<Surroundings, 'print' | 'trustAnchors' | 'trustAnchorFile'>;

export async function evidenceCommand(around: EvidenceSurroundings, args: readonly string[]): Promise<ExitCode> {
  const [action, ...rest] = args;
  if (action !== 'verify') throw new AppError('COMMAND_MALFORMED', { what: 'evidence 后面要写 verify' });
  const { positionals, values, json } = readArguments(rest, ['pdf', 'trust']);
  const path = needed(positionals[0], '证据文件');
  const bytes = readBytes(path);
  const files = isZip(bytes) ? unpack(path, bytes) : { json: bytes, seal: readBytes(`${path}.p7s`), pdf: null };
  const pdf = values.pdf === undefined ? files.pdf : readBytes(values.pdf);
  const trustAnchors = values.trust === undefined ? await around.trustAnchors() : await around.trustAnchorFile(values.trust);
  const report = verifyEvidence({ ...files, pdf }, trustAnchors);
  if (json) around.print(JSON.stringify(report));
  else printReport(around, path, report);
  return report.verdict === 'passed' ? 0 : 1;
}

const isZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b;

/** @throws AppError EVIDENCE_ARCHIVE_WRONG when it is no archive, or lacks evidence.json or evidence.json.p7s */
function unpack(path: string, bytes: Uint8Array): EvidenceFiles {
  const wrong = (reason: string): AppError => new AppError('EVIDENCE_ARCHIVE_WRONG', { path, reason });
  try {
    const members = listBytes(bytes);
    const read = (isMeant: (name: string) => boolean): Uint8Array | null => {
      const member = members.find(({ name }) => isMeant(name));
      return member === undefined ? null : unpackFrom(bytes, member);
    };
    const json = read((name) => name === 'evidence.json');
    const seal = read((name) => name === 'evidence.json.p7s');
    if (json === null || seal === null) throw wrong(`里面没有 ${json === null ? 'evidence.json' : 'evidence.json.p7s'}`);
    return { json, seal, pdf: read((name) => name.endsWith('.pdf')) };
  } catch (error) {
    if (error instanceof ZipRefusal) throw wrong(error.zh);
    throw error;
  }
}

const timeOf = (text: string): string => {
  const at = parseRfc3339(text);
  return at === undefined ? text : beijingText(at);
};

function printReport(
  around: EvidenceSurroundings,
  path: string,
  { verdict, findings, evidence, sealedAt, timestampAuthority, sealedBy }: EvidenceReport,
): void {
  around.print(`${verdict === 'passed' ? '通过' : '不通过'}　${path}`);
  for (const { code, zh } of findings) around.print(`    ${code}　${zh}`);
  if (sealedAt !== null) around.print(`    做成时间　${beijingText(sealedAt)}（时间戳：${timestampAuthority ?? ''}）`);
  if (sealedBy !== null) around.print(`    签章的平台　${sealedBy.organisation}（根证书：${sealedBy.root}），请核对是不是您认识的平台`);
  if (evidence === null) return;
  around.print(`    协议编号　${evidence.agreementNumber}${evidence.voided === null ? '' : `　已作废：${evidence.voided.reason}`}`);
  for (const { role, name, signature } of evidence.parties) {
    around.print(`    ${PARTY_ZH[role]}　${name}　${signature === null ? '未签' : `${timeOf(signature.at)} 签署`}`);
  }
  around.print(`    文件版本 ${evidence.revisions.length} 个，操作记录 ${evidence.audit.entries.length} 条`);
}
