import { createEventActions } from '@google/adk';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { givenAdkService, idsOf, says } from './testing/given-adk-service.ts';

const given = givenAdkService();
describe('ids are any strings', () => {
  const odd = [
    '',
    ' ',
    '/a/../b',
    '__proto__',
    'constructor',
    "';drop table users;--",
    'a\0b',
    '\u0001"x"',
    '\ud800',
    '\udfff\ud800',
    '\ufffd',
    '💥',
    'é',
    'e\u0301',
    'x'.repeat(100_000),
  ];

  let events = 0;

  async function roundTrip(appName: string, userId: string, sessionId: string): Promise<void> {
    const ids = { appName, userId, sessionId };
    const session = { id: sessionId, appName, userId };
    const before = await given.service.getOrCreateSession(ids);
    expect(before).toMatchObject(session);
    events += 1;
    const event = says('user', 'Hi', {
      id: `${sessionId}#${events}`,
      actions: createEventActions({ stateDelta: { [userId]: appName.length } }),
    });
    await given.service.appendEvent({ session: before, event });
    const read = await given.service.getOrCreateSession(ids);
    expect(read).toMatchObject(session);
    expect(idsOf(read)).toEqual(idsOf(before));
    expect(idsOf(read).at(-1)).toBe(event.id);
    const { sessions } = await given.service.listSessions({ appName, userId });
    expect(sessions.map((each) => each.id)).toContain(sessionId);
  }

  test('odd ones in each place, none taken for another', async () => {
    const { appName } = given.name;
    for (const each of odd) await roundTrip(each, 'u', appName);
    for (const each of odd) await roundTrip(appName, each, 's');
    for (const each of odd) await roundTrip(appName, 'u', each);
    for (const each of odd) {
      expect((await given.service.getSession({ appName: each, userId: 'u', sessionId: appName }))?.events).toHaveLength(
        1,
      );
    }
    expect((await given.service.listSessions({ appName, userId: 'u' })).totalItems).toBe(odd.length);
    expect((await given.service.listSessions({ appName })).totalItems).toBe(2 * odd.length);
  });

  test('any (seeded)', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
    );
    await fc.assert(fc.asyncProperty(text, text, text, roundTrip), { numRuns: 60 });
  });
});
