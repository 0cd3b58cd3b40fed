/** What a signatory sees after proving identity: the list of agreements, one to read, and how far it has come. */
import type { AgreementData, AmendmentKind } from '../agreement/agreement-data.ts';
import { E_SIGNING_TERMS_SHA256 } from '../agreement/e-signing-terms.ts';
import { type FieldSpec, fieldSpec } from '../agreement/fields.ts';
import { maskName } from '../agreement/identifiers.ts';
import type { PartyRole } from '../agreement/parties.ts';
import { shownValue } from '../agreement/shown-value.ts';
import { needsGuardian, signatoryOf } from '../agreement/signatories.ts';
import { AppError } from '../errors.ts';
import { beijingDateText, type Instant, parseBeijingDate } from '../instant.ts';
import { amendmentSentences } from '../template/annex-blocks.ts';
import { authorizeReading, authorizeSignatory, listCeremonyAgreements } from './authorize.ts';
import { summaryOf, type TemplateSummary } from './list-templates.ts';
import { possessionTextOf } from './possession.ts';
import { type ReadingAnnex, type ReadingBlock, readingAnnex, readingBody } from './reading-view.ts';
import { rolesInTurn, standingOf } from './signing-order.ts';
import { dataOf, displayReference, displayValues, templateFor } from './stored-data.ts';
import type { BatchSummary, Ceremony, OpenAgreement } from './stores.ts';
import type { Ports } from './workflow.ts';

type CeremonyPorts = Pick<Ports, 'agreements' | 'batches' | 'blobs' | 'ceremonies' | 'clock' | 'sessions' | 'templates'>;

export interface CeremonyItem {
  readonly agreementNumber: string;
  readonly studentName: string;
  readonly post: string;
  readonly stipendYuan: string;
  /** Which agreement it changes, how and why; empty for one that changes none. */
  readonly amends: string;
  readonly state: 'ready' | 'signed' | 'waiting' | 'declined';
  readonly waitingFor: PartyRole | null;
}

export interface CeremonyList {
  readonly role: PartyRole;
  readonly signatoryName: string;
  readonly organisation: string | null;
  readonly possessionText: string;
  /** Of the 电子签约约定 to tick. */
  readonly termsSha256: string;
  readonly items: readonly CeremonyItem[];
}

export interface Reading {
  readonly role: PartyRole;
  readonly signatoryName: string;
  readonly agreementNumber: string;
  readonly schoolName: string;
  readonly templateStatus: string;
  /** Of the locked text, as `/verify` shows it. */
  readonly prefixLengthBytes: number;
  readonly prefixSha256: string;
  /** In the order to be shown: label and value as the agreement has them. */
  readonly keyPoints: readonly { readonly key: string; readonly label: string; readonly value: string }[];
  /** Telephone numbers that can be tapped. */
  readonly hotlines: readonly { readonly label: string; readonly phone: string }[];
  readonly body: readonly ReadingBlock[];
  readonly annex: ReadingAnnex | null;
  /** Of an extension or termination: what it says of the agreement that it changes. */
  readonly amendment: readonly string[];
  /** The same in one line, as lists have it; empty where it changes none. */
  readonly amends: string;
  readonly amendmentKind: AmendmentKind | null;
  /** `ready`: may go on to sign. Otherwise who must sign first, or that it is signed. */
  readonly state: 'ready' | 'signed' | 'waiting' | 'declined';
  readonly waitingFor: PartyRole | null;
  readonly headSha256: string;
  /** What is signed in one act: this text, and where it has one its consent form. */
  readonly documents: readonly ReadingDocument[];
}

export interface ReadingDocument {
  readonly agreementNumber: string;
  readonly title: string;
  readonly body: readonly ReadingBlock[];
  readonly state: CeremonyItem['state'];
  readonly headSha256: string;
  readonly prefixLengthBytes: number;
  readonly prefixSha256: string;
}

