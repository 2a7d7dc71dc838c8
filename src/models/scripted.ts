import { delay } from '../clock.ts';
import type { Usage } from '../contract/events.ts';
import type { Model, ModelError, ModelPart, ModelRequest, ModelToolCall, ModelToolResult } from './model.ts';

/** What the scripted model does in one call. Counts are of text pieces. */
export type ScriptedStep = {
  /** Pieces as given; a single string is streamed word by word. */
  text?: string | string[];
  /** Milliseconds before each piece. */
  delayMs?: number;
  toolCalls?: ModelToolCall[];
  failAfter?: { pieces: number; error: ModelError };
  /** After this many pieces: silence until the signal aborts. */
  stallAfter?: number;
  usage?: Usage;
};

/** What a script decides by: the last user message, how many messages the model has sent since, and the results it got. */
export type ScriptedMoment = { user: string; step: number; results: ModelToolResult[]; request: ModelRequest };

export type ScriptedModel = Model & {
  /** Every request so far, oldest first. */
  readonly requests: ModelRequest[];
};

/** A model for tests: the script's answer to the same conversation is always the same, in every process.
 *  @param options.continues  goes on from `shownText` when the step's text begins with it; otherwise it begins anew */
export function scriptedModel(
  script: (moment: ScriptedMoment) => ScriptedStep,
  options: { continues?: boolean; label?: string; contextTokens?: number } = {},
): ScriptedModel {
  const requests: ModelRequest[] = [];
  return {
    label: options.label ?? 'scripted',
    contextTokens: options.contextTokens ?? 32_768,
    requests,
    stream: (request, signal) => {
      requests.push(structuredClone(request));
      return play(script(momentOf(request)), options.continues ? request.shownText : undefined, signal);
    },
  };
}

async function* play(
  step: ScriptedStep,
  shownText: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<ModelPart> {
  let pieces = typeof step.text === 'string' ? (step.text.match(/\s*\S+(\s+$)?/g) ?? []) : (step.text ?? []);
  const whole = pieces.join('');
  if (shownText && whole.startsWith(shownText)) {
    yield { type: 'continued' };
    const rest = whole.slice(shownText.length);
    pieces = rest === '' ? [] : [rest];
  }
  for (let sent = 0; sent <= pieces.length; sent++) {
    if (step.failAfter?.pieces === sent) throw step.failAfter.error;
    if (step.stallAfter === sent) await stall(signal);
    if (signal.aborted) return;
    const piece = pieces[sent];
    if (piece === undefined) break;
    if (step.delayMs !== undefined) await delay(step.delayMs, signal);
    if (signal.aborted) return;
    yield { type: 'text', text: piece };
  }
  for (const call of step.toolCalls ?? []) yield { type: 'tool_call', call };
  yield { type: 'finish', usage: step.usage ?? { input_tokens: 10, output_tokens: pieces.length } };
}

function momentOf(request: ModelRequest): ScriptedMoment {
  const asked = request.messages.findLastIndex((message) => message.role === 'user');
  const user = request.messages[asked];
  const since = request.messages.slice(asked + 1);
  return {
    user: user?.role === 'user' ? user.text : '',
    step: since.filter((message) => message.role === 'assistant').length,
    results: since.flatMap((message) => (message.role === 'tool' ? message.results : [])),
    request,
  };
}

function stall(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
