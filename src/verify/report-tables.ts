/** The six sheets that a regulator takes away: results, annexes compared, by school, by unit, the sample, and how all this was found. */
import { maskIdNumber, maskName } from '../agreement/identifiers.ts';
import { PARTY_ZH, type PartyRole } from '../agreement/parties.ts';
import { beijingText, type Instant, parseRfc3339, toRfc3339 } from '../instant.ts';
import { parseAnchor } from '../pki/anchors.ts';
import type { TemplateStatus } from '../template/template-document.ts';
import { type AcrossFiles, codeOrigin, hintsByFile } from './across-files.ts';
import { type AnnexGroup, compareAnnexes } from './annex-groups.ts';
import { type FileReport, VERDICT_ZH, type Verdict, vouchedBy } from './report.ts';
import type { DrawnSample } from './report-json.ts';
import { SAMPLING_ZH } from './sampling.ts';
import type { VerifiedFile } from './verified-file.ts';

export interface Column {
  readonly zh: string;
  /** In characters. */
  readonly width: number;
}

export interface ReportTable {
  readonly name: string;
  readonly columns: readonly Column[];
  /** Strings are text whatever they look like; null is an empty cell. */
  readonly rows: readonly (readonly (string | number | null)[])[];
}

export interface TemplateFact {
  readonly pack: string;
  readonly version: string;
  readonly status: TemplateStatus;
  readonly prefixSha256: string;
}

/** What the verifier was when it judged. */
export interface VerificationFacts {
  readonly software: string;
  readonly checkedAt: Instant;
  readonly templates: readonly TemplateFact[];
  /** DER. */
  readonly trustAnchors: readonly Uint8Array[];
  readonly sample: DrawnSample | null;
}

/** The limits of law by which values were judged: the regulation itself is the version. */
export const RULES_ZH = '《职业学校学生实习管理规定》（教职成〔2021〕4号）';

/** Sheets in the order of the workbook. */
export function makeReportTables(files: readonly VerifiedFile[], across: AcrossFiles, facts: VerificationFacts): readonly ReportTable[] {
  return [
    resultsTable(files, across),
    annexTable(across.groups),
    summaryTable('按学校汇总', '学校', 'schoolName', 'schoolCreditCode', files, across),
    summaryTable('按单位汇总', '实习单位', 'unitName', 'unitCreditCode', files, across),
    sampleTable(files, facts.sample),
    notesTable(files, facts),
  ];
}

const column = (zh: string, width = 14): Column => ({ zh, width });

const TEMPLATE_STATUS_ZH: Readonly<Record<TemplateStatus, string>> = { national: '国家示范文本', regional: '地方示范文本', sample: '样张' };
const SIGNING_ORDER: readonly PartyRole[] = ['school', 'unit', 'student', 'guardian'];

const timeText = (rfc3339: string): string => {
  const at = parseRfc3339(rfc3339);
  return at === undefined ? rfc3339 : beijingText(at);
};

function groupLabels(groups: readonly AnnexGroup[]): ReadonlyMap<string, AnnexGroup> {
  return new Map(groups.flatMap((group) => group.files.map((file): [string, AnnexGroup] => [file, group])));
}

function textAgreement(report: FileReport): string {
  if (report.agreement !== null) return '一致';
  const altered = report.findings.some(({ code }) => code === 'BODY_ALTERED' || code === 'TEMPLATE_MISMATCH');
  return altered ? '不一致' : report.template === null ? '无法核对' : '见原因';
}

