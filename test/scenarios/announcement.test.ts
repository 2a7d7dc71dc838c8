import { expect, test } from 'vitest';
import { announcementState, type ShownAnnouncement, shownAnnouncement } from '../../src/contract/announcement.ts';
import { announcementOf } from '../announcements.ts';
import { type Client, answered, refused } from '../client.ts';
import type { Person } from '../given.ts';
import { sharedServer } from '../shared-server.ts';

const server = sharedServer();

const put = async (announcement: unknown) =>
  answered(await server().admin.client.put('/api/admin/announcement', { announcement }), 200, announcementState)
    .announcement;
const seenAt = async (client: Client, path: string): Promise<ShownAnnouncement> =>
  answered(await client.get(path), 200, shownAnnouncement);
const seenBy = ({ client }: Person) => seenAt(client, '/api/account/announcement');
const seenByAnybody = () => seenAt(server().anonymous, '/api/announcement');
const nothing = { announcement: null, changes_at: null };

test('what is announced is seen by everybody signed in, and by anybody only where it is to be on the sign-in page', async () => {
  const person = await server().person();
  await put(announcementOf('Restart at noon, see https://status.example'));
  expect((await seenBy(person)).announcement).toMatchObject({ kind: 'information', is_dismissible: true });
  expect(await seenByAnybody()).toEqual(nothing);
  await put(announcementOf('Restart at noon', { on_sign_in: true, kind: 'warning' }));
  expect((await seenByAnybody()).announcement).toMatchObject({ text: 'Restart at noon', kind: 'warning' });
  await put(null);
  expect([await seenBy(person), await seenByAnybody()]).toEqual([nothing, nothing]);
});

test('before its time nothing of an announcement is told to anybody but when to ask again; after it nothing', async () => {
  const person = await server().person();
  const [past, future] = ['2020-01-01T00:00:00.000Z', '2090-01-01T00:00:00.000Z'];
  await put(announcementOf('Not yet', { from: future, on_sign_in: true }));
  for (const seen of [await seenBy(person), await seenByAnybody()])
    expect(seen).toEqual({ announcement: null, changes_at: future });
  await put(announcementOf('Over', { until: past, on_sign_in: true }));
  for (const seen of [await seenBy(person), await seenByAnybody()]) expect(seen).toEqual(nothing);
  await put(announcementOf('Now', { from: past, until: future }));
  expect(await seenBy(person)).toMatchObject({ announcement: { text: 'Now' }, changes_at: future });
});

test('closing is of one person and one version, and of no announcement that may not be closed', async () => {
  const [one, other] = [await server().person(), await server().person()];
  const close = (version: string | undefined) => one.client.post('/api/account/announcement/dismiss', { version });
  const first = await put(announcementOf('First'));
  expect((await close(first?.version)).status).toBe(204);
  expect((await close(first?.version)).status).toBe(204);
  expect(await seenBy(one)).toEqual(nothing);
  expect((await seenBy(other)).announcement?.text).toBe('First');
  await put(announcementOf('First'));
  expect((await seenBy(one)).announcement?.text).toBe('First');
  const lasting = await put(announcementOf('Lasting', { is_dismissible: false }));
  await close(lasting?.version);
  expect((await seenBy(one)).announcement?.text).toBe('Lasting');
});

test('what is no plain text, or ends before it begins, is not announced', async () => {
  const { client } = server().admin;
  const tries = [
    announcementOf(''),
    announcementOf('x'.repeat(501)),
    announcementOf('a\u0000b'),
    announcementOf('a', { from: '2026-01-02T00:00:00.000Z', until: '2026-01-01T00:00:00.000Z' }),
    { ...announcementOf('a'), version: 'mine' },
  ];
  for (const announcement of tries)
    refused(await client.put('/api/admin/announcement', { announcement }), 400, 'bad_request');
});
