import {
  builtIn,
  defaultModelKey,
  endpointLimits,
  fromEnvironment,
  type ModelPlace,
} from '../../contract/model-endpoints.ts';
import { command } from '../command.ts';
import { decodeJson, encodeJson } from '../json.ts';
import { chosenModel } from '../queries/model-endpoints.ts';
import { adoptedKey } from '../queries/sealing-key.ts';
import { type Db, first, run, type Script } from '../script.ts';
import { nameKey } from './name-key.ts';
import { type Change, recordAudit } from './record-audit.ts';
import { storeSetting } from './settings.ts';

/** A key as it is stored; null: none is sent. */
export type SealedEndpointKey = { sealed: string; hint: string; keyId: string } | null;

type Endpoint = Change & {
  endpointId: string;
  name: string;
  baseUrl: string;
  models: readonly string[];
  continues: boolean;
};

type Refused = 'name_taken' | 'other_key';

/** Adds an endpoint. `other_key`: its key was not sealed with the one that the store has adopted, and could not be opened later. */
export const addModelEndpoint = command(
  ['audit'],
  function* (db: Db, args: Endpoint & { key: SealedEndpointKey }): Script<'added' | 'too_many' | Refused> {
    const count = yield* first(
      db.selectFrom('model_endpoints').select((eb) => eb.fn.countAll<number>().as('endpoints')),
    );
    if ((count?.endpoints ?? 0) >= endpointLimits.endpoints) return 'too_many';
    const refused = yield* refusal(db, args, args.key);
    if (refused) return refused;
    const key = columnsOf(args.key);
    const made = { endpoint_id: args.endpointId, version: 1, created_at: args.at };
    yield* run(db.insertInto('model_endpoints').values({ ...made, ...valuesOf(args), ...key }));
    yield* record(db, args, 'model_endpoint.added', { has_key: args.key !== null, models: args.models });
    return 'added';
  },
);

/** Changes an endpoint; undefined as the key keeps the stored one. `other_version`: somebody else changed it meanwhile. `key_needed`: the
 *  address is of another scheme, host or port, where the stored key must not go. `is_default`: the default model would be missing. */
export const changeModelEndpoint = command(
  ['audit'],
  function* (
    db: Db,
    args: Endpoint & { key: SealedEndpointKey | undefined; version: number },
  ): Script<'changed' | 'not_found' | 'other_version' | 'key_needed' | 'is_default' | Refused> {
    const { endpointId } = args;
    const was = yield* first(db.selectFrom('model_endpoints').selectAll().where('endpoint_id', '=', endpointId));
    if (!was) return 'not_found';
    if (was.version !== args.version) return 'other_version';
    const isMoved = new URL(was.base_url).origin !== new URL(args.baseUrl).origin;
    if (isMoved && was.sealed_key !== null && args.key === undefined) return 'key_needed';
    const refused = yield* refusal(db, args, args.key ?? null);
    if (refused) return refused;
    const chosen = yield* chosenModel(db);
    if (chosen?.endpointId === endpointId && !args.models.includes(chosen.model)) return 'is_default';
    const key = args.key === undefined ? {} : columnsOf(args.key);
    const values = { ...valuesOf(args), ...key, version: was.version + 1 };
    yield* run(db.updateTable('model_endpoints').set(values).where('endpoint_id', '=', endpointId));
    yield* record(db, args, 'model_endpoint.changed', {
      is_moved: isMoved,
      is_other_key: args.key !== undefined,
      has_key: args.key === undefined ? was.sealed_key !== null : args.key !== null,
      models: args.models,
    });
    return 'changed';
  },
);

/** Takes an endpoint away, with its key. `is_default`: the default model is there, and another is to be chosen first. */
export const removeModelEndpoint = command(['audit'], function* (db: Db, args: Change & { endpointId: string }): Script<
  'removed' | 'not_found' | 'is_default'
> {
  const { endpointId } = args;
  if ((yield* chosenModel(db))?.endpointId === endpointId) return 'is_default';
  const gone = yield* first(db.deleteFrom('model_endpoints').where('endpoint_id', '=', endpointId).returning('name'));
  if (!gone) return 'not_found';
  yield* recordAudit(db, {
    at: args.at,
    by: args.by,
    action: 'model_endpoint.removed',
    object: { kind: 'model_endpoint', id: endpointId },
    personal: { name: gone.name },
  });
  return 'removed';
});

/** Says which model answers where nothing else is said. `not_found`: there is no such endpoint, or it does not serve that model. */
export const chooseDefaultModel = command(['audit'], function* (db: Db, args: Change & { place: ModelPlace }): Script<
  'chosen' | 'not_found'
> {
  const { endpointId, model } = args.place;
  if (endpointId !== fromEnvironment && endpointId !== builtIn) {
    const endpoint = yield* first(
      db.selectFrom('model_endpoints').select('models').where('endpoint_id', '=', endpointId),
    );
    if (!endpoint || !decodeJson<string[]>(endpoint.models).includes(model)) return 'not_found';
  }
  const before = yield* chosenModel(db);
  if (before?.endpointId === endpointId && before.model === model) return 'chosen';
  yield* storeSetting(db, { key: defaultModelKey, value: args.place, at: args.at });
  yield* recordAudit(db, {
    at: args.at,
    by: args.by,
    action: 'model.default_set',
    object: { kind: 'setting', id: defaultModelKey },
    facts: { endpoint_id: endpointId, model },
  });
  return 'chosen';
});

function* refusal(
  db: Db,
  { endpointId, name }: Pick<Endpoint, 'endpointId' | 'name'>,
  key: SealedEndpointKey,
): Script<Refused | undefined> {
  if (key && (yield* adoptedKey(db)) !== key.keyId) return 'other_key';
  const namesake = yield* first(
    db
      .selectFrom('model_endpoints')
      .select('endpoint_id')
      .where('name_key', '=', nameKey(name))
      .where('endpoint_id', '<>', endpointId),
  );
  return namesake && 'name_taken';
}

function valuesOf(args: Endpoint) {
  return {
    name: args.name,
    name_key: nameKey(args.name),
    base_url: args.baseUrl,
    models: encodeJson(args.models),
    continues: args.continues ? (1 as const) : (0 as const),
    updated_at: args.at,
  };
}

function columnsOf(key: SealedEndpointKey) {
  return { sealed_key: key?.sealed ?? null, key_hint: key?.hint ?? '' };
}

/** The address is a fact: where what people ask is sent. Nothing of the key is. */
function* record(
  db: Db,
  args: Endpoint,
  action: 'model_endpoint.added' | 'model_endpoint.changed',
  facts: Readonly<Record<string, boolean | readonly string[]>>,
): Script<void> {
  yield* recordAudit(db, {
    at: args.at,
    by: args.by,
    action,
    object: { kind: 'model_endpoint', id: args.endpointId },
    facts: { ...facts, origin: new URL(args.baseUrl).origin, continues: args.continues },
    personal: { name: args.name },
  });
}
