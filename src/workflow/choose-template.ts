/** Which version of which text an agreement is made on today. */
import { AppError } from '../errors.ts';
import { beijingDateOf, beijingDateText, type Instant } from '../instant.ts';
import { type InForce, type Standing, standingOn } from '../template/in-force.ts';
import type { LockedTemplate } from '../template/locked-template.ts';
import { rankOf } from './load-templates.ts';

/**
 * The version of a pack that is in force: of several the one of the higher rank, then the one in force most recently, then the
 * higher number. Once an authority's text of that name is there, a sample of the same name is never chosen.
 * @throws AppError TEMPLATE_NOT_FOUND when there is no such pack, TEMPLATE_NOT_IN_FORCE
 */
export function chooseTemplate(templates: readonly LockedTemplate[], pack: string, at: Instant): LockedTemplate {
  const versions = templates.filter((template) => template.pack === pack && template.kind === 'agreement');
  if (versions.length === 0) throw new AppError('TEMPLATE_NOT_FOUND', { pack });
  return choose(versions, at);
}

/**
 * The text for new batches where nobody named a pack, by the same rules over all packs.
 * @throws AppError TEMPLATE_NOT_LOADED when there is none, TEMPLATE_NOT_IN_FORCE when none may be used today
 */
export function chooseDefaultTemplate(templates: readonly LockedTemplate[], at: Instant): LockedTemplate {
  const agreements = templates.filter(({ kind }) => kind === 'agreement');
  if (agreements.length === 0) throw new AppError('TEMPLATE_NOT_LOADED', { pack: '—' });
  return choose(agreements, at);
}

/** The forms of 知情同意书 in force today, one version of each pack. */
export function listConsentForms(templates: readonly LockedTemplate[], at: Instant): readonly LockedTemplate[] {
  const today = beijingDateOf(at);
  const forms = templates.filter(({ kind, inForce }) => kind === 'consent' && standingOn(inForce, today) === 'inForce');
  return [...Map.groupBy(forms, ({ pack }) => pack).values()].map((versions) => choose(versions, at));
}

/**
 * The 知情同意书 of a pack, or by the same rules over all packs.
 * @throws AppError TEMPLATE_NOT_FOUND where that pack has none in force, CONSENT_FORM_MISSING where there is none at all
 */
export function chooseConsentForm(templates: readonly LockedTemplate[], at: Instant, pack?: string): LockedTemplate {
  const forms = listConsentForms(templates, at);
  const named = forms.find((form) => form.pack === pack);
  if (named !== undefined) return named;
  if (pack !== undefined) throw new AppError('TEMPLATE_NOT_FOUND', { pack });
  if (forms.length === 0) throw new AppError('CONSENT_FORM_MISSING');
  return choose(forms, at);
}

/** @param versions at least one */
function choose(versions: readonly LockedTemplate[], at: Instant): LockedTemplate {
  const official = versions.filter(({ status }) => status !== 'sample');
  const eligible = [...(official.length > 0 ? official : versions)].sort(
    (a, b) =>
      rankOf(a) - rankOf(b) ||
      byText(b.inForce.from ?? '', a.inForce.from ?? '') ||
      compareVersions(b.version, a.version) ||
      byText(a.pack, b.pack),
  );
  const today = beijingDateOf(at);
  const chosen = eligible.find(({ inForce }) => standingOn(inForce, today) === 'inForce');
  if (chosen !== undefined) return chosen;
  const [newest] = eligible;
  if (newest === undefined) throw new RangeError('no versions');
  throw notInForce(newest, standingOn(newest.inForce, today));
}

/** @throws AppError TEMPLATE_NOT_IN_FORCE when nobody may make or sign an agreement on this version now */
export function assertInForce(template: LockedTemplate, at: Instant): void {
  const standing = standingOn(template.inForce, beijingDateOf(at));
  if (standing !== 'inForce') throw notInForce(template, standing);
}

function notInForce({ pack, version, inForce }: LockedTemplate, standing: Standing): AppError {
  return new AppError('TEMPLATE_NOT_IN_FORCE', { pack, version, why: whyNot(inForce, standing) });
}

function whyNot({ from, until, withdrawnOn }: InForce, standing: Standing): string {
  if (standing === 'withdrawn' && withdrawnOn !== null) return `已自${beijingDateText(withdrawnOn)}起停用`;
  if (standing === 'ended' && until !== null) return `只施行到${beijingDateText(until)}`;
  return from === null ? '没有施行' : `要到${beijingDateText(from)}才施行`;
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Numbers as numbers, so that 1.10 follows 1.9; the rest by code unit. Negative when `a` comes first. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.match(/\d+|[^\d.-]+/g) ?? []);
  for (let i = 0; i < Math.max(left?.length ?? 0, right?.length ?? 0); i++) {
    const [x, y] = [left?.[i] ?? '', right?.[i] ?? ''];
    const both = /^\d+$/.test(x) && /^\d+$/.test(y);
    const order = both ? Number(x) - Number(y) : byText(x, y);
    if (order !== 0) return order;
  }
  return byText(a, b);
}
