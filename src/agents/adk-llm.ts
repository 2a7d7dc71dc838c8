import type { BaseLlmConnection, LlmRequest, LlmResponse } from '@google/adk';
import type { Clock } from '../clock.ts';
import type { Usage } from '../contract/events.ts';
import { type Model, ModelError } from '../models/model.ts';
import { BaseLlm } from './adk.ts';
import { GrowingText } from './growing-text.ts';
import { toModelRequest, uniqueCallId } from './model-request.ts';

export type AdkLlmOptions = {
  model: Model;
  newId: () => string;
  /** What the model is shown of a stored tool result. */
  showResult: (tool: string, output: Record<string, unknown>) => unknown;
  /** Offered to the model at its first call. */
  shownText?: string;
  /** Gets each piece of text as it comes; the model is read on once what it returns has resolved. */
  onText: (text: string) => Promise<unknown> | undefined;
  /** Throws once the model is not to be asked or listened to any more: called before each call, and every few seconds while text comes. */
  ensureAllowed: () => Promise<void>;
  clock: Clock;
  /** Called for each tool the model asks for before ADK looks it up: `answers` holds the tools by name. */
  onCall: (tool: string, answers: LlmRequest['toolsDict']) => void;
};

/** As streams of events ask. */
const askEveryMs = 3_000;

/** Our model port as ADK's model: one whole response with text, calls and usage. The pieces of the text go past ADK, which would make
 *  an event of each and hand it through ten generators: that takes longer than all else that happens to a piece. */
export class AdkLlm extends BaseLlm {
  /** What the model threw. ADK turns a throw into an event that holds its message alone. */
  failure: unknown;
  readonly #options: AdkLlmOptions;
  #shownText: string | undefined;

  constructor(options: AdkLlmOptions) {
    super({ model: options.model.label });
    this.#options = options;
    this.#shownText = options.shownText;
  }

  override async *generateContentAsync(
    request: LlmRequest,
    _stream?: boolean,
    signal: AbortSignal = new AbortController().signal,
  ): AsyncGenerator<LlmResponse, void> {
    try {
      yield* this.#generate(request, signal);
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }

  override async connect(): Promise<BaseLlmConnection> {
    throw new Error('Live connections are not supported.');
  }

  async *#generate(request: LlmRequest, signal: AbortSignal): AsyncGenerator<LlmResponse, void> {
    const { model, newId, showResult, onText, onCall, ensureAllowed, clock } = this.#options;
    await ensureAllowed();
    let askedMs = clock.monotonicMs();
    const shownText = this.#shownText;
    this.#shownText = undefined;
    const modelRequest = toModelRequest(request, showResult, model.contextTokens, shownText);
    const usedIds = new Set(
      modelRequest.messages
        .flatMap((each) => (each.role === 'assistant' ? each.toolCalls : []))
        .map((each) => each.callId),
    );
    const streamed = new GrowingText();
    let usage: Usage | undefined;
    let room: Promise<unknown> | undefined;
    const calls: { id: string; name: string; args: Record<string, unknown> }[] = [];
    for await (const part of model.stream(modelRequest, signal)) {
      if (signal.aborted) return;
      if (clock.monotonicMs() - askedMs >= askEveryMs) {
        await ensureAllowed();
        askedMs = clock.monotonicMs();
      }
      switch (part.type) {
        case 'continued':
          streamed.push(shownText ?? '');
          room = onText(shownText ?? '');
          break;
        case 'text':
          streamed.push(part.text);
          room = onText(part.text);
          break;
        case 'tool_call':
          calls.push({
            id: uniqueCallId(part.call.callId, usedIds, newId),
            name: part.call.tool,
            args: part.call.input,
          });
          onCall(part.call.tool, request.toolsDict);
          break;
        case 'finish':
          usage = part.usage;
          break;
      }
      if (!room) continue;
      await room;
      room = undefined;
    }
    if (signal.aborted) return;
    const text = streamed.toString();
    if (!usage) throw unreadable('The model’s answer broke off. Try again.');
    if (text.trim() === '' && calls.length === 0) throw unreadable('The model sent an empty answer. Try again.');
    yield {
      content: {
        role: 'model',
        parts: [...(text === '' ? [] : [{ text }]), ...calls.map((functionCall) => ({ functionCall }))],
      },
      modelVersion: model.label,
      usageMetadata: {
        promptTokenCount: usage.input_tokens,
        candidatesTokenCount: usage.output_tokens,
        totalTokenCount: usage.input_tokens + usage.output_tokens,
      },
    };
  }
}

function unreadable(message: string): ModelError {
  return new ModelError('model_bad_response', message, { retryable: true });
}