function resultsTable(files: readonly VerifiedFile[], across: AcrossFiles): ReportTable {
  const labels = groupLabels(across.groups);
  const hints = hintsByFile(across);
  const rows = files.map((verified, i) => {
    const { file, report, sha256, lengthBytes } = verified;
    const value = (key: string): string | null => report.agreement?.fields[key] ?? null;
    const masked = (key: string, mask: (text: string) => string): string | null => {
      const text = value(key);
      return text === null ? null : mask(text);
    };
    const signing = SIGNING_ORDER.map((role) => {
      const found = report.signatures.find(({ party }) => party === role);
      if (found === undefined) return report.missing.includes(role) ? '未签' : null;
      return `${timeText(found.signedAt)}${found.timestamp === undefined ? '（自报）' : ''} ${vouchedBy(found)}`;
    });
    const stamps = report.signatures.filter(({ timestamp }) => timestamp !== undefined).length;
    const dates = value('startsOn') === null ? null : `${value('startsOn')} 至 ${value('endsOn') ?? ''}`;
    const group = labels.get(file);
    return [
      i + 1,
      file,
      VERDICT_ZH[report.verdict],
      [...report.findings.map(({ zh }) => zh), ...(hints.get(file) ?? []).map(({ zh }) => zh)].join('\n'),
      report.agreement?.agreementNumber ?? null,
      value('schoolName'),
      value('unitName'),
      value('unitCreditCode'),
      masked('studentName', maskName),
      masked('studentIdNumber', maskIdNumber),
      value('studentMajor'),
      value('post'),
      dates,
      value('stipendYuan'),
      report.agreement === null
        ? (report.template?.pack ?? null)
        : `${report.agreement.template.pack} ${report.agreement.template.version}`,
      report.template === null ? null : TEMPLATE_STATUS_ZH[report.template.status],
      textAgreement(report),
      ...signing,
      report.signatures.length === 0 ? null : `${stamps}/${report.signatures.length}`,
      group?.label ?? null,
      group?.hints.length ?? null,
      codeOrigin(verified),
      [...new Set([...report.findings, ...(hints.get(file) ?? [])].map(({ code }) => code))].join(' '),
      lengthBytes,
      sha256,
    ];
  });
  const columns = [
    column('序号', 6),
    column('文件名', 40),
    column('结论', 10),
    column('原因', 60),
    column('协议编号', 24),
    column('学校', 24),
    column('实习单位', 24),
    column('统一社会信用代码', 22),
    column('学生', 10),
    column('身份证号', 22),
    column('专业', 16),
    column('岗位', 16),
    column('实习起止', 26),
    column('报酬（元/月）', 12),
    column('模板版本', 16),
    column('模板性质', 14),
    column('正文是否与模板一致', 12),
    ...SIGNING_ORDER.map((role) => column(`${PARTY_ZH[role]}签署时间与证书`, 30)),
    column('时间戳', 8),
    column('补充条款组', 10),
    column('条款提示数', 10),
    column('二维码指向', 24),
    column('原因代码', 30),
    column('字节数', 10),
    column('SHA-256', 68),
  ];
  return { name: '验证结果', columns, rows };
}

/** Each clause of each group, against the largest group: removed text in 【删】…【/删】, added in 【增】…【/增】. */
function annexTable(groups: readonly AnnexGroup[]): ReportTable {
  const reference = groups.find(({ annex }) => annex !== null);
  const rows = groups.flatMap(({ label, annex, files, hints }) => {
    if (annex === null) return [[label, files.length, null, '（没有补充条款）', null, null, null]];
    const pairs = compareAnnexes(reference?.annex ?? null, annex);
    return pairs.map(({ before, after, parts }) => {
      const marked = parts.map(({ kind, text }) =>
        kind === 'same' ? text : kind === 'removed' ? `【删】${text}【/删】` : `【增】${text}【/增】`,
      );
      const unchanged = parts.every(({ kind }) => kind === 'same');
      return [
        label,
        files.length,
        after,
        after === null ? null : (annex.clauses[after - 1] ?? null),
        label === reference?.label ? null : before,
        label === reference?.label ? null : unchanged ? '相同' : marked.join(''),
        hints.flatMap(({ clause, zh }) => (clause === after && after !== null ? [zh] : [])).join('\n'),
      ];
    });
  });
  const against = reference === undefined ? '' : `${reference.label} 组`;
  return {
    name: '补充条款对照',
    columns: [
      column('组', 6),
      column('份数', 8),
      column('条', 6),
      column('条款内容', 70),
      column(`${against}第几条`, 12),
      column(`与${against}逐字对照`, 70),
      column('提示与依据', 60),
    ],
    rows,
  };
}

const VERDICTS = Object.keys(VERDICT_ZH) as Verdict[];
const UNKNOWN = '（未能读出）';

