import assert from 'node:assert/strict';
import { announcementState, shownAnnouncement } from '../../../src/contract/announcement.ts';
import { announcementOf } from '../../announcements.ts';
import { answered } from '../../client.ts';
import { expectStatus, finds, type ServerWay } from './way.ts';

const path = '/api/admin/announcement';

export const putAnnouncement: ServerWay = {
  place: 'server',
  isAnswered: true,
  prepare({ server, number }) {
    const text = `Announcement ${number()}`;
    return Promise.resolve({
      async act() {
        expectStatus(await server.admin.client.put(path, { announcement: announcementOf(text) }), 200);
      },
      isStored: (ask) => finds(ask, "select 1 from settings where json_extract(value, '$.text') = ?", text),
      async check() {
        const { announcement } = answered(await server.admin.client.get(path), 200, announcementState);
        assert.equal(announcement?.text, text);
      },
    });
  },
};

export const dismissAnnouncement: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare({ server, number }) {
    const { client } = server.admin;
    const put = await client.put(path, { announcement: announcementOf(`Announcement ${number()}`) });
    const version = answered(put, 200, announcementState).announcement?.version ?? '';
    return {
      async act() {
        expectStatus(await client.post('/api/account/announcement/dismiss', { version }), 204);
      },
      isStored: (ask) => finds(ask, 'select 1 from users where dismissed_announcement = ?', version),
      async check() {
        const shown = answered(await client.get('/api/account/announcement'), 200, shownAnnouncement);
        assert.equal(shown.announcement, null);
      },
    };
  },
};
