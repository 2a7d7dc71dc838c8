import assert from 'node:assert/strict';
import { type ZodType, z } from 'zod';
import type { Operation } from '../../openapi.ts';
import type { RawReply } from './send-raw.ts';

/** Paths, SQL and stacks have no place in an answer. */
const leaks = /(?:\/(?:home|root|usr|tmp|var|work)\/|node:|\bat .*:\d+:\d+|SQLITE|\.ts\b|user_sessions)/;

/** Holds answers against the API's description. */
export class AnswerCheck {
  readonly #operations: readonly Operation[];
  readonly #schemas = new Map<string, ZodType>();

  constructor(operations: readonly Operation[]) {
    this.#operations = operations;
  }

  /** What an answer breaks of what is described; undefined for nothing. A 503 that says when to come back is honest.
   *  @param drawn  the operation whose address was called, by whatever method */
  breachOf(drawn: Operation, sent: { method: string }, reply: RawReply): string | undefined {
    if (reply === 'cut') return 'no answer';
    const { status, headers, text } = reply;
    const method = sent.method === 'HEAD' ? 'get' : sent.method.toLowerCase();
    const operation = this.#operations.find((each) => each.path === drawn.path && each.method === method);
    if (!operation && status !== 405 && status !== 404) return `${status} for a method that is not described`;
    const { path, responses } = operation ?? drawn;
    const type = headers['content-type'];
    if (status === 503 && headers['retry-after'] === undefined) return '503 without Retry-After';
    if (status >= 500 && status !== 503 && responses[status] === undefined) return `${status}: ${text.slice(0, 300)}`;
    if (sent.method === 'HEAD') return text === '' ? undefined : 'an answer to HEAD has a body';
    if (status >= 400) {
      if (type !== 'application/problem+json') return `${status} is no problem but ${type}: ${text.slice(0, 200)}`;
      if (leaks.test(text)) return `${status} gives away what is inside: ${text.slice(0, 300)}`;
      return this.#mismatch(`${method} ${path} default`, responses.default?.content?.[type]?.schema, text);
    }
    const documented = responses[status];
    if (!documented) return `${status} is not described`;
    if (type?.startsWith('text/event-stream')) return undefined;
    const schema = documented.content?.['application/json']?.schema;
    if (schema) return this.#mismatch(`${method} ${path} ${status}`, schema, text);
    return documented.content || text === '' ? undefined : `${status} is described without a body`;
  }

  #mismatch(key: string, schema: Record<string, unknown> | undefined, text: string): string | undefined {
    if (!schema) return `no schema for ${key}`;
    const known = this.#schemas.get(key) ?? schemaOf(schema);
    this.#schemas.set(key, known);
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return `no JSON: ${text.slice(0, 200)}`;
    }
    const parsed = known.safeParse(value);
    return parsed.success ? undefined : `not as described: ${z.prettifyError(parsed.error).slice(0, 300)}`;
  }
}

/** A pattern with classes of Unicode would be read without its flag, and another one be tested. */
function schemaOf(schema: Record<string, unknown>): ZodType {
  const text = JSON.stringify(schema);
  assert(!text.includes(String.raw`\\p{`), `a rule for what is written is no part of an answer: ${text}`);
  return z.fromJSONSchema(schema);
}
