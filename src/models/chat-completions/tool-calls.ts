import { newId } from '../../ids.ts';
import type { ModelToolCall } from '../model.ts';
import type { ToolCallDelta } from './chunk.ts';

/** Tools that one answer may ask for, and the arguments of all of them, in UTF-16 units. */
const maxToolCalls = 64;
const maxArgumentChars = 128 * 1024;

type Begun = { index: number | undefined; id: string; name: string; arguments: string };

/** Puts tool calls together from their pieces. Endpoints differ: ids that come late, with every piece or never, indexes left out, one index
 *  for several calls. */
export class ToolCalls {
  readonly #calls: Begun[] = [];
  #argumentChars = 0;

  push(delta: ToolCallDelta): void {
    const call = this.#find(delta) ?? this.#begin(delta.index);
    if (call.id === '') call.id = delta.id;
    if (call.name === '') call.name = delta.name;
    call.arguments += delta.arguments;
    this.#argumentChars += delta.arguments.length;
  }

  /** Whether this is more than any answer needs. */
  get isTooMuch(): boolean {
    return this.#calls.length > maxToolCalls || this.#argumentChars > maxArgumentChars;
  }

  /** The calls, whole, once no more pieces come. One without an id gets one; one without a name is none. */
  whole(): ModelToolCall[] {
    return this.#calls
      .filter(({ name }) => name !== '')
      .map((call) => ({ callId: call.id || newId(), tool: call.name, input: parseArguments(call.arguments) }));
  }

  #find({ index, id, name }: ToolCallDelta): Begun | undefined {
    const sameIndex = index === undefined ? this.#calls.at(-1) : this.#calls.findLast((call) => call.index === index);
    const isAnother = id !== '' && sameIndex !== undefined && sameIndex.id !== '' && sameIndex.id !== id;
    if (!isAnother) return index === undefined && id === '' && name !== '' && sameIndex?.name ? undefined : sameIndex;
    return this.#calls.find((call) => call.id === id);
  }

  #begin(index: number | undefined): Begun {
    const call: Begun = { index, id: '', name: '', arguments: '' };
    this.#calls.push(call);
    return call;
  }
}

/** Arguments that are no JSON object go on as data: the tool says what is wrong with them, and the model reads that. */
function parseArguments(text: string): Record<string, unknown> {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return value;
  } catch {
    // What the model wrote goes on as data below.
  }
  return { malformed_arguments: text.slice(0, 2_000).toWellFormed() };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
