import { systemClock } from '../../../clock.ts';
import { byServer } from '../../../contract/audit.ts';
import { openSqliteStore } from '../../../store/sqlite/sqlite-store.ts';
import { at, Writer } from './given-store.ts';

/** Writes turns of every end to a store until it is killed; says so once it does. Arguments: database path, user id. */
const [path = '', user = ''] = process.argv.slice(2);
const store = await openSqliteStore({ path, clock: systemClock });
const writer = new Writer(store, user);
for (let round = 0; ; round++) {
  const sessionId = await writer.session();
  await writer.send(sessionId, round % 7 === 0 ? 'long '.repeat(20_000) : 'short');
  const stopped = await writer.send(sessionId);
  await writer.send(sessionId);
  await writer.answer(await writer.claim());
  await writer.show(await writer.claim(), 0, 'half an ', 'answer');
  await store.write.stopTurn({ sessionId, turnId: stopped, code: 'stopped', at, by: byServer });
  await writer.show(await writer.claim(), 0, 'lost');
  await writer.answer(await writer.claim(['here']));
  const changes = { title: `Round ${round}` };
  await store.write.updateSession({ sessionId, by: { userId: user }, at, changes });
  if (round % 5 === 0) await store.write.deleteSession({ sessionId, at, by: byServer });
  if (round === 0) process.send?.('writing');
}