export interface CeremonyStanding {
  readonly role: PartyRole;
  readonly agreementNumber: string;
  readonly parties: readonly { readonly role: PartyRole; readonly signedAt: Instant | null }[];
  readonly next: PartyRole | null;
  /** What was signed in the same act, such as the consent form, and who has yet to sign it. */
  readonly accompanying: readonly { readonly agreementNumber: string; readonly title: string; readonly missing: readonly PartyRole[] }[];
}

export interface BatchReview {
  readonly schoolName: string;
  readonly batchName: string;
  /** Every text and every annex that occurs, most frequent first, with the number of agreements that have it; null for none. */
  readonly templates: readonly (TemplateSummary & { readonly count: number })[];
  readonly annexes: readonly { readonly annex: ReadingAnnex | null; readonly count: number }[];
  readonly ceremony: CeremonyList;
  /**
   * Every blank but those of students and guardians: label, then each value with the number of agreements that have it, most frequent first;
   * empty where a blank is left open.
   */
  readonly differences: readonly {
    readonly label: string;
    /** Reference of the values, for the page to check against each file. */
    readonly says: string;
    readonly values: readonly { readonly value: string; readonly count: number }[];
  }[];
  readonly minorCount: number;
}

/** @throws AppError as `authorizeSignatory`; AGREEMENT_NOT_READY */
export async function listCeremony(ports: CeremonyPorts, token: string, session: string | undefined): Promise<CeremonyList> {
  const ceremony = await authorizeSignatory(ports, token, session);
  return toList(ports, ceremony, await open(ports, ceremony));
}

/** The one agreement of a student or guardian as a reading text. @throws AppError as `authorizeSignatory`; AGREEMENT_UNKNOWN, AGREEMENT_NOT_READY */
export async function readAgreement(ports: CeremonyPorts, token: string, session: string | undefined): Promise<Reading> {
  const ceremony = await authorizeSignatory(ports, token, session);
  const { batch, agreement } = await one(ports, ceremony);
  const data = dataOf(agreement, ports.templates);
  const template = templateFor(ports.templates, data.template);
  const refersTo = data.refersTo === undefined || data.refersTo.kind === 'consent' ? null : data.refersTo;
  const together = await listCeremonyAgreements(ports, ceremony);
  const documents = together.map((each): ReadingDocument => {
    const own = dataOf(each, ports.templates);
    const form = templateFor(ports.templates, own.template);
    const { state } = standingOf(batch.order, each, ceremony.role);
    const { title, prefixLengthBytes, prefixSha256 } = summaryOf(form);
    const body = readingBody(form, own);
    return { agreementNumber: each.number, title, body, state, headSha256: each.head.sha256, prefixLengthBytes, prefixSha256 };
  });
  const turns = together.map((each) => standingOf(batch.order, each, ceremony.role));
  const turn =
    turns.find(({ state }) => state === 'declined') ??
    turns.find(({ state }) => state === 'ready') ??
    turns.find(({ state }) => state === 'waiting') ??
    standingOf(batch.order, agreement, ceremony.role);
  return {
    role: ceremony.role,
    documents,
    signatoryName: signatoryOf(data.fields, ceremony.role).name,
    agreementNumber: agreement.number,
    schoolName: data.fields['schoolName'] ?? '',
    templateStatus: template.status,
    prefixLengthBytes: template.prefix.length,
    prefixSha256: template.prefixSha256,
    keyPoints: KEY_POINTS.flatMap((key) => labelled(data, key)),
    hotlines: HOTLINES.flatMap((key) => labelled(data, key)).map(({ label, value }) => ({ label, phone: value })),
    body: readingBody(template, data),
    annex: readingAnnex(data),
    amendment: refersTo === null ? [] : amendmentSentences(refersTo, data.fields),
    amends: shownValue(data, 'amendment'),
    amendmentKind: refersTo?.kind ?? null,
    state: turn.state,
    waitingFor: turn.state === 'waiting' ? turn.waitingFor : null,
    headSha256: agreement.head.sha256,
  };
}

