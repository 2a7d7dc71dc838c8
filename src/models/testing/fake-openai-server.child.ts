import { FakeOpenAiServer } from './fake-openai-server.ts';

/** The fake endpoint as a process: `node fake-openai-server.child.ts [answer as JSON] [port]`.
 *  Prints one line `{"url": …}` when it listens and ends on SIGTERM. */
const [answer = '{}', port = '0'] = process.argv.slice(2);
const server = await FakeOpenAiServer.start(JSON.parse(answer), Number(port));
process.stdout.write(`${JSON.stringify({ url: server.url })}\n`);
process.once('SIGTERM', () => void server.close());
