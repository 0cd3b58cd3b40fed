/** A school imports a text: the .docx is read, its blanks are confirmed one by one, and the pack joins the samples of this service. */
import { BOXES_NEEDED, type FormKind, PARTY_ZH, type PartyRole } from '../agreement/parties.ts';
import { AppError } from '../errors.ts';
import type { Instant } from '../instant.ts';
import { type BlankChange, type PackPair, renameBlank } from '../template/confirm-import.ts';
import { signersOf, swapSigners } from '../template/confirm-signers.ts';
import { type DrawnPage, drawPages } from '../template/draw-pages.ts';
import { type ImportReport, importTemplate } from '../template/import-template.ts';
import { type PackFiles, publishPrefix } from '../template/load-pack.ts';
import type { LockedTemplate } from '../template/locked-template.ts';
import { type PackDocument, printManifest, readPackDocument } from '../template/manifest.ts';
import { besidePages, readSourceParagraphs, type SourceParagraph } from '../template/source-paragraphs.ts';
import { type BlankRow, type BlankWords, changeOf, isNameless, labelOf, rowsOf } from './blank-rows.ts';
import type { NamedFile } from './download.ts';
import { lockForPreview, previewFile } from './preview-template.ts';
import { makeId } from './secrets.ts';
import type { TemplateDraft, TemplateName, Tenant } from './stores.ts';
import type { Ports } from './workflow.ts';

type DraftPorts = Pick<Ports, 'audit' | 'blobs' | 'clock' | 'fonts' | 'packShelf' | 'random' | 'templateDrafts' | 'templates'>;

/** Who signs in the box of another. */
export interface SignerDecision {
  readonly signer: PartyRole;
  readonly as: PartyRole;
}

/** What a person said of one blank; the rest of its date, its question or its lines follows. */
export interface BlankDecision extends BlankChange {
  /** `b1`, `b2`, … */
  readonly blank: string;
}

export interface PackNames {
  /** Lower-case letters, digits and hyphens. */
  readonly pack: string;
  readonly version: string;
  readonly title: string;
}

export type Decision = BlankDecision | SignerDecision;

/** What a person confirms: everything the import made of the source, with every decision so far. */
export interface DraftReview {
  readonly draftId: string;
  readonly fileName: string;
  readonly kind: FormKind;
  readonly suggested: PackNames;
  readonly report: ImportReport;
  /** `error`: cannot be confirmed as it is. */
  readonly problems: readonly { readonly level: 'error' | 'warn'; readonly code: string; readonly zh: string }[];
  readonly pages: readonly (DrawnPage & { readonly source: readonly SourceParagraph[] })[];
  readonly blanks: readonly BlankRow[];
  /** Who has a place to sign, in the order of the text. */
  readonly signers: readonly PartyRole[];
  readonly decisionCount: number;
  readonly confirmed: { readonly pack: string; readonly version: string } | null;
}

export interface OpenDraft {
  readonly draftId: string;
  readonly fileName: string;
  readonly createdAt: Instant;
}

/** @throws AppError TEMPLATE_SOURCE_… naming the paragraph, GLYPH_MISSING, TEMPLATE_TOO_TALL; nothing is kept then */
export async function startImport(
  ports: DraftPorts,
  tenant: Tenant,
  file: { readonly name: string; readonly bytes: Uint8Array; readonly kind?: FormKind },
): Promise<{ readonly draftId: string }> {
  const kind = file.kind ?? 'agreement';
  const imported = importTemplate(file.bytes, { ...PROVISIONAL, kind, status: 'sample' });
  const { report } = imported;
  drawPages(readPackDocument({ ...imported, source: file.bytes }), ports.fonts);
  const source = await ports.blobs.put(file.bytes);
  const draft: TemplateDraft = {
    id: makeId(ports.random),
    tenant: tenant.id,
    fileName: file.name.slice(0, 200),
    source,
    kind,
    createdAt: ports.clock.now(),
    decisions: [],
    confirmed: null,
  };
  const detail = { source, kind, paragraphs: report.paragraphs, blanks: report.guesses.length };
  await ports.templateDrafts.save(draft, { tenant: tenant.id, at: draft.createdAt, kind: 'TEMPLATE_READ', subject: draft.id, detail });
  // The same file may have been let go with another draft just before this one was stored.
  await ports.blobs.put(file.bytes);
  return { draftId: draft.id };
}

export const listDrafts = async (ports: Pick<Ports, 'templateDrafts'>, tenant: Tenant): Promise<readonly OpenDraft[]> =>
  (await ports.templateDrafts.listOpen(tenant.id)).map(({ id, fileName, createdAt }) => ({ draftId: id, fileName, createdAt }));

