import { type Actor, byOf } from '../../access/actor.ts';
import type { Clock } from '../../clock.ts';
import {
  builtIn,
  type DefaultModel,
  type EndpointBody,
  fromEnvironment,
  type ModelEndpoint,
  type ModelPlace,
  type ModelSettings,
} from '../../contract/model-endpoints.ts';
import { AppError } from '../../errors.ts';
import { newId } from '../../ids.ts';
import { keyPlace } from '../../models/endpoints.ts';
import type { Sealing } from '../../sealing.ts';
import type { SealedEndpointKey } from '../../store/commands/model-endpoints.ts';
import type { ModelEndpointRecord, ModelSettingsRecord } from '../../store/queries/model-endpoints.ts';
import type { Store } from '../../store/store.ts';

export type ModelSettingsPorts = {
  store: Store;
  clock: Clock;
  sealing: Sealing;
  /** As administrators see it; undefined where the environment sets none. */
  environment: ModelEndpoint | undefined;
  /** Which model answers where nothing else is said. */
  defaultOf(choices: ModelSettingsRecord): ModelPlace;
};

/** From this length on a key's last signs give nothing away that would help to guess the rest. */
const hintedFrom = 20;
const hintSigns = 4;

/** Where models are asked, without any key. */
export async function readModelSettings(ports: ModelSettingsPorts): Promise<ModelSettings> {
  const choices = await ports.store.read.modelSettings({});
  const { endpointId, model } = ports.defaultOf(choices);
  const { environment } = ports;
  return {
    endpoints: [...(environment ? [environment] : []), ...choices.endpoints.map(toEndpoint)],
    default: { endpoint_id: endpointId, model },
  };
}

/** @throws AppError name_taken; conflict when there are too many */
export async function addEndpoint(ports: ModelSettingsPorts, actor: Actor, body: EndpointBody): Promise<ModelEndpoint> {
  const endpointId = newId();
  const outcome = await ports.store.write.addModelEndpoint({
    endpointId,
    ...argsOf(body),
    key: sealed(ports, endpointId, body) ?? null,
    at: ports.clock.now(),
    by: byOf(actor),
  });
  switch (outcome) {
    case 'added':
      return readEndpoint(ports, endpointId);
    case 'too_many':
      throw new AppError('conflict', { detail: 'There are as many endpoints as there may be. Remove one first.' });
    case 'name_taken':
      throw new AppError('name_taken');
    case 'other_key':
      throw otherKey();
  }
}

/** Changes an endpoint: turns that begin from now on see it as it is then. A key that is stored stays where it was entered for: an address of
 *  another scheme, host or port needs it again.
 *  @throws AppError not_found, name_taken; bad_request when the key is needed; conflict when it was changed meanwhile, or the default model would go */
export async function changeEndpoint(
  ports: ModelSettingsPorts,
  actor: Actor,
  endpointId: string,
  { version, ...body }: EndpointBody & { version: number },
): Promise<ModelEndpoint> {
  const outcome = await ports.store.write.changeModelEndpoint({
    endpointId,
    version,
    ...argsOf(body),
    key: sealed(ports, endpointId, body),
    at: ports.clock.now(),
    by: byOf(actor),
  });
  switch (outcome) {
    case 'changed':
      return readEndpoint(ports, endpointId);
    case 'key_needed':
      throw keyNeeded();
    case 'other_version':
      throw new AppError('conflict', {
        detail: 'Somebody else changed this endpoint meanwhile. Look at it as it is now, and change it again.',
      });
    case 'is_default':
      throw new AppError('conflict', {
        detail: 'The default model must stay in the list. Choose another default model first.',
      });
    case 'not_found':
    case 'name_taken':
      throw new AppError(outcome);
    case 'other_key':
      throw otherKey();
  }
}

/** @throws AppError not_found; conflict while the default model is there */
export async function removeEndpoint(ports: ModelSettingsPorts, actor: Actor, endpointId: string): Promise<void> {
  const { store, clock } = ports;
  const outcome = await store.write.removeModelEndpoint({ endpointId, at: clock.now(), by: byOf(actor) });
  if (outcome === 'is_default') {
    throw new AppError('conflict', { detail: 'The default model is at this endpoint. Choose another one first.' });
  }
  if (outcome !== 'removed') throw new AppError(outcome);
}

/** @throws AppError not_found for an endpoint that is not there, or does not serve that model */
export async function chooseDefault(ports: ModelSettingsPorts, actor: Actor, body: DefaultModel): Promise<void> {
  const { endpoint_id: endpointId, model } = body;
  const { environment, store, clock } = ports;
  if (endpointId === fromEnvironment && !environment?.models.includes(model)) throw new AppError('not_found');
  if (endpointId === builtIn && model !== builtIn) throw new AppError('not_found');
  const place = { endpointId, model };
  const outcome = await store.write.chooseDefaultModel({ place, at: clock.now(), by: byOf(actor) });
  if (outcome !== 'chosen') throw new AppError(outcome);
}

export function keyNeeded(): AppError {
  return new AppError('bad_request', {
    detail:
      'key: enter the key again. The address is another scheme, host or port, and the stored key is not sent there.',
  });
}

async function readEndpoint(ports: ModelSettingsPorts, endpointId: string): Promise<ModelEndpoint> {
  const { endpoints } = await ports.store.read.modelSettings({});
  const found = endpoints.find(({ id }) => id === endpointId);
  if (!found) throw new AppError('not_found');
  return toEndpoint(found);
}

function argsOf({ name, base_url: baseUrl, models, continues }: EndpointBody) {
  return { name, baseUrl, models, continues };
}

/** Undefined: the stored one is to stay. */
function sealed(
  { sealing }: Pick<ModelSettingsPorts, 'sealing'>,
  endpointId: string,
  { base_url: baseUrl, key }: Pick<EndpointBody, 'base_url' | 'key'>,
): SealedEndpointKey | undefined {
  if (key === undefined || key === null) return key;
  return {
    sealed: sealing.seal(keyPlace(endpointId, baseUrl), key),
    hint: key.length < hintedFrom ? '' : key.slice(-hintSigns),
    keyId: sealing.keyId,
  };
}

function toEndpoint(record: ModelEndpointRecord): ModelEndpoint {
  return {
    id: record.id,
    name: record.name,
    base_url: record.baseUrl,
    has_key: record.sealedKey !== null,
    key_hint: record.keyHint,
    models: record.models,
    continues: record.continues,
    version: record.version,
    updated_at: record.updatedAt,
    is_read_only: false,
  };
}

function otherKey(): AppError {
  return new AppError('store_unavailable', {
    detail: 'This process encrypts with another key than the store. Restart it with the key the others have.',
  });
}
