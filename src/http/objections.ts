/** The way out at every step of signing: one page per link, for persons and for one agreement of an organisation. */
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { isObjectionReason, MESSAGE_MAX, OBJECTION_KINDS, type ObjectionReason } from '../agreement/endings.ts';
import { AppError } from '../errors.ts';
import { raiseObjection, readObjections, withdrawObjections } from '../workflow/object-to-agreement.ts';
import { ownWords, parseForm } from './bodies.ts';
import { signatorySession } from './cookies.ts';
import { renderObjectionPage } from './pages/objection.ts';
import type { Service } from './service.ts';

const number = z
  .string()
  .max(40)
  .regex(/^[A-Za-z0-9-]+$/)
  .optional();
const ObjectionForm = z.strictObject({
  agreementNumber: number,
  kind: z.enum(OBJECTION_KINDS),
  reason: z.custom<ObjectionReason>((value) => typeof value === 'string' && isObjectionReason(value)),
  message: ownWords(MESSAGE_MAX),
});
const WithdrawalForm = z.strictObject({ agreementNumber: number });

type Typed = Pick<z.infer<typeof ObjectionForm>, 'kind' | 'reason' | 'message'>;

/** Refusals of the link itself, or of an agreement that is no longer there to object to. */
const isGone = ({ status }: AppError): boolean => status === 404 || status === 410;

/** @param door `s` or `b` */
export function objectionPages({ ports }: Service, door: 's' | 'b'): Hono {
  const pages = new Hono();
  const here = (token: string, agreementNumber: string | undefined): string =>
    `/${door}/${token}/objection${agreementNumber === undefined ? '' : `?agreement=${encodeURIComponent(agreementNumber)}`}`;
  const show = async (c: Context, token: string, agreementNumber: string | undefined, refused: readonly [AppError, Typed] | null) => {
    const standing = await readObjections(ports, token, signatorySession(c, token), agreementNumber);
    const [refusal, typed] = refused ?? [null, { kind: '', reason: c.req.query('reason') ?? '', message: '' }];
    if (refusal !== null) c.status(refusal.status);
    const steps = { s: standing.signed ? 'done' : 'read', b: 'list' };
    return c.html(
      renderObjectionPage({
        ...standing,
        action: `/${door}/${token}/objection`,
        back: standing.identityProved ? `/${door}/${token}/${steps[door]}` : `/${door}/${token}`,
        carriesNumber: door === 'b',
        typed,
        refusal,
      }),
    );
  };
  pages.get('/:token/objection', (c) => show(c, c.req.param('token'), c.req.query('agreement'), null));
  pages.post('/:token/objection', async (c) => {
    const token = c.req.param('token');
    const objection = await parseForm(c, ObjectionForm);
    try {
      await raiseObjection(ports, token, signatorySession(c, token), objection);
    } catch (error) {
      if (!(error instanceof AppError) || isGone(error)) throw error;
      return show(c, token, objection.agreementNumber, [error, objection]);
    }
    return c.redirect(here(token, objection.agreementNumber), 303);
  });
  pages.post('/:token/objection/withdrawal', async (c) => {
    const token = c.req.param('token');
    const { agreementNumber } = await parseForm(c, WithdrawalForm);
    await withdrawObjections(ports, token, signatorySession(c, token), agreementNumber);
    return c.redirect(`/${door}/${token}${door === 's' ? '/read' : '/list'}`, 303);
  });
  return pages;
}
