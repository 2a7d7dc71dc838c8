import type { FakeAnswer } from '../../src/models/testing/fake-answers.ts';

/** One way in which a model goes wrong, and how a turn must end then. */
export type Misbehaviour = {
  name: string;
  /** What it answers where `whole` is asked of it, at which request of a step, from 1. */
  answer(whole: string, request: number): FakeAnswer;
  /** `done`, or the code of the failure. */
  ends: string;
  /** What it says, if that is not what was asked of it. A failed turn may have kept any beginning of it. */
  says?(whole: string): string;
  /** Exactly what a failed turn has kept, where it was waited for after it had been said. */
  keeps?(whole: string): string;
  /** It is waited for. */
  isSlow?: boolean;
};

const megabyte = 1024 * 1024;
const base64 = (text: string) => Buffer.from(text).toString('base64');
const rateLimited = (headers: Record<string, string> = {}): FakeAnswer => ({ status: 429, headers });
const firstWords = (whole: string, count: number) => whole.split(' ').slice(0, count).join(' ');

/** A stream of one piece of text, as bytes. */
function streamOf(content: Buffer): Buffer {
  const [before = '', after = ''] = JSON.stringify({ choices: [{ index: 0, delta: { content: '?' } }] }).split('?');
  const finish = JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
  return Buffer.concat([
    Buffer.from(`data: ${before}`),
    content,
    Buffer.from(`${after}\n\ndata: ${finish}\n\ndata: [DONE]\n\n`),
  ]);
}

