/** Messages by mail, through the mail server of the school: whoever has no mail address gets them by the other gateway, if there is one. */
import { createTransport } from 'nodemailer';
import { AppError } from '../errors.ts';
import type { CodeSender, Messenger } from '../ports.ts';

export interface MailServer {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (usually port 465); else STARTTLS, which only a server on this machine may lack. */
  readonly tls: 'at once' | 'upgrade';
  /** Null where the server asks for none. */
  readonly login: { readonly user: string; readonly password: string } | null;
  /** Address of the sender. */
  readonly from: string;
  readonly timeoutMs: number;
  /** Certificates (PEM) under which the server is known, beside those of the system. */
  readonly trusted?: string;
}

const isThisMachine = (host: string): boolean => ['localhost', '127.0.0.1', '::1'].includes(host);

/**
 * @param otherwise for recipients without a mail address
 * @throws AppError CODE_NOT_SENT, for codes; Error for other messages. Neither holds an address or a word of the message
 */
export function mailMessages(server: MailServer, otherwise: (Messenger & CodeSender) | null): Messenger & CodeSender {
  const { host, port, timeoutMs } = server;
  const transport = createTransport({
    host,
    port,
    secure: server.tls === 'at once',
    requireTLS: !isThisMachine(host),
    ignoreTLS: isThisMachine(host),
    ...(server.login === null ? {} : { auth: { user: server.login.user, pass: server.login.password } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    tls: { minVersion: 'TLSv1.2', ...(server.trusted === undefined ? {} : { ca: server.trusted }) },
  });
  const post = async (address: string, subject: string, text: string): Promise<void> => {
    try {
      await transport.sendMail({
        from: { name: '三方签', address: server.from },
        to: { name: '', address },
        subject,
        text,
        textEncoding: 'base64',
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
    } catch {
      // What the server said may repeat the address.
      throw new Error('the mail server did not take the message');
    }
  };
  return {
    send: async (message) => {
      if (message.email === undefined) return otherwise === null ? 'unreachable' : otherwise.send(message);
      await post(message.email, '岗位实习三方协议：请您签署', `${message.zh}\n\n${message.link}\n`);
      return 'sent';
    },
    way: (recipient) => (recipient.email === undefined ? (otherwise?.way(recipient) ?? null) : 'mail'),
    sendCode: async (message) => {
      if (message.email === undefined) {
        if (otherwise === null) throw new AppError('CODE_NOT_SENT');
        return otherwise.sendCode(message);
      }
      try {
        await post(message.email, '岗位实习三方协议：签署验证码', `${message.zh}\n`);
      } catch {
        throw new AppError('CODE_NOT_SENT');
      }
    },
  };
}
