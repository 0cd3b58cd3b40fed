/** The school's doors to one agreement: where it stands, taking it back, issuing it anew, closing what was objected to. */
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { AMENDMENT_KINDS } from '../agreement/agreement-data.ts';
import { isVoidReason, MESSAGE_MAX, type VoidReason } from '../agreement/endings.ts';
import { fromUtf8 } from '../bytes.ts';
import { AppError } from '../errors.ts';
import { amendAgreement } from '../workflow/amend-agreement.ts';
import { downloadAgreement } from '../workflow/download.ts';
import { closeObjections, reissueAgreement, voidAgreement } from '../workflow/end-agreement.ts';
import { makeEvidence, readEvidence } from '../workflow/make-evidence.ts';
import { readSchoolAgreement } from '../workflow/school-agreement.ts';
import type { Tenant } from '../workflow/stores.ts';
import { Nothing, ownWords, parseForm } from './bodies.ts';
import { pdfResponse, zipResponse } from './files.ts';
import { renderAgreementPage } from './pages/agreement.ts';
import { renderEvidenceFile, renderEvidencePage } from './pages/evidence.ts';
import { schoolOf } from './school-door.ts';
import type { Service } from './service.ts';
import type { AgreementView } from './views/agreement.ts';

const reason = z.custom<VoidReason>((value) => typeof value === 'string' && isVoidReason(value));
const message = ownWords(MESSAGE_MAX).default('');
const VoidForm = z.strictObject({ reason, message });
const VALUE = 'v.';
const ReissueForm = z.object({ reason, message }).catchall(z.string().trim().max(2000));

/** The values of a form: what is masked and left empty is not among them. */
function valuesOf(form: z.infer<typeof ReissueForm>, masked: ReadonlySet<string>): Readonly<Record<string, string>> {
  const others = Object.entries(form).filter(([name]) => name !== 'reason' && name !== 'message');
  const stranger = others.find(([name]) => !name.startsWith(VALUE));
  if (stranger !== undefined) throw new AppError('REQUEST_MALFORMED', { where: `不接受的内容 ${stranger[0].slice(0, 40)}` });
  const values = others.map(([name, value]) => [name.slice(VALUE.length), value] as const);
  return Object.fromEntries(values.filter(([key, value]) => value !== '' || !masked.has(key)));
}

const AmendForm = z.strictObject({ kind: z.enum(AMENDMENT_KINDS), endsOn: z.string().max(10), reason: z.string().max(1000) });

export function agreementPages(service: Service): Hono {
  const { ports } = service;
  const tenantOf = (c: Context): Promise<Tenant> => schoolOf(service, c);
  const show = async (
    c: Context,
    tenant: Tenant,
    number: string,
    refused: readonly [AppError, NonNullable<AgreementView['typed']>] | null,
  ) => {
    const [refusal, typed] = refused ?? [null, null];
    const agreement = await readSchoolAgreement(ports, tenant, number);
    if (refusal !== null) c.status(refusal.status);
    return c.html(renderAgreementPage({ ...agreement, schoolName: tenant.name, typed, refusal }));
  };
  const orShow = async (
    c: Context,
    tenant: Tenant,
    number: string,
    typed: NonNullable<AgreementView['typed']>,
    act: () => Promise<string>,
  ) => {
    try {
      return c.redirect(await act(), 303);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return show(c, tenant, number, [error, typed]);
    }
  };
  const pages = new Hono();
  pages.get('/:agreementNumber', async (c) => show(c, await tenantOf(c), c.req.param('agreementNumber'), null));
  pages.get('/:agreementNumber/agreement.pdf', async (c) => {
    const number = c.req.param('agreementNumber');
    return pdfResponse(await downloadAgreement(ports, await tenantOf(c), number), `${number}.pdf`);
  });
  pages.get('/:agreementNumber/evidence', async (c) => {
    const tenant = await tenantOf(c);
    const { evidence } = await readEvidence(ports, tenant, c.req.param('agreementNumber'));
    return c.html(renderEvidencePage({ schoolName: tenant.name, evidence }));
  });
  pages.post('/:agreementNumber/evidence.zip', async (c) => {
    const number = c.req.param('agreementNumber');
    const tenant = await tenantOf(c);
    await parseForm(c, Nothing);
    const { evidence, json, seal, pdf } = await makeEvidence(ports, tenant, number);
    const page = fromUtf8(String(await renderEvidenceFile(evidence)));
    async function* files() {
      yield { path: 'evidence.json', bytes: json };
      yield { path: 'evidence.json.p7s', bytes: seal };
      yield { path: '证据说明.html', bytes: page };
      yield { path: `${number}.pdf`, bytes: pdf };
    }
    return zipResponse(`证据_${number}`, files());
  });
  pages.post('/:agreementNumber/voiding', async (c) => {
    const number = c.req.param('agreementNumber');
    const tenant = await tenantOf(c);
    const form = await parseForm(c, VoidForm);
    return orShow(c, tenant, number, { form: 'voiding', values: form }, async () => {
      await voidAgreement(ports, tenant, number, form);
      return `/school/agreements/${number}`;
    });
  });
  pages.post('/:agreementNumber/amendment', async (c) => {
    const number = c.req.param('agreementNumber');
    const tenant = await tenantOf(c);
    const form = await parseForm(c, AmendForm);
    return orShow(c, tenant, number, { form: 'amendment', values: form }, async () => {
      const { agreementNumber } = await amendAgreement(ports, tenant, number, form);
      return `/school/agreements/${agreementNumber}`;
    });
  });
  pages.post('/:agreementNumber/reissue', async (c) => {
    const number = c.req.param('agreementNumber');
    const tenant = await tenantOf(c);
    const form = await parseForm(c, ReissueForm);
    return orShow(c, tenant, number, { form: 'reissue', values: form }, async () => {
      const { fields } = await readSchoolAgreement(ports, tenant, number);
      const values = valuesOf(form, new Set(fields.filter(({ masked }) => masked).map(({ key }) => key)));
      const { agreementNumber } = await reissueAgreement(ports, tenant, number, { reason: form.reason, message: form.message, values });
      return `/school/agreements/${agreementNumber}`;
    });
  });
  pages.post('/:agreementNumber/objections/closing', async (c) => {
    const number = c.req.param('agreementNumber');
    const tenant = await tenantOf(c);
    await parseForm(c, Nothing);
    await closeObjections(ports, tenant, number);
    return c.redirect(`/school/agreements/${number}`, 303);
  });
  return pages;
}
