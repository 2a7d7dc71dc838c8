import type { Clock } from '../clock.ts';
import { type Model, ModelError } from './model.ts';

/** How a model did when it was asked last. */
export type ModelHealth = {
  state: 'unasked' | 'answering' | 'failing';
  /** Of the latest answer or failure. */
  at: string | null;
  failingSince: string | null;
  /** Of the latest failure, while it fails. */
  code: string | null;
};

/** The same model, and how it does: nothing is asked of it but what turns ask. A request that it refused was answered. */
export function watchModel(model: Model, clock: Clock): { model: Model; health(): ModelHealth } {
  let health: ModelHealth = { state: 'unasked', at: null, failingSince: null, code: null };

  function answered(): void {
    health = { state: 'answering', at: clock.now(), failingSince: null, code: null };
  }

  function failed(code: string): void {
    const at = clock.now();
    health = { state: 'failing', at, failingSince: health.failingSince ?? at, code };
  }

  async function* stream(...[request, signal]: Parameters<Model['stream']>): ReturnType<Model['stream']> {
    let isFirst = true;
    try {
      for await (const part of model.stream(request, signal)) {
        if (isFirst) answered();
        isFirst = false;
        yield part;
      }
    } catch (error) {
      if (error instanceof ModelError && !signal.aborted) {
        if (error.code === 'model_refused_request') answered();
        else failed(error.code);
      }
      throw error;
    }
  }

  return { model: { label: model.label, contextTokens: model.contextTokens, stream }, health: () => health };
}
