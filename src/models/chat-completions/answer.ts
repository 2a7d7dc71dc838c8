import { createParser } from 'eventsource-parser';
import type { Usage } from '../../contract/events.ts';
import type { ModelPart } from '../model.ts';
import { readChunk } from './chunk.ts';
import { modelError, toStreamError } from './model-errors.ts';
import { ToolCalls } from './tool-calls.ts';
import { WholeText } from './whole-text.ts';

/** What may come without a piece of the answer, in UTF-16 units: comments, or one line without an end. */
const maxCharsBetweenPieces = 4 * 1024 * 1024;

/** An answer as it comes in: text of its event stream in, parts out. Pure. */
export class Answer {
  /** Why it cannot be read any further: a `ModelError`, or what `readChunk` throws. */
  failure: unknown;
  /** Whether the provider said that nothing more comes. */
  isOver = false;
  /** Whether the last push brought something of the answer. */
  hasMoved = false;
  readonly #secrets: readonly string[];
  readonly #text = new WholeText();
  readonly #toolCalls = new ToolCalls();
  readonly #parser = createParser({ onEvent: ({ data }) => this.#read(data) });
  /** What goes before the first part. */
  #begin: ModelPart[];
  #piece = '';
  #charsSincePiece = 0;
  #isFinished = false;
  #usage: Usage = { input_tokens: 0, output_tokens: 0 };

  /** @param continues  goes on from text that was shown before: says so in its first part */
  constructor({ continues, secrets }: { continues: boolean; secrets: readonly string[] }) {
    this.#begin = continues ? [{ type: 'continued' }] : [];
    this.#secrets = secrets;
  }

  /** @returns the text of all that came, as one piece; the rest of the answer too once the provider says that it is whole. What cannot be
   *  read is told by `failure`, after what came before it. */
  push(text: string): ModelPart[] {
    const parts = this.#take(text);
    return this.#begun(this.isOver ? [...parts, ...this.#rest()] : parts);
  }

  /** @returns what is left when nothing more comes */
  end(): ModelPart[] {
    const parts = this.#take('\n\n');
    return this.#begun(this.failure === undefined ? [...parts, ...this.#rest()] : parts);
  }

  #take(text: string): ModelPart[] {
    this.hasMoved = false;
    this.#charsSincePiece += text.length;
    try {
      this.#parser.feed(text);
    } catch (error) {
      this.failure = error;
    }
    if (this.hasMoved) this.#charsSincePiece = 0;
    if (this.#charsSincePiece > maxCharsBetweenPieces) {
      this.failure = modelError('model_bad_response', 'text without end that is no answer');
    }
    const piece = this.#text.push(this.#piece);
    this.#piece = '';
    return piece === '' ? [] : [{ type: 'text', text: piece }];
  }

  #rest(): ModelPart[] {
    if (!this.#isFinished) {
      this.failure = modelError('model_bad_response', 'the stream ended without a finish');
      return [];
    }
    const rest = this.#text.end();
    const parts: ModelPart[] = rest === '' ? [] : [{ type: 'text', text: rest }];
    for (const call of this.#toolCalls.whole()) parts.push({ type: 'tool_call', call });
    return [...parts, { type: 'finish', usage: this.#usage }];
  }

  #read(data: string): void {
    if (this.isOver) return;
    if (data === '[DONE]') {
      this.isOver = true;
      return;
    }
    const chunk = readChunk(data);
    if (chunk.error !== undefined) throw toStreamError(chunk.error, this.#secrets);
    this.#piece += chunk.text;
    for (const delta of chunk.toolCalls) this.#toolCalls.push(delta);
    if (this.#toolCalls.isTooMuch) throw modelError('model_bad_response', 'tool calls without end');
    if (chunk.isActive) this.hasMoved = true;
    if (chunk.isFinish) this.#isFinished = true;
    if (chunk.usage) this.#usage = chunk.usage;
  }

  #begun(parts: ModelPart[]): ModelPart[] {
    return parts.length === 0 ? parts : [...this.#begin.splice(0), ...parts];
  }
}