function summaryTable(
  name: string,
  heading: string,
  nameKey: string,
  codeKey: string,
  files: readonly VerifiedFile[],
  { groups }: AcrossFiles,
): ReportTable {
  const labels = groupLabels(groups);
  const byName = Map.groupBy(files, ({ report }) => {
    const fields = report.agreement?.fields;
    return fields === undefined ? '\n' : `${fields[nameKey] ?? ''}\n${fields[codeKey] ?? ''}`;
  });
  const sorted = [...byName].sort(([a, one], [b, other]) => other.length - one.length || (a < b ? -1 : 1));
  const rows = sorted.map(([key, group]) => {
    const [organisation = '', code = ''] = key.split('\n');
    const count = (verdict: Verdict): number => group.filter(({ report }) => report.verdict === verdict).length;
    const reasons = new Map<string, number>();
    for (const { report } of group) {
      if (report.verdict === 'passed') continue;
      for (const reason of new Set(report.findings.map((finding) => finding.code))) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
    const letters = new Set(group.flatMap(({ file }) => labels.get(file)?.label ?? []));
    const hinted = group.filter(({ file }) => (labels.get(file)?.hints.length ?? 0) > 0).length;
    return [
      organisation === '' ? UNKNOWN : organisation,
      code === '' ? null : code,
      group.length,
      ...VERDICTS.map(count),
      `${Math.round((count('passed') * 1000) / group.length) / 10}%`,
      [...reasons]
        .sort((a, b) => b[1] - a[1])
        .map(([reason, times]) => `${reason} ${times}`)
        .join('；'),
      [...letters].sort().join('、'),
      hinted,
    ];
  });
  return {
    name,
    columns: [
      column(heading, 30),
      column('统一社会信用代码', 22),
      column('份数', 8),
      ...VERDICTS.map((verdict) => column(VERDICT_ZH[verdict], 12)),
      column('通过率', 10),
      column('主要原因（代码 份数）', 50),
      column('补充条款组', 14),
      column('条款有提示的份数', 16),
    ],
    rows,
  };
}

function sampleTable(files: readonly VerifiedFile[], sample: DrawnSample | null): ReportTable {
  const byName = new Map(files.map((each): [string, VerifiedFile] => [each.file, each]));
  const rows = (sample?.files ?? []).map((file, i) => {
    const report = byName.get(file)?.report;
    return [
      i + 1,
      file,
      report === undefined ? null : VERDICT_ZH[report.verdict],
      report?.agreement?.fields['unitName'] ?? null,
      sample?.seed ?? null,
      null,
      null,
    ];
  });
  return {
    name: '抽样',
    columns: [
      column('抽样序号', 10),
      column('文件名', 40),
      column('机器结论', 12),
      column('实习单位', 24),
      column('种子', 20),
      column('人工复核意见', 40),
      column('复核人与日期', 24),
    ],
    rows: rows.length > 0 ? rows : [[null, '本次没有抽样（命令行用 --sample 份数 --seed 种子）', null, null, null, null, null]],
  };
}

/** How to look again without this software. */
const ELSEWHERE_ZH =
  '正文：取文件开头 N 字节算 SHA-256（head -c N 协议.pdf | sha256sum），应等于下列模板摘要；签名：pdfsig 协议.pdf，或 Adobe Acrobat、Okular 打开后看签名面板。';

function notesTable(files: readonly VerifiedFile[], facts: VerificationFacts): ReportTable {
  const count = (verdict: Verdict): string => `${VERDICT_ZH[verdict]} ${files.filter(({ report }) => report.verdict === verdict).length}`;
  const rows: (readonly [string, string])[] = [
    ['软件版本', facts.software],
    ['规则依据', RULES_ZH],
    ['验证时间', `${beijingText(facts.checkedAt)}，${toRfc3339(facts.checkedAt)}`],
    ['文件数', `共 ${files.length} 份：${VERDICTS.map(count).join('，')}`],
    ...facts.templates.map(({ pack, version, status, prefixSha256 }): [string, string] => [
      '模板',
      `${pack} ${version}（${TEMPLATE_STATUS_ZH[status]}），前缀 SHA-256 ${prefixSha256}`,
    ]),
    ...facts.trustAnchors.map((der): [string, string] => {
      const { subject, sha256 } = parseAnchor(der);
      return ['信任的根证书', `${subject.commonName ?? subject.organisation ?? '（无名称）'}，SHA-256 ${sha256}`];
    }),
    ['抽样', facts.sample === null ? '没有抽样' : `种子 ${facts.sample.seed}，抽 ${facts.sample.size} 份。${SAMPLING_ZH}`],
    ['通过', '每个字节都能由已知模板、填写内容和签名重新生成，应签的各方都已签署，证书受本机信任。'],
    ['需人工复核', '没有发现改动，但有需要人判断的地方，或由其他系统签署。'],
    ['不通过', '有改动、缺签或不合规定之处，原因见“验证结果”。'],
    ['无法判定', '没有足够依据下结论，例如扫描件、打印件、不受本机信任的证书；不等于伪造。'],
    ['疑似代签、条款提示', '只供线索，不影响结论，须向本人或学校核实。'],
    ['重复的文件', '同一份文件出现几次、同一编号有几个文件，都在“原因”里写明，不影响结论；统计份数时请只算一份。'],
    ['二维码指向', '最后一页二维码打开的网址。它写在签署的内容里，但谁都可以做一个网址：请核对是不是学校公布的那一个。'],
    ['用其他软件复核', ELSEWHERE_ZH],
    ['个人信息', '本表中的姓名和身份证号已作掩码处理。文件名如含个人信息，请妥善保管本表。'],
  ];
  return { name: '验证说明', columns: [column('项目', 18), column('内容', 110)], rows };
}

/** Kept out of formulas by every spreadsheet program. @source OWASP, CSV Injection */
const csvCell = (value: string | number | null): string => {
  if (value === null) return '';
  const text = typeof value === 'string' && /^[\s]*[=+\-@\t\r＝＋－＠]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** RFC 4180 with a byte order mark, so that spreadsheet programs read it as UTF-8. */
export const printCsv = ({ columns, rows }: ReportTable): string =>
  `\ufeff${[columns.map(({ zh }) => zh), ...rows].map((row) => row.map(csvCell).join(',')).join('\r\n')}\r\n`;
