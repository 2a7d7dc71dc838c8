import { createServer, type Server, type Socket } from 'node:net';
import type { SMTPServerOptions } from 'smtp-server';
import { expect, test } from 'vitest';
import type { MailSettings } from '../config.ts';
import type { MailProblem } from '../contract/mail.ts';
import { MailError, type Mailer } from './mailer.ts';
import { createSmtpMailer } from './smtp.ts';
import { TestMailServer } from './testing/mail-server.ts';

const mail = {
  to: 'ann@example.org',
  fromName: 'Perdure',
  subject: 'A link for you',
  text: 'Grüße,\n\n.a line with a dot\nhttps://a/b#c\n',
};
/** Longer than anything here takes. */
const patientMs = 60_000;

function mailerAt(port: number, settings: Partial<MailSettings> = {}, deadlineMs = patientMs): Mailer {
  const plain = { host: '127.0.0.1', port, encryption: 'none', credentials: undefined, from: 'perdure@team.example' };
  return createSmtpMailer({ ...plain, ...settings } as MailSettings, deadlineMs);
}

async function problemOf(sent: Promise<void>): Promise<MailProblem | undefined> {
  try {
    await sent;
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(MailError);
    // Neither what the server said nor whom it was about.
    expect((error as MailError).message).toMatch(/^\w+( [A-Z_]+)?( \d{3})?$/);
    return (error as MailError).problem;
  }
}

/** A server that takes connections and does with them what it is told. */
async function rawServer(onConnection: (socket: Socket) => void): Promise<Server & AsyncDisposable> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    onConnection(socket);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', () => listening()));
  return Object.assign(server, {
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  });
}
const portOf = (server: Server) => (server.address() as { port: number }).port;

test('a mail is a plain text from Perdure to one person, that nothing answers by itself and that nothing follows', async () => {
  await using server = await TestMailServer.start();
  await mailerAt(server.port).send(mail);
  expect(server.received).toHaveLength(1);
  const [got] = server.received;
  expect(got).toMatchObject({ from: 'perdure@team.example', to: ['ann@example.org'] });
  expect(got?.text.replaceAll('\r\n', '\n').trimEnd()).toBe(mail.text.trimEnd());
  const head = got?.raw.split('\r\n\r\n')[0] ?? '';
  const names = head.match(/^[\w-]+(?=:)/gm)?.map((name) => name.toLowerCase());
  expect(names?.toSorted()).toEqual(
    ['auto-submitted', 'content-transfer-encoding', 'content-type', 'date', 'from', 'message-id', 'mime-version']
      .concat(['subject', 'to'])
      .toSorted(),
  );
  expect(head).toContain('From: Perdure <perdure@team.example>');
  expect(head).toMatch(/^Content-Type: text\/plain; charset=utf-8$/m);
});

test.each(['\r\nBcc: eve@example.org', '\nBcc: eve@example.org\n\nAnother text', '\u2028x', '\r', '\0'])(
  'a subject with %j in it is one line',
  async (injected) => {
    await using server = await TestMailServer.start();
    await mailerAt(server.port).send({ ...mail, subject: `A link${injected}` });
    const [got] = server.received;
    expect(got?.to).toEqual(['ann@example.org']);
    expect(got?.raw).not.toMatch(/^(bcc|another text)/im);
    expect(got?.text.replaceAll('\r\n', '\n').trimEnd()).toBe(mail.text.trimEnd());
  },
);

test('the name and password are given where there are some', async () => {
  const options: SMTPServerOptions = { disabledCommands: ['STARTTLS'], allowInsecureAuth: true };
  await using server = await TestMailServer.start(options);
  await mailerAt(server.port, { credentials: { username: 'perdure', password: 'p@ss wörd' } }).send(mail);
  expect(server.signIns).toEqual(['perdure:p@ss wörd']);
  const wrong = { credentials: { username: 'perdure', password: 'wrong' } };
  expect(await problemOf(mailerAt(server.port, wrong).send(mail))).toBe('sign_in_refused');
  expect(await problemOf(mailerAt(server.port).send(mail))).toBe('sender_refused');
  expect(server.received).toHaveLength(1);
});

test.each<[string, SMTPServerOptions, Partial<MailSettings>]>([
  ['offers no encryption', {}, { encryption: 'required' }],
  ['encrypts with a certificate that nobody vouches for', { disabledCommands: [] }, { encryption: 'required' }],
  ['does so where it need not', { disabledCommands: [] }, { encryption: 'if_offered' }],
  ['does so from the start', { secure: true }, { encryption: 'from_the_start' }],
  ['speaks in the clear where it should not', {}, { encryption: 'from_the_start' }],
])('no mail goes to a server that %s', async (_what, options, settings) => {
  await using server = await TestMailServer.start({ authOptional: true, ...options });
  const credentials = { username: 'perdure', password: 'secret' };
  expect(await problemOf(mailerAt(server.port, { ...settings, credentials }).send(mail))).toBe('not_encrypted');
  expect(server.received).toEqual([]);
  expect(server.signIns, 'the password was not given away').toEqual([]);
});

test('what is not encrypted goes where that is allowed, and where nothing leaves the machine', async () => {
  await using server = await TestMailServer.start();
  await mailerAt(server.port, { encryption: 'if_offered' }).send(mail);
  await using offering = await TestMailServer.start({ disabledCommands: [], authOptional: true });
  await mailerAt(offering.port, { encryption: 'none' }).send(mail);
  expect([...server.received, ...offering.received].map(({ isEncrypted }) => isEncrypted)).toEqual([false, false]);
});

test.each<[string, SMTPServerOptions, MailProblem]>([
  ['the recipient', { onRcptTo: (_address, _session, done) => done(new Error('No ann here')) }, 'recipient_refused'],
  ['the sender', { onMailFrom: (_address, _session, done) => done(new Error('Go away')) }, 'sender_refused'],
  [
    'the text',
    { onData: (stream, _session, done) => void stream.resume().once('end', () => done(new Error('Spam'))) },
    'refused',
  ],
  ['everybody', { onConnect: (_session, done) => done(new Error('Closed')) }, 'refused'],
])('a server that refuses %s is told of as that', async (_what, options, problem) => {
  await using server = await TestMailServer.start(options);
  expect(await problemOf(mailerAt(server.port).send(mail))).toBe(problem);
});

test('a server that is not there, hangs up or talks nonsense is told of as that', async () => {
  const gone = await TestMailServer.start();
  const { port } = gone;
  await gone.close();
  expect(await problemOf(mailerAt(port).send(mail))).toBe('unreachable');
  await using hangsUp = await rawServer((socket) => socket.destroy());
  expect(await problemOf(mailerAt(portOf(hangsUp)).send(mail))).toBe('unreachable');
  await using nonsense = await rawServer((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'));
  expect(await problemOf(mailerAt(portOf(nonsense)).send(mail))).toBe('refused');
});

test('one deadline is for all of a mail: for a silent server, and for one that always says a little more', async () => {
  const timers: NodeJS.Timeout[] = [];
  await using silent = await rawServer(() => {});
  await using talkative = await rawServer((socket) => {
    socket.write('220-hello\r\n');
    timers.push(setInterval(() => socket.write('220-still here\r\n'), 20));
  });
  for (const server of [silent, talkative]) {
    const startedMs = performance.now();
    expect(await problemOf(mailerAt(portOf(server), {}, 400).send(mail))).toBe('too_slow');
    expect(performance.now() - startedMs).toBeGreaterThan(300);
  }
  for (const timer of timers) clearInterval(timer);
});