/** @throws AppError TEMPLATE_DRAFT_UNKNOWN */
export async function reviewDraft(ports: DraftPorts, tenant: Tenant, id: string): Promise<DraftReview> {
  const draft = await authorizeDraft(ports, tenant, id);
  const { document, report, files } = await rebuild(ports, draft);
  return {
    draftId: draft.id,
    fileName: draft.fileName,
    kind: draft.kind,
    suggested: {
      pack: `${draft.kind === 'consent' ? 'consent' : 'school'}-${draft.source.slice(0, 8)}`,
      version: '1',
      title: suggestedTitle(document, draft),
    },
    report,
    problems: problemsOf(ports, document, report),
    pages: besidePages(drawPages(document, ports.fonts), readSourceParagraphs(files.source)),
    blanks: rowsOf(files, report.guesses),
    signers: signersOf(document.manifest),
    decisionCount: decisionsOf(draft).length,
    confirmed: draft.confirmed,
  };
}

/** @throws AppError TEMPLATE_DRAFT_…; TEMPLATE_BLANK_… as `renameBlank` */
export async function decideBlank(ports: DraftPorts, tenant: Tenant, id: string, words: BlankWords): Promise<void> {
  const draft = await authorizeOpenDraft(ports, tenant, id);
  const { files, report } = await rebuild(ports, draft);
  const decision: BlankDecision = { ...changeOf(rowsOf(files, report.guesses), words), blank: words.blank };
  renameBlank(files, decision.blank, decision);
  const decisions = [...decisionsOf(draft), decision];
  await store(ports, draft, decisions);
}

/** Gives a place to sign to another party. @throws AppError TEMPLATE_DRAFT_…; TEMPLATE_SIGNER_UNKNOWN */
export async function decideSigner(ports: DraftPorts, tenant: Tenant, id: string, decision: SignerDecision): Promise<void> {
  const draft = await authorizeOpenDraft(ports, tenant, id);
  const { files } = await rebuild(ports, draft);
  swapSigners(files, decision.signer, decision.as);
  await store(ports, draft, [...decisionsOf(draft), decision]);
}

/** Takes the last decision back. @throws AppError TEMPLATE_DRAFT_… */
export async function undoDecision(ports: DraftPorts, tenant: Tenant, id: string): Promise<void> {
  const draft = await authorizeOpenDraft(ports, tenant, id);
  await store(ports, draft, decisionsOf(draft).slice(0, -1));
}

/** Gives an import up. @throws AppError TEMPLATE_DRAFT_… */
export async function discardDraft(ports: DraftPorts, tenant: Tenant, id: string): Promise<void> {
  const draft = await authorizeOpenDraft(ports, tenant, id);
  const event = { tenant: tenant.id, at: ports.clock.now(), kind: 'TEMPLATE_DRAFT_DISCARDED', subject: draft.id, detail: {} };
  await ports.templateDrafts.discard(draft.id, event);
}

/** The files of an imported pack, to be looked at or signed elsewhere. @throws AppError TEMPLATE_NOT_FOUND */
export function downloadPack({ packShelf }: Pick<Ports, 'packShelf'>, pack: string, version: string): readonly NamedFile[] {
  const files = packShelf.find(pack, version);
  if (files === undefined) throw new AppError('TEMPLATE_NOT_FOUND', { pack: `${pack} ${version}`.slice(0, 60) });
  const parts = { 'source.docx': files.source, 'body.hbs': files.body, 'manifest.json': files.manifest };
  return Object.entries(parts).map(([name, bytes]) => ({ path: `${pack}/${name}`, bytes }));
}

/** The text as it would be locked now. @throws AppError TEMPLATE_DRAFT_UNKNOWN, TEMPLATE_… when it cannot be compiled */
export async function previewDraft(ports: DraftPorts, tenant: Tenant, id: string): Promise<LockedTemplate> {
  const { document } = await rebuild(ports, await authorizeDraft(ports, tenant, id));
  return lockForPreview(document, ports.fonts);
}

/**
 * Locks the text as a sample, whatever its file says, and makes it usable at once.
 * @throws AppError TEMPLATE_DRAFT_…; TEMPLATE_DRAFT_HAS_PROBLEMS, TEMPLATE_EXISTS
 */
export async function confirmDraft(ports: DraftPorts, tenant: Tenant, id: string, names: PackNames): Promise<TemplateName> {
  const draft = await authorizeOpenDraft(ports, tenant, id);
  const { document, report, files } = await rebuild(ports, draft, names);
  const errors = problemsOf(ports, document, report).filter(({ level }) => level === 'error');
  if (errors.length > 0) throw new AppError('TEMPLATE_DRAFT_HAS_PROBLEMS', { problems: errors.map(({ zh }) => zh).join('') });
  const name = await ports.packShelf.add({ ...files, manifest: printManifest(publishPrefix(files, ports.fonts)) });
  const { pack, version, prefixSha256 } = name;
  const detail = { pack, version, prefixSha256, source: draft.source, decisions: decisionsOf(draft).length };
  const event = { tenant: tenant.id, at: ports.clock.now(), kind: 'TEMPLATE_CONFIRMED', subject: draft.id, detail };
  await ports.templateDrafts.confirm(draft.id, { pack, version }, event);
  return name;
}

/** The document's own title, or the name of the file when it has none. */
const suggestedTitle = ({ title }: PackDocument, { fileName }: TemplateDraft): string =>
  title === PROVISIONAL.pack ? fileName.replace(/\.[^.]*$/u, '').slice(0, 80) : title;

