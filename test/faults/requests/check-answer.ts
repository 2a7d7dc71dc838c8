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

  /** What an answer breaks of what is described; undefined for nothing. An address may be that of several operations, and is answered as one of them.
   *  @param drawn  the operation whose address was called, by whatever method */
  breachOf(drawn: Operation, sent: { method: string; path: string }, reply: RawReply): string | undefined {
    if (reply === 'cut') return 'no answer';
    const method = sent.method === 'HEAD' ? 'get' : sent.method.toLowerCase();
    const called = this.#operations.filter((each) => each.method === method && fits(each.path, sent.path));
    if (called.length === 0 && reply.status !== 405 && reply.status !== 404)
      return `${reply.status} for a method that is not described`;
    const breaches = (called.length === 0 ? [drawn] : called).map((each) => this.#breachAs(each, sent.method, reply));
    return breaches.includes(undefined) ? undefined : breaches[0];
  }

  /** A 503 that says when to come back is honest. */
  #breachAs(
    { method, path, responses }: Operation,
    sentMethod: string,
    { status, headers, text }: Exclude<RawReply, 'cut'>,
  ): string | undefined {
    const type = headers['content-type']?.split(';', 1)[0] ?? '';
    if (status === 503 && headers['retry-after'] === undefined) return '503 without Retry-After';
    if (status >= 500 && status !== 503 && responses[status] === undefined) return `${status}: ${text.slice(0, 300)}`;
    if (sentMethod === 'HEAD') return text === '' ? undefined : 'an answer to HEAD has a body';
    if (status >= 400) {
      if (type !== 'application/problem+json') return `${status} is no problem but ${type}: ${text.slice(0, 200)}`;
      if (leaks.test(text)) return `${status} gives away what is inside: ${text.slice(0, 300)}`;
      return this.#mismatch(`${method} ${path} default`, responses.default?.content?.[type]?.schema, text);
    }
    const documented = responses[status];
    if (!documented) return `${status} is not described`;
    if (!documented.content) return text === '' ? undefined : `${status} is described without a body`;
    const content = documented.content[type] ?? documented.content[type.replace(/\/.*/, '/*')];
    if (!content) return `${status} is not described as ${type}`;
    return type === 'application/json'
      ? this.#mismatch(`${method} ${path} ${status}`, content.schema, text)
      : undefined;
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

/** Whether an address, with its query, is one of a path with parameters. */
function fits(template: string, address: string): boolean {
  const given = address.split('?', 1)[0]?.split('/') ?? [];
  const expected = template.split('/');
  return (
    expected.length === given.length &&
    expected.every((segment, index) => segment.startsWith('{') || segment === given[index])
  );
}

/** A pattern with classes of Unicode would be read without its flag, and another one be tested. */
function schemaOf(schema: Record<string, unknown>): ZodType {
  const text = JSON.stringify(schema);
  assert(!text.includes(String.raw`\\p{`), `a rule for what is written is no part of an answer: ${text}`);
  return z.fromJSONSchema(schema);
}
