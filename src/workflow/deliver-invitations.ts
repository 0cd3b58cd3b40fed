/** Sends each link to its signatory, where a messenger is connected; otherwise the school hands the links out itself. */
import { AppError } from '../errors.ts';
import type { Invitation } from './invite.ts';
import type { Ports } from './workflow.ts';

/**
 * @param baseUrl where links begin, without a slash at the end
 * @throws AppError MESSAGES_NOT_SENT (`sent`, `total`)
 */
export async function deliverInvitations(
  ports: Pick<Ports, 'messenger'>,
  invitations: readonly Invitation[],
  baseUrl: string,
): Promise<void> {
  if (ports.messenger === null) return;
  let sent = 0;
  for (const { role, recipientAt, path } of invitations) {
    const zh = '请核对并签署岗位实习三方协议。链接只给您本人使用，请勿转发；有疑问请直接联系学校老师。';
    try {
      await ports.messenger.send({ ...recipientAt, role, zh, link: baseUrl + path });
    } catch {
      throw new AppError('MESSAGES_NOT_SENT', { sent, total: invitations.length });
    }
    sent += 1;
  }
}
