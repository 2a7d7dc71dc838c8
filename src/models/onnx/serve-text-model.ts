import type { MessagePort } from 'node:worker_threads';
import type { ModelFacts, WorkerAnswer, WorkerRequest } from './worker-messages.ts';

/** What a model's thread does with texts. */
export type TextModel = {
  facts: ModelFacts;
  count(text: string): number;
  embed?(texts: string[]): Promise<Float32Array<ArrayBuffer>>;
  score?(query: string, documents: string[]): Promise<number[]>;
  release(): Promise<void>;
};

/** Answers the requests of `WorkerQueue` with a model, until it is told to close. */
export function serveTextModel(port: MessagePort, model: TextModel): void {
  const reply = (message: WorkerAnswer, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);

  async function answer(request: WorkerRequest): Promise<void> {
    if (request.type === 'close') {
      await model.release();
      port.close();
      return;
    }
    const { id, texts } = request;
    try {
      if (request.type === 'count') {
        reply({ type: 'counted', id, counts: texts.map((text) => model.count(text)) });
      } else if (request.type === 'embed' && model.embed) {
        const vectors = await model.embed(texts);
        reply({ type: 'embedded', id, vectors }, [vectors.buffer]);
      } else if (request.type === 'score' && model.score) {
        const [query = '', ...documents] = texts;
        reply({ type: 'scored', id, scores: await model.score(query, documents) });
      } else {
        throw new Error(`The model does not ${request.type}.`);
      }
    } catch (error) {
      reply({ type: 'failed', id, message: error instanceof Error ? error.message : String(error) });
    }
  }

  port.on('message', (request: WorkerRequest) => {
    void answer(request);
  });
  reply({ type: 'ready', facts: model.facts });
}
