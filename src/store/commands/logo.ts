import { asItComes, brandingKey, storedBranding } from '../../contract/branding.ts';
import { type Logo, logoKey, type StoredLogoBytes } from '../../contract/logo.ts';
import { command } from '../command.ts';
import { decodeJson } from '../json.ts';
import { type Db, first, type Script } from '../script.ts';
import { type Change, recordAudit } from './record-audit.ts';
import { storeSetting } from './settings.ts';

/** Sets the installation's logo or takes it away, unless somebody else changed the branding since it was read. */
export const putLogo = command(
  ['audit', 'settings'],
  function* (
    db: Db,
    args: Change & {
      readVersion: string | null;
      /** Of the branding, and of the logo in its address. */
      version: string;
      logo: (Omit<Logo, 'version'> & Pick<StoredLogoBytes, 'base64'>) | null;
    },
  ): Script<'put' | 'stale'> {
    const { at, by, readVersion, version, logo } = args;
    const row = yield* first(db.selectFrom('settings').select('value').where('key', '=', brandingKey));
    const stored = row && storedBranding.parse(decodeJson(row.value));
    if ((stored?.version ?? null) !== readVersion) return 'stale';
    if (!logo && !stored?.logo) return 'put';
    const { base64, ...facts } = logo ?? { base64: null };
    const kept = logo && { version, media_type: logo.media_type, base64 };
    const shown = logo && { version, ...facts };
    yield* storeSetting(db, { key: logoKey, value: kept, at });
    yield* storeSetting(db, { key: brandingKey, value: { ...asItComes, ...stored, version, logo: shown }, at });
    const object = { kind: 'setting', id: logoKey } as const;
    if (!logo) {
      yield* recordAudit(db, { at, by, action: 'logo.removed', object });
      return 'put';
    }
    const { alt, media_type, width, height } = logo;
    yield* recordAudit(db, {
      at,
      by,
      action: 'logo.put',
      object,
      facts: { version, media_type, width, height },
      personal: { alt },
    });
    return 'put';
  },
);
