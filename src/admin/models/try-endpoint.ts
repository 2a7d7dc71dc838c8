import type { Actor } from '../../access/actor.ts';
import type { ListedModels, TestedModel, TriedEndpoint } from '../../contract/model-endpoints.ts';
import { fromEnvironment } from '../../contract/model-endpoints.ts';
import { AppError } from '../../errors.ts';
import { type EndpointAccess, type EndpointProbe, keyPlace, type Tried } from '../../models/endpoints.ts';
import type { Sealing } from '../../sealing.ts';
import type { Store } from '../../store/store.ts';
import { keyNeeded } from './model-settings.ts';
import { triedWords } from './tried-words.ts';

export type TryPorts = {
  store: Store;
  sealing: Pick<Sealing, 'open'>;
  probe: EndpointProbe;
  /** What the environment sets. */
  environmentAccess: EndpointAccess | undefined;
  /** Whether whoever asks may still act: asked once the request is read. */
  isLive(actor: Actor): Promise<boolean>;
};

/** Asks a model for a word.
 *  @throws AppError not_found; bad_request where the stored key must not go; unauthenticated */
export async function testModel(
  ports: TryPorts,
  actor: Actor,
  { model, ...endpoint }: TriedEndpoint & { model: string },
  signal: AbortSignal,
): Promise<TestedModel> {
  return toAnswer(await ports.probe.ask(await accessTo(ports, actor, endpoint), model, signal), model);
}

/** Asks an endpoint which models it has.
 *  @throws AppError not_found; bad_request where the stored key must not go; unauthenticated */
export async function listModels(
  ports: TryPorts,
  actor: Actor,
  endpoint: TriedEndpoint,
  signal: AbortSignal,
): Promise<ListedModels> {
  const { models, ...tried } = await ports.probe.list(await accessTo(ports, actor, endpoint), signal);
  return { ...toAnswer(tried), models };
}

async function accessTo(ports: TryPorts, actor: Actor, { of, base_url, key }: TriedEndpoint): Promise<EndpointAccess> {
  if (!(await ports.isLive(actor))) throw new AppError('unauthenticated');
  const given = key === undefined ? undefined : { apiKey: key ?? undefined };
  if (of === undefined) {
    if (base_url === undefined) throw new AppError('bad_request');
    return { baseUrl: base_url, apiKey: given?.apiKey };
  }
  const set = await setAccess(ports, of, given !== undefined);
  if (base_url === undefined) return { ...set, ...given };
  const isElsewhere = new URL(set.baseUrl).origin !== new URL(base_url).origin;
  // The environment's address may hold a name and password beside the key; neither is known to be none.
  if (isElsewhere && !given && (set.apiKey !== undefined || of === fromEnvironment)) throw keyNeeded();
  return { baseUrl: base_url, apiKey: set.apiKey, ...given };
}

/** An endpoint as it is set.
 *  @param isGiven  another key is given, and the stored one is not opened */
async function setAccess(
  { store, sealing, environmentAccess }: TryPorts,
  of: string,
  isGiven: boolean,
): Promise<EndpointAccess> {
  if (of === fromEnvironment) {
    if (!environmentAccess) throw new AppError('not_found');
    return environmentAccess;
  }
  const { endpoints } = await store.read.modelSettings({});
  const endpoint = endpoints.find(({ id }) => id === of);
  if (!endpoint) throw new AppError('not_found');
  const { id, baseUrl, sealedKey } = endpoint;
  if (sealedKey === null || isGiven) return { baseUrl, apiKey: undefined };
  const apiKey = sealing.open(keyPlace(id, baseUrl), sealedKey);
  if (apiKey === undefined) {
    throw new AppError('conflict', { detail: 'The stored key does not open any more. Enter it again.' });
  }
  return { baseUrl, apiKey };
}

function toAnswer({ durationMs, problem }: Tried, model?: string): TestedModel {
  return { duration_ms: durationMs, problem, message: triedWords(problem, model) };
}
