/** What a consent form asks for beside its agreement: columns of the same roster, its own ones matched by their headings. */
import type { AgreementData } from '../agreement/agreement-data.ts';
import { type FieldSpec, fieldSpec } from '../agreement/fields.ts';
import { normaliseHeading } from '../agreement/roster-headings.ts';
import type { LockedTemplate } from '../template/locked-template.ts';

/** Values that the agreement has no blank for: by key of the catalogue, those of a form's own fields by `consent:` and their heading. */
export type BesideAgreement = Readonly<Record<string, string>>;

type Form = Pick<LockedTemplate, 'fields'>;

/** A form's own keys (`extra1`) mean nothing in another text; its headings do. */
const besideKey = (spec: FieldSpec): string => (fieldSpec(spec.key) === undefined ? `consent:${normaliseHeading(spec.zh)}` : spec.key);

const twinIn = ({ fields }: Form, spec: FieldSpec): FieldSpec | undefined => fields.find((each) => besideKey(each) === besideKey(spec));

/** What a roster for a text may bring: the text's own blanks, then what the consent forms ask for beyond them, which nobody has to fill in. */
export function rosterSpecs(template: Form, forms: readonly Form[]): readonly FieldSpec[] {
  const beside = new Map(
    forms
      .flatMap(({ fields }) => fields)
      .filter((spec) => spec.owner !== 'system' && twinIn(template, spec) === undefined)
      .map((spec) => [besideKey(spec), { ...spec, key: besideKey(spec), required: 'never' }] as const),
  );
  return [...template.fields, ...beside.values()];
}

/** The values of a roster's row that are not the agreement's own. */
export function besideOfRow(template: Form, row: Readonly<Record<string, string>>): BesideAgreement {
  const own = new Set(template.fields.map(({ key }) => key));
  return Object.fromEntries(Object.entries(row).filter(([key]) => !own.has(key)));
}

/** The values of a consent form that was made before, for one that takes its place. */
export const besideOfForm = (form: Form, { fields }: Pick<AgreementData, 'fields'>): BesideAgreement =>
  Object.fromEntries(form.fields.flatMap((spec) => (fields[spec.key] === undefined ? [] : [[besideKey(spec), fields[spec.key] ?? '']])));

/** What is written into the form: the agreement's value where both ask for the same thing, else the one beside it. */
export function consentValues(
  form: Form,
  template: Form,
  fields: Readonly<Record<string, string>>,
  beside: BesideAgreement,
): Readonly<Record<string, string>> {
  const values = form.fields.flatMap((spec): readonly (readonly [string, string])[] => {
    const twin = twinIn(template, spec);
    const value = (twin === undefined ? undefined : fields[twin.key]) ?? beside[besideKey(spec)];
    return value === undefined ? [] : [[spec.key, value]];
  });
  return Object.fromEntries(values);
}
