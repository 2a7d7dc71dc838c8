import { byOf } from '../../access/actor.ts';
import { route } from '../../access/route.ts';
import { announcementState, dismissBody, putAnnouncementBody, shownAnnouncement } from '../../contract/announcement.ts';
import { publicRoute } from '../../http/route.ts';
import {
  announcementFor,
  announcementForAnybody,
  type AnnouncementPorts,
  putAnnouncement,
  readAnnouncement,
} from './announcement.ts';

const tag = 'Administration';
const path = '/api/admin/announcement';

/** What administrators say to everybody, on every page. */
export function announcementRoutes(ports: AnnouncementPorts) {
  return [
    publicRoute({
      method: 'get',
      path: '/api/announcement',
      tag: 'Signing in',
      summary: 'What is announced to whoever has not signed in',
      access: 'public',
      answers: { 200: { description: 'The announcement, or null', schema: shownAnnouncement } },
      handler: async () => ({ status: 200, json: await announcementForAnybody(ports) }),
    }),
    route({
      method: 'get',
      path: '/api/account/announcement',
      tag: 'My account',
      summary: 'What is announced to me; null too when I closed it',
      access: { action: 'account.read' },
      answers: { 200: { description: 'The announcement, or null', schema: shownAnnouncement } },
      handler: async ({ actor }) => ({ status: 200, json: await announcementFor(ports, actor.userId) }),
    }),
    route({
      method: 'post',
      path: '/api/account/announcement/dismiss',
      tag: 'My account',
      summary: 'Close a version of the announcement for me; again is no error',
      access: { action: 'announcement.dismiss' },
      body: dismissBody,
      answers: { 204: { description: 'Closed' } },
      async handler({ actor, body: { version } }) {
        const change = { at: ports.clock.now(), by: byOf(actor) };
        await ports.store.write.dismissAnnouncement({ ...change, userId: actor.userId, version });
        return { status: 204 };
      },
    }),
    route({
      method: 'get',
      path,
      tag,
      summary: 'The announcement as it is set, also before and after its time',
      access: { action: 'admin.announcement.read' },
      answers: { 200: { description: 'The announcement, or null', schema: announcementState } },
      handler: async () => ({ status: 200, json: { announcement: await readAnnouncement(ports) } }),
    }),
    route({
      method: 'put',
      path,
      tag,
      summary: 'Announce something in the place of what was announced before; null takes it away',
      access: { action: 'admin.announcement.write' },
      body: putAnnouncementBody,
      answers: { 200: { description: 'As it is set now', schema: announcementState } },
      handler: async ({ actor, body }) => ({
        status: 200,
        json: { announcement: await putAnnouncement(ports, actor, body.announcement) },
      }),
    }),
  ];
}
