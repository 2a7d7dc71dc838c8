import { AppError } from '../../../src/errors.ts';
import { type Model, ModelError, type ModelPart } from '../../../src/models/model.ts';
import type { StoreCall, Tap } from '../store-tap.ts';

export type StoreFault = {
  port: StoreCall['port'];
  name: string;
  nth: number;
  /** `lost`: the command commits, and its caller is told that the store cannot be used. */
  how: 'fails' | 'is lost';
};

export const modelFaults = ['throws', 'ends early', 'stalls'] as const;
type ModelFault = { port: 'model'; name: 'stream'; nth: number; how: (typeof modelFaults)[number] };

/** One call out of those of a scenario, and what becomes of it. */
export type Fault = StoreFault | ModelFault;

export const describeFault = ({ port, name, nth, how }: Fault) => `${port} ${name} ${nth} ${how}`;

/** Parts that a model gives before it ends early. */
const partsBeforeEnd = 3;

/** Counts the calls of a scenario and strikes one of them. Nothing is counted or struck unless armed. */
export class FaultInjector {
  /** How often each call was made since it was armed, by `port name`. */
  readonly counts = new Map<string, number>();
  hasStruck = false;
  #isArmed = false;
  #fault: Fault | undefined;

  /** @param fault  none, to count alone */
  arm(fault?: Fault): void {
    this.counts.clear();
    this.hasStruck = false;
    this.#fault = fault;
    this.#isArmed = true;
  }

  disarm(): void {
    this.#isArmed = false;
  }

  readonly tap: Tap = async ({ port, name }, pass) => {
    const fault = this.#meet(port, name);
    if (!fault) return pass();
    if (fault.how === 'is lost') await pass();
    throw new AppError('store_unavailable', { retryAfterSeconds: 1 });
  };

  /** The same model with its calls counted.
   *  @param stallNext  makes the endpoint behind it fall silent in the midst of its next answer, which is to this message */
  wrapModel(model: Model, stallNext: (message: string) => void): Model {
    return {
      ...model,
      stream: (request, signal) => {
        const fault = this.#meet('model', 'stream');
        if (fault?.how === 'stalls') stallNext(request.messages.findLast((each) => each.role === 'user')?.text ?? '');
        const parts = model.stream(request, signal);
        if (fault?.how === 'throws') return failing();
        return fault?.how === 'ends early' ? ending(parts) : parts;
      },
    };
  }

  #meet(port: Fault['port'], name: string): Fault | undefined {
    if (!this.#isArmed) return undefined;
    const key = `${port} ${name}`;
    const count = (this.counts.get(key) ?? 0) + 1;
    this.counts.set(key, count);
    const fault = this.#fault;
    if (fault?.port !== port || fault.name !== name || fault.nth !== count) return undefined;
    this.hasStruck = true;
    return fault;
  }
}

// oxlint-disable-next-line require-yield -- it fails before its first part
async function* failing(): AsyncGenerator<ModelPart> {
  throw new ModelError('model_unreachable', 'The model cannot be reached.', { retryable: true });
}

async function* ending(parts: AsyncIterable<ModelPart>): AsyncGenerator<ModelPart> {
  let left = partsBeforeEnd;
  for await (const part of parts) {
    if (left === 0 || part.type === 'finish') return;
    left -= 1;
    yield part;
  }
}
