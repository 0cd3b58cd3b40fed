/** Sends each link to its signatory, where a messenger is connected; otherwise the school hands the links out itself. */
import { AppError } from '../errors.ts';
import type { Messenger } from '../ports.ts';
import type { Invitation } from './invite.ts';
import type { Ports } from './workflow.ts';

type Message = Parameters<Messenger['send']>[0];

/** Failures in a row after which the gateway itself is down, not one address wrong: the others are not tried. */
const GIVE_UP_AFTER = 3;
const NAMED_MAX = 5;

/**
 * Sends to everybody, whoever cannot be reached.
 * @param messages each with the name by which the school knows its recipient
 * @param words `what` was done before, and what to do `next`
 * @throws AppError MESSAGES_NOT_SENT (`sent`, `total`, `who`), after the others were sent
 */
export async function sendEach(
  messenger: Messenger,
  messages: readonly { readonly name: string; readonly message: Message }[],
  words: { readonly what: string; readonly next: string },
): Promise<void> {
  const failed: string[] = [];
  let [sent, inARow] = [0, 0];
  for (const { name, message } of messages) {
    if (inARow === GIVE_UP_AFTER) {
      failed.push(name);
      continue;
    }
    try {
      if ((await messenger.send(message)) === 'sent') sent += 1;
      inARow = 0;
    } catch {
      failed.push(name);
      inARow += 1;
    }
  }
  if (failed.length === 0) return;
  const who = `${failed.slice(0, NAMED_MAX).join('、')}${failed.length > NAMED_MAX ? ` 等 ${failed.length} 人` : ''}`;
  throw new AppError('MESSAGES_NOT_SENT', { ...words, sent, total: sent + failed.length, who });
}

/**
 * @param baseUrl where links begin, without a slash at the end
 * @throws AppError MESSAGES_NOT_SENT
 */
export async function deliverInvitations(
  ports: Pick<Ports, 'messenger'>,
  invitations: readonly Invitation[],
  baseUrl: string,
): Promise<void> {
  if (ports.messenger === null) return;
  const zh = '请核对并签署岗位实习三方协议。链接只给您本人使用，请勿转发；有疑问请直接联系学校老师。';
  const messages = invitations.map(({ role, recipient, recipientAt, path }) => {
    return { name: recipient, message: { ...recipientAt, role, zh, link: baseUrl + path } };
  });
  await sendEach(ports.messenger, messages, { what: '链接已换新，', next: '请稍后在进度看板上给他们重发链接' });
}