const PROVISIONAL = { pack: 'draft', version: '1' } as const;

/** @throws AppError TEMPLATE_DRAFT_UNKNOWN, also for another school's */
async function authorizeDraft(ports: Pick<Ports, 'templateDrafts'>, tenant: Tenant, id: string): Promise<TemplateDraft> {
  const draft = await ports.templateDrafts.find(id);
  if (draft?.tenant !== tenant.id) throw new AppError('TEMPLATE_DRAFT_UNKNOWN');
  return draft;
}

/** @throws AppError TEMPLATE_DRAFT_UNKNOWN, TEMPLATE_DRAFT_CONFIRMED */
async function authorizeOpenDraft(ports: Pick<Ports, 'templateDrafts'>, tenant: Tenant, id: string): Promise<TemplateDraft> {
  const draft = await authorizeDraft(ports, tenant, id);
  if (draft.confirmed !== null) throw new AppError('TEMPLATE_DRAFT_CONFIRMED', draft.confirmed);
  return draft;
}

/** Decisions as `decideBlank` stored them. */
const decisionsOf = ({ decisions }: TemplateDraft): readonly Decision[] => decisions as unknown as readonly Decision[];
const toStored = (decisions: readonly Decision[]): TemplateDraft['decisions'] =>
  JSON.parse(JSON.stringify(decisions)) as TemplateDraft['decisions'];

async function store(ports: Pick<Ports, 'templateDrafts'>, draft: TemplateDraft, decisions: readonly Decision[]): Promise<void> {
  if ((await ports.templateDrafts.decide(draft.id, draft.decisions, toStored(decisions))) === 'moved')
    throw new AppError('TEMPLATE_DRAFT_MOVED');
}

const applied = (pack: PackPair, decision: Decision): PackPair => {
  if ('signer' in decision) return swapSigners(pack, decision.signer, decision.as);
  const { blank, ...change } = decision;
  return renameBlank(pack, blank, change);
};

interface Rebuilt {
  readonly document: PackDocument;
  readonly report: ImportReport;
  readonly files: PackFiles;
}

/** The import and every decision done again from the source: a draft is nothing but these two. */
async function rebuild(ports: Pick<Ports, 'blobs'>, draft: TemplateDraft, names?: PackNames): Promise<Rebuilt> {
  const source = await ports.blobs.get(draft.source);
  const imported = importTemplate(source, { ...(names ?? PROVISIONAL), kind: draft.kind, status: 'sample' });
  const decided = decisionsOf(draft).reduce<PackPair>(applied, imported);
  const files = { manifest: decided.manifest, body: decided.body, source };
  return { files, report: imported.report, document: readPackDocument(files) };
}

function problemsOf(ports: Pick<Ports, 'fonts'>, document: PackDocument, report: ImportReport): DraftReview['problems'] {
  const signers = signersOf(document.manifest);
  const missing = BOXES_NEEDED[document.kind]
    .filter((role) => !signers.includes(role))
    .map((role) => ({
      level: 'error' as const,
      code: 'TEMPLATE_SIGNATURE_BOX',
      zh: `没有找到${PARTY_ZH[role]}的签名处。认成了别人的，请在“谁在哪里签”里改；原件里没有的，请留出一格，写明是谁签，再重新导入。`,
    }));
  const compiled = missing.length > 0 ? [] : previewProblem(ports, document);
  const nameless = document.manifest.fields.filter(({ zh }) => isNameless(zh));
  const warn = (code: string, zh: string) => ({ level: 'warn' as const, code, zh });
  const asked = new Set(document.manifest.blanks.map(({ field }) => field));
  const absent = report.missingFields.filter((key) => !asked.has(key));
  const mistaken = document.kind === 'agreement' && missing.length > 0 && /知情同意/u.test(document.bodyText.slice(0, 60));
  return [
    ...(mistaken ? [warn('FORM_IS_CONSENT', '看来这是一份《知情同意书》。请放弃这份，回到“协议文本”，选“知情同意书”再导入。')] : []),
    ...missing,
    ...compiled,
    ...(nameless.length === 0 ? [] : [warn('BLANK_NAMELESS', `有 ${nameless.length} 处空白没有认出名称，请在下面给它们起名。`)]),
    ...(absent.length === 0
      ? []
      : [warn('FIELDS_MISSING', `原文没有这些内容的空白，生成的协议里就不会写：${absent.map(labelOf).join('、')}。`)]),
  ];
}

/** Whether it can be compiled at all, and whether usual values fit into its blanks. */
function previewProblem({ fonts }: Pick<Ports, 'fonts'>, document: PackDocument): DraftReview['problems'] {
  try {
    previewFile(lockForPreview(document, fonts));
    return [];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code !== 'VALUE_TOO_WIDE') return [{ level: 'error', code: error.code, zh: error.zh }];
    const { field = '', limit = 0 } = error.params;
    const zh = `“${field}”的空白太窄，最多约 ${limit} 个汉字，通常的内容写不下，生成时会被拒绝。请向发布机构反映；这处空白认错了的，请在下面改。`;
    return [{ level: 'warn', code: error.code, zh }];
  }
}
