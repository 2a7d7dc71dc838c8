import { modelRoutes } from '../admin/models/model-routes.ts';
import type { TryPorts } from '../admin/models/try-endpoint.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { fromEnvironment, type ModelEndpoint } from '../contract/model-endpoints.ts';
import type { Embedder } from '../models/embedder.ts';
import type { EndpointProbe } from '../models/endpoints.ts';
import { extractiveModel } from '../models/extractive.ts';
import { miniLmId } from '../models/minilm/minilm-id.ts';
import type { Model } from '../models/model.ts';
import { resolveModel } from '../models/resolve-model.ts';
import { createServingModels, type ServingPorts, type WatchedModels } from '../models/serving-models.ts';
import type { Sealing } from '../sealing.ts';
import type { Store } from '../store/store.ts';

type Ports = { store: Store; clock: Clock; sealing: Sealing };

/** The models that turns are answered with: those of endpoints that administrators set, the environment's, and quotes from the documents.
 *  @param replaced  stands in for what the environment sets
 *  @param embedder  that is open */
export async function composeModels(
  config: Pick<Config, 'model' | 'limits' | 'test' | 'embedder'>,
  { readChoices, clock, sealing }: Pick<ServingPorts, 'readChoices' | 'clock' | 'sealing'>,
  replaced: Model | undefined,
  embedder: () => Embedder | undefined,
): Promise<WatchedModels> {
  const { model: set } = config;
  return createServingModels({
    clock,
    sealing,
    readChoices,
    environment: replaced ?? (set && (await modelOfEnvironment(set, config))),
    ...(set && !replaced && { openOfEnvironment: (name: string) => modelOfEnvironment(set, config, name) }),
    quotes: quotesOf(config, embedder),
    async open({ baseUrl, apiKey, model, continuesText }) {
      const options = { baseUrl, model, continuesText, timeouts: timeoutsOf(config), clock, isGuarded: true };
      const { openAiCompatibleModel } = await import('../models/chat-completions.ts');
      return openAiCompatibleModel({ ...options, ...(apiKey !== undefined && { apiKey }) });
    },
  });
}

/** The language model that the environment sets.
 *  @param name  another one at the same endpoint */
async function modelOfEnvironment(
  { baseUrl, apiKey, continuesText, ...set }: NonNullable<Config['model']>,
  config: Pick<Config, 'limits' | 'test'>,
  name = set.name,
): Promise<Model> {
  // 22 MB and 0.2 s, only where a language model is configured.
  const { openAiCompatibleModel } = await import('../models/chat-completions.ts');
  const options = { baseUrl, model: name, continuesText, timeouts: timeoutsOf(config) };
  return openAiCompatibleModel({ ...options, ...(apiKey !== undefined && { apiKey }) });
}

/** The administrators' routes to what is set here. Trying an endpoint asks it as turns would.
 *  @param replaced  stands in for what the environment sets */
export function composeModelRoutes(
  config: Pick<Config, 'model'>,
  ports: Ports & Pick<TryPorts, 'isLive'>,
  replaced: Model | undefined,
) {
  const environment = describeEnvironment(config);
  return modelRoutes({
    ...ports,
    environment,
    environmentAccess: config.model && { baseUrl: config.model.baseUrl, apiKey: config.model.apiKey },
    defaultOf: (choices) => resolveModel(choices, replaced?.label ?? config.model?.name),
    probe: probeOnceAsked(ports.clock),
  });
}

/** Its code is loaded when somebody tries an endpoint. */
function probeOnceAsked(clock: Clock): EndpointProbe {
  const load = async () => (await import('../models/probe/endpoint-probe.ts')).createEndpointProbe(clock);
  return {
    ask: async (...args) => (await load()).ask(...args),
    list: async (...args) => (await load()).list(...args),
  };
}

/** The environment's endpoint as administrators see it: whoever is named in its address is left out. */
function describeEnvironment({ model }: Pick<Config, 'model'>): ModelEndpoint | undefined {
  if (!model) return undefined;
  const address = new URL(model.baseUrl);
  return {
    id: fromEnvironment,
    name: 'Set by the environment',
    base_url: `${address.origin}${address.pathname}`.replace(/\/+$/, ''),
    has_key: model.apiKey !== undefined || address.username !== '' || address.password !== '',
    key_hint: '',
    models: [model.name],
    continues: model.continuesText,
    version: 1,
    updated_at: null,
    is_read_only: true,
  };
}

function quotesOf({ embedder: set }: Pick<Config, 'embedder'>, embedder: () => Embedder | undefined): Model {
  return extractiveModel({
    embedder: () => asCalibrated(embedder()),
    isByWordsAlone: set.kind !== 'built_in',
  });
}

function timeoutsOf({ limits, test }: Pick<Config, 'limits' | 'test'>) {
  return {
    firstByteMs: limits.modelFirstByteMs / test.modelHurry,
    idleMs: limits.modelIdleMs / test.modelHurry,
    pieceMs: limits.modelPieceMs / test.modelHurry,
    answerMs: limits.modelAnswerMs / test.modelHurry,
  };
}

/** The quotes' thresholds were measured on the built-in model's cosines (docs/decisions/0033); those of another mean something else. */
function asCalibrated(embedder: Embedder | undefined): Embedder | undefined {
  return embedder?.id === miniLmId ? embedder : undefined;
}
