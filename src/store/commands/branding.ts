import { asItComes, type Branding, brandingKey, storedBranding } from '../../contract/branding.ts';
import { command } from '../command.ts';
import { decodeJson, encodeJson } from '../json.ts';
import { type Db, first, type Script } from '../script.ts';
import { type Change, recordAudit } from './record-audit.ts';
import { storeSetting } from './settings.ts';

export type BrandingChange = Change & {
  /** The version that whoever changes it has read; null for what was never changed. */
  readVersion: string | null;
  /** Of what is stored now. */
  version: string;
  branding: Branding;
};

/** Sets the installation's name and colour, unless somebody else did since they were read. */
export const putBranding = command(['audit', 'settings'], function* (db: Db, args: BrandingChange): Script<
  'put' | 'stale'
> {
  const { at, by, readVersion, version, branding } = args;
  const row = yield* first(db.selectFrom('settings').select('value').where('key', '=', brandingKey));
  const stored = row && storedBranding.parse(decodeJson(row.value));
  if ((stored?.version ?? null) !== readVersion) return 'stale';
  const { name, accent, logo } = stored ?? { ...asItComes, logo: null };
  if (encodeJson({ name, accent }) === encodeJson(branding)) return 'put';
  yield* storeSetting(db, { key: brandingKey, value: { version, ...branding, logo }, at });
  yield* recordAudit(db, {
    at,
    by,
    action: 'branding.put',
    object: { kind: 'setting', id: brandingKey },
    facts: { version, accent: branding.accent, is_named: branding.name !== null },
    personal: { name: branding.name },
  });
  return 'put';
});
