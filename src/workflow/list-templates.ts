/** The locked templates that this service generates and verifies with. */

import type { FieldSpec } from '../agreement/fields.ts';
import type { FormKind } from '../agreement/parties.ts';
import { AppError } from '../errors.ts';
import { beijingDateOf } from '../instant.ts';
import { inForceText, type Standing, standingOn } from '../template/in-force.ts';
import type { LockedTemplate } from '../template/locked-template.ts';
import { chooseDefaultTemplate, chooseTemplate, listConsentForms } from './choose-template.ts';
import { rosterSpecs } from './consent-fields.ts';
import type { Ports } from './workflow.ts';

export interface TemplateSummary {
  readonly pack: string;
  readonly version: string;
  readonly title: string;
  readonly status: string;
  readonly kind: FormKind;
  readonly prefixLengthBytes: number;
  readonly prefixSha256: string;
}

export const summaryOf = (template: LockedTemplate): TemplateSummary => ({
  pack: template.pack,
  version: template.version,
  title: template.title,
  status: template.status,
  kind: template.kind,
  prefixLengthBytes: template.prefix.length,
  prefixSha256: template.prefixSha256,
});

export const listTemplates = (ports: Pick<Ports, 'templates'>): readonly TemplateSummary[] => ports.templates.map(summaryOf);

export interface TemplateStanding extends TemplateSummary {
  readonly standing: Standing;
  /** The dates of it in words. */
  readonly inForce: string;
  readonly pageCount: number;
  /** Imported by a school: its files can be had. */
  readonly imported: boolean;
}

/** Every version that is loaded, with its standing today. */
export function listStandings(ports: Pick<Ports, 'clock' | 'packShelf' | 'templates'>): readonly TemplateStanding[] {
  const today = beijingDateOf(ports.clock.now());
  return ports.templates.map((template) => ({
    ...summaryOf(template),
    standing: standingOn(template.inForce, today),
    inForce: inForceText(template.inForce),
    pageCount: template.pageCount,
    imported: ports.packShelf.find(template.pack, template.version) !== undefined,
  }));
}

/** The forms of 知情同意书 that may go with a batch today; the school's own before the ones that came with the service. */
export function listUsableConsents(ports: Pick<Ports, 'clock' | 'packShelf' | 'templates'>): readonly TemplateSummary[] {
  const forms = listConsentForms(ports.templates, ports.clock.now());
  const samples = (imported: boolean) =>
    forms.filter(({ status, pack, version }) => status === 'sample' && (ports.packShelf.find(pack, version) !== undefined) === imported);
  return [...forms.filter(({ status }) => status !== 'sample'), ...samples(true), ...samples(false)].map(summaryOf);
}

/** What a school may make a new batch on today: one version of each pack, the usual one first. Empty when there is none. */
export function listUsable(ports: Pick<Ports, 'clock' | 'templates'>): readonly TemplateSummary[] {
  const now = ports.clock.now();
  const usual = orNothing(() => chooseDefaultTemplate(ports.templates, now));
  const packs = [...new Set(ports.templates.filter(({ kind }) => kind === 'agreement').map(({ pack }) => pack))];
  const all = packs.flatMap((pack) => orNothing(() => chooseTemplate(ports.templates, pack, now)));
  return [...new Set([...usual, ...all])].map(summaryOf);
}

function orNothing(choose: () => LockedTemplate): readonly LockedTemplate[] {
  try {
    return [choose()];
  } catch (error) {
    if (error instanceof AppError) return [];
    throw error;
  }
}

/** What a roster for this text has to bring, and may bring for a consent form beside it. @throws AppError TEMPLATE_NOT_FOUND, TEMPLATE_NOT_LOADED, TEMPLATE_NOT_IN_FORCE */
export function blanksOf(ports: Pick<Ports, 'clock' | 'templates'>, pack: string | undefined): readonly FieldSpec[] {
  const now = ports.clock.now();
  const template = pack === undefined ? chooseDefaultTemplate(ports.templates, now) : chooseTemplate(ports.templates, pack, now);
  return rosterSpecs(template, listConsentForms(ports.templates, now));
}
