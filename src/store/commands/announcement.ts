import { announcementKey, type StoredAnnouncement } from '../../contract/announcement.ts';
import { command } from '../command.ts';
import { encodeJson } from '../json.ts';
import { type Db, first, run, type Script } from '../script.ts';
import { type Change, recordAudit } from './record-audit.ts';
import { storeSetting } from './settings.ts';

/** Says something to everybody in the place of what was said before; null takes it away. */
export const putAnnouncement = command(
  ['audit', 'settings'],
  function* (db: Db, args: Change & { announcement: StoredAnnouncement | null }): Script<void> {
    const { at, by, announcement } = args;
    const stored = yield* first(db.selectFrom('settings').select('value').where('key', '=', announcementKey));
    if ((stored?.value ?? 'null') === encodeJson(announcement)) return;
    yield* storeSetting(db, { key: announcementKey, value: announcement, at });
    const object = { kind: 'setting', id: announcementKey } as const;
    if (!announcement) {
      yield* recordAudit(db, { at, by, action: 'announcement.removed', object });
      return;
    }
    const { text, ...facts } = announcement;
    yield* recordAudit(db, { at, by, action: 'announcement.put', object, facts, personal: { text } });
  },
);

/** A person closes an announcement for themselves, everywhere. */
export const dismissAnnouncement = command(
  [],
  function* (db: Db, args: Change & { userId: string; version: string }): Script<void> {
    yield* run(db.updateTable('users').set({ dismissed_announcement: args.version }).where('id', '=', args.userId));
  },
);
