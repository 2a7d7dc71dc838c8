import { expect, test } from 'vitest';
import { announcementBody, type StoredAnnouncement } from '../../contract/announcement.ts';
import { shownAt } from './announcement.ts';

const [before, from, within, until] = [1, 2, 3, 4].map((day) => `2026-05-0${day}T00:00:00.000Z`) as [
  string,
  string,
  string,
  string,
];
const said: StoredAnnouncement = {
  version: 'one',
  text: 'Back soon',
  kind: 'warning',
  is_dismissible: true,
  on_sign_in: false,
  from,
  until,
};
const shown = { version: 'one', text: 'Back soon', kind: 'warning', is_dismissible: true };

test('an announcement is shown from its first moment to before its last, and says when that changes', () => {
  expect(shownAt(said, before)).toEqual({ announcement: null, changes_at: from });
  expect(shownAt(said, from)).toEqual({ announcement: shown, changes_at: until });
  expect(shownAt(said, within)).toEqual({ announcement: shown, changes_at: until });
  expect(shownAt(said, until)).toEqual({ announcement: null, changes_at: null });
  expect(shownAt({ ...said, from: null, until: null }, until)).toEqual({ announcement: shown, changes_at: null });
  expect(shownAt(null, within)).toEqual({ announcement: null, changes_at: null });
});

test('an announcement that ends before it begins, or that turns the direction of what is read, is none', () => {
  const { version: _, ...body } = said;
  expect(announcementBody.safeParse(body).success).toBe(true);
  expect(announcementBody.safeParse({ ...body, from: until, until: from }).success).toBe(false);
  expect(announcementBody.safeParse({ ...body, text: 'a\u202eb' }).success).toBe(false);
  expect(announcementBody.safeParse({ ...body, text: 'two\nlines' }).success).toBe(true);
  expect(announcementBody.safeParse({ ...body, text: ' ' }).success).toBe(false);
});
