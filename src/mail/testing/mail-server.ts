import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** A mail as it arrived. */
export type Received = { from: string; to: string[]; raw: string; text: string; isEncrypted: boolean };

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));
/** Of a certificate for `localhost` and 127.0.0.1 that signs itself: known only to who is told of it. */
export const certificatePath = file('localhost.pem');

/** A real mail server on 127.0.0.1. */
export class TestMailServer implements AsyncDisposable {
  readonly received: Received[] = [];
  /** Names and passwords that were given, as `name:password`. */
  readonly signIns: string[] = [];
  readonly #server: SMTPServer;

  private constructor(server: SMTPServer) {
    this.#server = server;
  }

  /** @param options  offers no encryption and asks for no password unless told */
  static async start(options: SMTPServerOptions = {}): Promise<TestMailServer> {
    const key = readFileSync(file('localhost-key.pem'));
    const cert = readFileSync(certificatePath);
    let started: TestMailServer;
    const server = new SMTPServer({
      disabledCommands: ['STARTTLS', 'AUTH'],
      disableReverseLookup: true,
      key,
      cert,
      onAuth({ username, password }, _session, done) {
        started.signIns.push(`${username}:${password}`);
        done(null, password === 'wrong' ? {} : { user: username });
      },
      onData(stream, { envelope, secure }, done) {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.once('end', () => {
          const raw = Buffer.concat(chunks).toString();
          const from = envelope.mailFrom ? envelope.mailFrom.address : '';
          const to = envelope.rcptTo.map(({ address }) => address);
          started.received.push({ from, to, raw, text: textOf(raw), isEncrypted: secure });
          done();
        });
      },
      ...options,
    });
    started = new TestMailServer(server);
    // A client that is refused hangs up, which is no fault here.
    server.on('error', () => {});
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', () => listening()));
    return started;
  }

  get port(): number {
    const address = this.#server.server.address();
    if (address === null || typeof address === 'string') throw new Error('The mail server has no port.');
    return address.port;
  }

  /** The settings of a server that sends its mails here. */
  get env(): Record<string, string> {
    return { PERDURE_SMTP_URL: `smtp://127.0.0.1:${this.port}`, PERDURE_MAIL_FROM: 'perdure@team.example' };
  }

  close(): Promise<void> {
    return new Promise((closed) => this.#server.close(closed));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** The text of a mail without parts. */
function textOf(raw: string): string {
  const [, head = '', body = ''] = /^([\s\S]*?)\r\n\r\n([\s\S]*)$/.exec(raw) ?? [];
  if (/^content-transfer-encoding: base64/im.test(head)) return Buffer.from(body, 'base64').toString();
  if (!/^content-transfer-encoding: quoted-printable/im.test(head)) return body;
  const bytes = body
    .replaceAll(/=\r\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}
