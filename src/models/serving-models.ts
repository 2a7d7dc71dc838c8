import type { Clock } from '../clock.ts';
import { builtIn, fromEnvironment, type ModelPlace } from '../contract/model-endpoints.ts';
import type { Sealing } from '../sealing.ts';
import { modelError } from './chat-completions/model-errors.ts';
import {
  type EndpointAccess,
  type EndpointSettings,
  keyPlace,
  type ModelChoices,
  type ServingModels,
} from './endpoints.ts';
import type { Model } from './model.ts';
import { resolveModel } from './resolve-model.ts';
import { type ModelHealth, watchModel } from './watch-model.ts';

export type ServingPorts = {
  clock: Clock;
  sealing: Pick<Sealing, 'open'>;
  readChoices(): Promise<ModelChoices>;
  /** What the environment sets; undefined where it sets none. */
  environment: Model | undefined;
  /** Another model at the environment's endpoint; left out where there is no such endpoint. */
  openOfEnvironment?(model: string): Promise<Model>;
  /** What answers where nothing is set. */
  quotes: Model;
  open(at: EndpointAccess & { model: string; continuesText: boolean }): Promise<Model>;
};

export type WatchedModels = ServingModels & {
  /** How every model did that is in use here: the default first, then those that were asked since they were set as they are. */
  health(): [NamedHealth, ...NamedHealth[]];
};

export type NamedHealth = ModelHealth & {
  label: string;
  /** What the endpoint is called; empty for what no administrator set. */
  endpoint: string;
};

type Opened = ReturnType<typeof watchModel> & { endpoint: string };

/** How long a model stays known that is asked for at the environment's endpoint by a name alone: nothing lists it, and a mistyped one would fail for ever. */
const namedForMs = 3_600_000;

/** Reads what is set whenever a turn begins: nothing is kept that a change elsewhere could make untrue, but the models themselves, each for as
 *  long as its endpoint stays as it is. Running turns go on with the model they began with.
 *  @throws AppError when the store cannot be read */
export async function createServingModels(ports: ServingPorts): Promise<WatchedModels> {
  const own: Opened = { ...watchModel(ports.quotes, ports.clock), endpoint: '' };
  const ofEnvironment = ports.environment && { ...watchModel(ports.environment, ports.clock), endpoint: '' };
  const opened = new Map<string, Promise<Opened>>();
  /** When models were asked for last, by the process's clock. */
  const wantedAt = new Map<string, number>();
  /** Of the settings as they were read last. */
  let inUse = new Map<string, Opened>();
  let standing: Opened = own;

  async function modelAt({ endpointId, model }: ModelPlace, { endpoints }: ModelChoices): Promise<Opened> {
    if (endpointId === fromEnvironment) {
      const { openOfEnvironment } = ports;
      if (!ofEnvironment || !openOfEnvironment || model === ofEnvironment.model.label) return ofEnvironment ?? own;
      return await once(`${fromEnvironment} ${model}`, async () => ({
        ...watchModel(await openOfEnvironment(model), ports.clock),
        endpoint: '',
      }));
    }
    const endpoint = endpoints.find(({ id }) => id === endpointId);
    return endpoint ? await once(keyOf(endpoint, model), () => openAt(endpoint, model)) : own;
  }

  async function once(key: string, open: () => Promise<Opened>): Promise<Opened> {
    let made = opened.get(key);
    if (!made) opened.set(key, (made = open()));
    made.catch(() => opened.delete(key));
    const found = await made;
    inUse.set(key, found);
    wantedAt.set(key, ports.clock.monotonicMs());
    return found;
  }

  async function openAt(endpoint: EndpointSettings, model: string): Promise<Opened> {
    const { id, baseUrl, sealedKey, continues: continuesText } = endpoint;
    const apiKey = sealedKey === null ? undefined : ports.sealing.open(keyPlace(id, baseUrl), sealedKey);
    const isLocked = sealedKey !== null && apiKey === undefined;
    const found = isLocked ? withoutKey(model) : await ports.open({ baseUrl, apiKey, model, continuesText });
    return { ...watchModel(found, ports.clock), endpoint: endpoint.name };
  }

  /** Models of endpoints that are gone, or were changed, are forgotten; turns that run with them have them still. */
  function forget({ endpoints }: ModelChoices): void {
    const current = endpoints.map((each) => keyOf(each, ''));
    const since = ports.clock.monotonicMs() - namedForMs;
    const isCurrent = (key: string) =>
      key.startsWith(`${fromEnvironment} `)
        ? (wantedAt.get(key) ?? since) >= since
        : current.some((prefix) => key.startsWith(prefix));
    inUse = new Map([...inUse].filter(([key]) => isCurrent(key)));
    for (const key of [...opened.keys()].filter((each) => !isCurrent(each))) {
      opened.delete(key);
      wantedAt.delete(key);
    }
  }

  const environment = ports.environment?.label;
  const takesNames = ports.openOfEnvironment !== undefined;

  async function forTurn(reference?: string): Promise<Model> {
    const choices = await ports.readChoices();
    forget(choices);
    standing = await modelAt(resolveModel(choices, environment), choices);
    return (await modelAt(resolveModel(choices, environment, reference, takesNames), choices)).model;
  }

  await forTurn();
  return {
    forTurn,
    async names() {
      const choices = await ports.readChoices();
      const known = [
        ...(environment === undefined ? [] : [environment]),
        ...choices.endpoints.flatMap(({ models }) => models),
      ];
      return {
        labelOf(reference) {
          const { endpointId, model } = resolveModel(choices, environment, reference, takesNames);
          return endpointId === builtIn ? ports.quotes.label : model;
        },
        known: [...new Set(known)],
        takesOthers: takesNames,
      };
    },
    latest: () => standing.model,
    health() {
      const others = [...(ofEnvironment ? [ofEnvironment] : []), own, ...inUse.values()]
        .filter((each) => each !== standing)
        .map(healthOf)
        .filter(({ state }) => state !== 'unasked');
      return [healthOf(standing), ...others];
    },
  };
}

function healthOf({ model, endpoint, health }: Opened): NamedHealth {
  return { endpoint, label: model.label, ...health() };
}

function keyOf({ id, version }: EndpointSettings, model: string): string {
  return `${id} ${version} ${model}`;
}

/** Stands in where the stored key does not open: asked without one, the endpoint might answer as somebody else. */
function withoutKey(label: string): Model {
  return {
    label,
    contextTokens: 32_768,
    stream: () => ({
      [Symbol.asyncIterator]: () => ({
        next: () => Promise.reject(modelError('model_unauthorized', 'the stored key does not open')),
      }),
    }),
  };
}
