import { defaultModelKey, type ModelPlace } from '../../contract/model-endpoints.ts';
import { query } from '../command.ts';
import { decodeJson } from '../json.ts';
import { all, type Db, first, type Script, together } from '../script.ts';

export type ModelEndpointRecord = {
  id: string;
  name: string;
  baseUrl: string;
  /** Sealed; null: none is sent. */
  sealedKey: string | null;
  keyHint: string;
  models: string[];
  continues: boolean;
  version: number;
  updatedAt: string;
};

export type ModelSettingsRecord = {
  /** By age. */
  endpoints: ModelEndpointRecord[];
  /** Undefined while nobody chose. */
  chosen: ModelPlace | undefined;
};

/** Where models are asked, and which one answers by default. Bounded by the number of endpoints that there may be. */
export const modelSettings = query(function* (db: Db, _args: Record<string, never>): Script<ModelSettingsRecord> {
  const [rows, chosen] = yield* together(
    all(db.selectFrom('model_endpoints').selectAll().orderBy('created_at').orderBy('endpoint_id')),
    chosenModel(db),
  );
  return {
    endpoints: rows.map((row) => ({
      id: row.endpoint_id,
      name: row.name,
      baseUrl: row.base_url,
      sealedKey: row.sealed_key,
      keyHint: row.key_hint,
      models: decodeJson<string[]>(row.models),
      continues: row.continues === 1,
      version: row.version,
      updatedAt: row.updated_at,
    })),
    chosen,
  };
});

export function* chosenModel(db: Db): Script<ModelPlace | undefined> {
  const row = yield* first(db.selectFrom('settings').select('value').where('key', '=', defaultModelKey));
  return row && decodeJson<ModelPlace>(row.value);
}
