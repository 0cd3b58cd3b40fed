/** The locked templates that this service generates and verifies with. */
import type { LockedTemplate } from '../template/locked-template.ts';
import { chooseDefaultTemplate } from './choose-template.ts';
import type { Ports } from './workflow.ts';

export interface TemplateSummary {
  readonly pack: string;
  readonly version: string;
  readonly title: string;
  readonly status: string;
  readonly prefixLengthBytes: number;
  readonly prefixSha256: string;
}

export const summaryOf = (template: LockedTemplate): TemplateSummary => ({
  pack: template.pack,
  version: template.version,
  title: template.title,
  status: template.status,
  prefixLengthBytes: template.prefix.length,
  prefixSha256: template.prefixSha256,
});

export const listTemplates = (ports: Pick<Ports, 'templates'>): readonly TemplateSummary[] => ports.templates.map(summaryOf);

/** The one that new batches are made on today. @throws AppError TEMPLATE_NOT_LOADED, TEMPLATE_NOT_IN_FORCE */
export const currentTemplate = (ports: Pick<Ports, 'clock' | 'templates'>): TemplateSummary =>
  summaryOf(chooseDefaultTemplate(ports.templates, ports.clock.now()));