/** @throws AppError as `authorizeSignatory`; AGREEMENT_UNKNOWN, AGREEMENT_NOT_READY */
export async function readStanding(ports: CeremonyPorts, token: string, session: string | undefined): Promise<CeremonyStanding> {
  const ceremony = await authorizeSignatory(ports, token, session);
  const { batch, agreement } = await one(ports, ceremony);
  return {
    role: ceremony.role,
    agreementNumber: agreement.number,
    parties: agreement.parties.map(({ role, signedAt }) => ({ role, signedAt })),
    next: rolesInTurn(batch.order, agreement.parties)[0] ?? null,
    accompanying: (await listCeremonyAgreements(ports, ceremony))
      .filter(({ number, parties }) => number !== agreement.number && hasSigned(parties, ceremony.role))
      .map((other) => ({
        agreementNumber: other.number,
        title: templateFor(ports.templates, dataOf(other, ports.templates).template).title,
        missing: other.parties.filter(({ signedAt }) => signedAt === null).map(({ role }) => role),
      })),
  };
}

const hasSigned = (parties: OpenAgreement['parties'], role: PartyRole): boolean =>
  parties.some((party) => party.role === role && party.signedAt !== null);

/** The file as it stands. @throws AppError as `authorizeSignatory`; AGREEMENT_UNKNOWN, AGREEMENT_NOT_READY */
export async function readDocument(ports: CeremonyPorts, token: string, session: string | undefined, number: string): Promise<Uint8Array> {
  const ceremony = await authorizeSignatory(ports, token, session);
  return ports.blobs.get((await authorizeReading(ports, ceremony, number)).head.sha256);
}

/**
 * Everything that is the same once, what differs in groups: of those that can be signed now, where there is one.
 * @throws AppError as `authorizeSignatory`; AGREEMENT_NOT_READY
 */
export async function reviewBatch(ports: CeremonyPorts, token: string, session: string | undefined): Promise<BatchReview> {
  const ceremony = await authorizeSignatory(ports, token, session);
  const opened = await open(ports, ceremony);
  const list = toList(ports, ceremony, opened);
  const ready = new Set(list.items.filter(({ state }) => state === 'ready').map(({ agreementNumber }) => agreementNumber));
  const meant = ready.size === 0 ? opened.agreements : opened.agreements.filter(({ number }) => ready.has(number));
  const all = meant.map((agreement) => dataOf(agreement, ports.templates));
  const [first] = all;
  if (first === undefined) throw new AppError('AGREEMENT_NOT_READY');
  const texts = counted(
    all.map((data) => templateFor(ports.templates, data.template)),
    ({ prefixSha256 }) => prefixSha256,
  );
  const annexes = counted(all.map(readingAnnex), (annex) => JSON.stringify(annex));
  const specs = new Map(texts.flatMap(({ value }) => value.fields.map((spec) => [spec.key, spec] as const)));
  return {
    schoolName: first.fields['schoolName'] ?? '',
    batchName: opened.batch.name,
    templates: texts.map(({ value, count }) => ({ ...summaryOf(value), count })),
    annexes: annexes.map(({ value, count }) => ({ annex: value, count })),
    ceremony: list,
    differences: [...specs.values()].flatMap((spec) => differenceIn(all, spec)),
    minorCount: all.filter(needsGuardian).length,
  };
}

/** Each value once, most frequent first. @param keyOf the same for equal values */
function counted<T>(values: readonly T[], keyOf: (value: T) => string): readonly { readonly value: T; readonly count: number }[] {
  return [...Map.groupBy(values, keyOf).values()]
    .flatMap((group) => group.slice(0, 1).map((value) => ({ value, count: group.length })))
    .sort((a, b) => b.count - a.count);
}

const OF_PERSONS: ReadonlySet<FieldSpec['owner']> = new Set(['student', 'guardian', 'system']);