/** Every one of them, with the model's own good behaviour at the end. */
export const misbehaviours: readonly Misbehaviour[] = [
  {
    name: 'says nothing',
    answer: (text) => ({ text, firstByteDelayMs: 600_000 }),
    ends: 'model_timeout',
    isSlow: true,
  },
  { name: 'opens and stalls', answer: (text) => ({ text, stallAfter: 0 }), ends: 'model_timeout', isSlow: true },
  {
    name: 'stalls in the middle',
    answer: (text) => ({ text, stallAfter: 5, pieceDelayMs: 10 }),
    ends: 'model_timeout',
    keeps: (whole) => firstWords(whole, 5),
    isSlow: true,
  },
  {
    name: 'comments without end',
    answer: () => ({ raw: { items: [base64(': still thinking\n\n')], forever: true }, pieceDelayMs: 100 }),
    ends: 'model_timeout',
    isSlow: true,
  },
  {
    name: 'sends a byte each second',
    answer: (text) => {
      const bytes = [...streamOf(Buffer.from(text))];
      return { raw: { items: bytes.map((byte) => Buffer.from([byte]).toString('base64')) }, pieceDelayMs: 1_000 };
    },
    ends: 'model_timeout',
    isSlow: true,
  },
  {
    name: 'is rate limited twice',
    answer: (text, request) => (request < 3 ? rateLimited() : { text }),
    ends: 'done',
  },
  {
    name: 'is rate limited for a second',
    answer: (text, request) => (request < 2 ? rateLimited({ 'retry-after': '1' }) : { text }),
    ends: 'done',
  },
  { name: 'is rate limited', answer: () => rateLimited({ 'retry-after': '0' }), ends: 'model_rate_limited' },
  {
    name: 'is rate limited for a day',
    answer: (text, request) => (request === 1 ? rateLimited({ 'retry-after': '86400' }) : { text }),
    ends: 'model_rate_limited',
  },
  {
    name: 'is rate limited until a far date',
    answer: (text, request) =>
      request === 1 ? rateLimited({ 'retry-after': 'Fri, 31 Dec 9999 23:59:59 GMT' }) : { text },
    ends: 'model_rate_limited',
  },
  { name: 'is broken', answer: () => ({ status: 500 }), ends: 'model_overloaded' },
  {
    name: 'is broken at length',
    answer: () => ({ status: 500, raw: { items: [base64('<p>oops</p>'.repeat(20_000))], forever: true } }),
    ends: 'model_overloaded',
  },
  { name: 'is cut before it speaks', answer: (text) => ({ text, cutAfter: 0 }), ends: 'model_unreachable' },
  {
    name: 'is cut in the middle',
    answer: (text) => ({ text, cutAfter: 7, pieceDelayMs: 10 }),
    ends: 'model_unreachable',
  },
  { name: 'ends early', answer: (text) => ({ text, endsEarly: true }), ends: 'model_bad_response' },
  { name: 'sends nothing', answer: () => ({ text: '' }), ends: 'model_bad_response' },
  {
    name: 'sends 10 MB of text',
    answer: () => ({ pieces: Array.from({ length: 160 }, () => 'lorem '.repeat(megabyte / 16 / 6)) }),
    ends: 'output_too_long',
    says: () => 'lorem '.repeat(megabyte / 3),
  },
  {
    name: 'sends a line of 10 MB',
    answer: () => ({ raw: { items: ['data: {"choices": [', ...Array(10).fill('x'.repeat(megabyte))].map(base64) } }),
    ends: 'model_bad_response',
  },
  {
    name: 'calls a tool with 10 MB',
    answer: () => ({
      text: '',
      toolCalls: [{ id: 'call', name: 'search_corpora', arguments: `{"query":"${'x'.repeat(10 * megabyte)}"}` }],
    }),
    ends: 'model_bad_response',
  },
  {
    name: 'calls a thousand tools',
    answer: () => ({
      text: '',
      toolCalls: Array.from({ length: 1_000 }, (_each, i) => ({
        id: `call_${i}`,
        name: 'list_corpora',
        arguments: '{}',
      })),
    }),
    ends: 'model_bad_response',
  },
  {
    name: 'calls a tool again and again',
    answer: () => ({ text: '', toolCalls: [{ id: 'call', name: 'list_corpora', arguments: '{}' }] }),
    ends: 'agent_too_many_steps',
  },
  {
    name: 'sends lone surrogates',
    answer: (text) => ({ pieces: ['\ud83d', 'a', '\ude00', `${text}\ud83d`, '\ude00', '\ud800'] }),
    ends: 'done',
    says: (whole) => `\ufffda\ufffd${whole}\u{1f600}\ufffd`,
  },
  {
    name: 'sends invalid UTF-8',
    answer: (text) => ({
      raw: {
        items: [streamOf(Buffer.concat([Buffer.from(text), Buffer.from([0xff, 0xc3, 0x28])])).toString('base64')],
      },
    }),
    ends: 'done',
    says: (whole) => `${whole}\ufffd\ufffd(`,
  },
  {
    name: 'sends invalid JSON',
    answer: (text) => ({ text, garbageAfter: 4, pieceDelayMs: 10 }),
    ends: 'model_bad_response',
  },
  {
    name: 'sends an error in the middle',
    answer: (text) => ({ text, pieceDelayMs: 10, errorAfter: { pieces: 4, error: { message: 'oops', code: 503 } } }),
    ends: 'model_overloaded',
  },
  {
    name: 'redirects',
    answer: () => ({ status: 307, headers: { location: '/v1/chat/completions' } }),
    ends: 'model_bad_response',
  },
  {
    name: 'sends a web page',
    answer: () => ({ status: 200, headers: { 'content-type': 'text/html' }, body: '<html><p>Welcome</p></html>' }),
    ends: 'model_bad_response',
  },
  {
    name: 'answers whole instead of streaming',
    answer: (text) => ({
      status: 200,
      body: JSON.stringify({ choices: [{ message: { role: 'assistant', content: text }, finish_reason: 'stop' }] }),
    }),
    ends: 'model_bad_response',
  },
  {
    name: 'names another type of content',
    answer: (text) => ({ text, headers: { 'content-type': 'application/octet-stream' } }),
    ends: 'done',
  },
  { name: 'behaves', answer: (text) => ({ text, pieceDelayMs: 10 }), ends: 'done' },
];
