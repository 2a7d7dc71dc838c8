import type { AnnouncementBody } from '../src/contract/announcement.ts';

/** Something said to everybody, but for what is set otherwise. */
export const announcementOf = (text: string, other: Partial<AnnouncementBody> = {}): AnnouncementBody => ({
  text,
  kind: 'information',
  from: null,
  until: null,
  on_sign_in: false,
  is_dismissible: true,
  ...other,
});