function differenceIn(all: readonly AgreementData[], { key, zh: label, type, owner }: FieldSpec): BatchReview['differences'] {
  const says = type === 'date' ? `${key}:words` : key;
  const values = OF_PERSONS.has(owner)
    ? []
    : counted(
        all.map((data) => shownValue(data, says)),
        (value) => value,
      );
  return values.every(({ value }) => value === '') ? [] : [{ label, says, values }];
}

interface Opened {
  readonly batch: BatchSummary;
  readonly agreements: readonly OpenAgreement[];
}

async function open(ports: CeremonyPorts, ceremony: Ceremony): Promise<Opened> {
  const batch = await ports.batches.find(ceremony.batch);
  if (batch === undefined) throw new Error('ceremony without batch');
  return { batch, agreements: await listCeremonyAgreements(ports, ceremony) };
}

/** A person's own: the agreement, for the guardian of an adult the consent form. @throws AppError AGREEMENT_UNKNOWN for an organisation */
async function one(ports: CeremonyPorts, ceremony: Ceremony) {
  const own = ceremony.agreement === null ? undefined : (await listCeremonyAgreements(ports, ceremony))[0]?.number;
  const number = own ?? ceremony.agreement;
  const batch = await ports.batches.find(ceremony.batch);
  if (batch === undefined) throw new Error('ceremony without batch');
  if (number === null) throw new AppError('AGREEMENT_UNKNOWN');
  return { batch, agreement: await authorizeReading(ports, ceremony, number) };
}

function toList(ports: Pick<Ports, 'templates'>, ceremony: Ceremony, { batch, agreements }: Opened): CeremonyList {
  const [first] = agreements;
  if (first === undefined) throw new AppError('AGREEMENT_NOT_READY');
  const signatory = signatoryOf(dataOf(first, ports.templates).fields, ceremony.role);
  return {
    role: ceremony.role,
    signatoryName: signatory.name,
    organisation: 'organisation' in signatory ? signatory.organisation : null,
    possessionText: possessionTextOf(ceremony),
    termsSha256: E_SIGNING_TERMS_SHA256,
    items: agreements.map((agreement) => {
      const fields = displayValues(agreement);
      const turn = standingOf(batch.order, agreement, ceremony.role);
      const studentName = fields['studentName'] ?? '';
      return {
        agreementNumber: agreement.number,
        studentName: 'organisation' in signatory ? maskName(studentName) : studentName,
        post: fields['post'] ?? '',
        stipendYuan: fields['stipendYuan'] ?? '',
        amends: amendsOf(agreement),
        state: turn.state,
        waitingFor: turn.state === 'waiting' ? turn.waitingFor : null,
      };
    }),
  };
}

function amendsOf(agreement: OpenAgreement): string {
  const refersTo = displayReference(agreement);
  return refersTo === null ? '' : shownValue({ agreementNumber: agreement.number, fields: {}, annex: null, refersTo }, 'amendment');
}

const KEY_POINTS = [
  'unitName',
  'post',
  'place',
  'startsOn',
  'endsOn',
  'dailyHours',
  'weeklyDays',
  'dailyTime',
  'restArrangement',
  'stipendYuan',
  'payDay',
  'payMethod',
  'meals',
  'lodging',
  'insurer',
  'insurancePayer',
  'schoolMentor',
  'schoolMentorPhone',
  'unitMentor',
  'unitMentorPhone',
] as const;
const HOTLINES = ['schoolHotline', 'authorityHotline', 'provinceHotline'] as const;

/** The value in the words of a reader: dates in Chinese, everything else as the agreement has it. */
function labelled(data: AgreementData, key: string): readonly { readonly key: string; readonly label: string; readonly value: string }[] {
  const value = data.fields[key];
  const spec = fieldSpec(key);
  if (value === undefined || spec === undefined) return [];
  const date = spec.type === 'date' ? parseBeijingDate(value) : undefined;
  return [{ key, label: spec.zh, value: date === undefined ? value : beijingDateText(date) }];
}
