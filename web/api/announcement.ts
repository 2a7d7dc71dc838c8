import { type AnnouncementBody, announcementState, shownAnnouncement } from '../../src/contract/announcement.ts';
import { call, command } from './client.ts';

/** What is announced to whom this page is for. */
export const fetchShownAnnouncement = (isSignedIn: boolean, signal: AbortSignal) =>
  call(shownAnnouncement, 'GET', isSignedIn ? '/api/account/announcement' : '/api/announcement', { signal });
export const dismissAnnouncement = (version: string) =>
  command('POST', '/api/account/announcement/dismiss', { body: { version } });
export const fetchAnnouncement = (signal: AbortSignal) =>
  call(announcementState, 'GET', '/api/admin/announcement', { signal });
export const putAnnouncement = (announcement: AnnouncementBody | null) =>
  call(announcementState, 'PUT', '/api/admin/announcement', { body: { announcement } });
