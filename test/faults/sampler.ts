import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Sample, SamplerData } from './sampler.worker.ts';

/** Takes samples of a server, from the moment it is started. */
export class Sampler {
  readonly #worker: Worker;

  private constructor(worker: Worker) {
    this.#worker = worker;
  }

  static async start(data: SamplerData): Promise<Sampler> {
    const worker = new Worker(new URL('./sampler.worker.ts', import.meta.url), { workerData: data });
    await once(worker, 'message');
    return new Sampler(worker);
  }

  /** Everything sampled; each send has been answered or given up. */
  async stop(): Promise<Sample[]> {
    this.#worker.postMessage('stop');
    const [samples] = (await once(this.#worker, 'message')) as [Sample[]];
    await this.#worker.terminate();
    return samples;
  }
}
