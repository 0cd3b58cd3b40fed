/** A mail server in this process that keeps what it is told: enough of RFC 5321 for one client, with TLS from the first byte where asked. */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { onTestFinished } from 'vitest';

export interface MailServerSetup {
  readonly host?: string;
  readonly tls?: { readonly key: string; readonly cert: string };
}

export interface TestMailServer {
  readonly port: number;
  /** Every line that a client sent, those of messages among them. */
  readonly lines: string[];
  /** Whole messages that were taken over. */
  readonly messages: string[];
  /** Answers recipients with 550 and their address from now on, or takes them again. */
  refuse(state: boolean): void;
}

export async function openMailServer({ host = '127.0.0.1', tls }: MailServerSetup = {}): Promise<TestMailServer> {
  const lines: string[] = [];
  const messages: string[] = [];
  let refusing = false;
  const talk = (socket: Socket): void => {
    let rest = '';
    let message: string[] | null = null;
    const say = (line: string): void => void socket.write(`${line}\r\n`);
    const hear = (line: string): void => {
      lines.push(line);
      if (message !== null) {
        if (line !== '.') message.push(line.replace(/^\.\./, '.'));
        else {
          messages.push(message.join('\n'));
          message = null;
          say('250 taken');
        }
      } else if (/^EHLO/i.test(line)) {
        say('250-test');
        say('250 AUTH PLAIN');
      } else if (/^AUTH/i.test(line)) say('235 in');
      else if (/^RCPT/i.test(line)) say(refusing ? `550 ${line} is nobody` : '250 ok');
      else if (/^DATA/i.test(line)) {
        message = [];
        say('354 go on');
      } else if (/^QUIT/i.test(line)) socket.end('221 bye\r\n');
      else say('250 ok');
    };
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      const [last = '', ...whole] = (rest + chunk.toString('utf8')).split('\r\n').reverse();
      rest = last;
      for (const line of whole.reverse()) hear(line);
    });
    say('220 test');
  };
  const server = tls === undefined ? createServer(talk) : createTlsServer(tls, talk);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  onTestFinished(() => void server.close());
  return {
    port: (server.address() as AddressInfo).port,
    lines,
    messages,
    refuse: (state) => {
      refusing = state;
    },
  };
}

/** Text of a message whose body is base64, or as it stands. */
export function bodyOf(message: string): string {
  const [head = '', ...body] = message.split('\n\n');
  const text = body.join('\n\n');
  return /^Content-Transfer-Encoding: base64$/im.test(head) ? Buffer.from(text, 'base64').toString('utf8') : text;
}
