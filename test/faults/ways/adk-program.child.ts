import { join } from 'node:path';
import { createEvent } from '@google/adk';
import { adkSessionService } from '../../../src/agents/adk-session-service.ts';
import { systemClock } from '../../../src/clock.ts';
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import type { AdkTask } from './adk-program.ts';

/** A foreign ADK program that keeps its sessions in Perdure's store: does one thing with one session, and ends. */
const { dataDir, killAt, task, sessionId } = JSON.parse(process.argv[2] ?? '') as AdkTask;

const store = await openSqliteStore({
  path: join(dataDir, 'perdure.db'),
  clock: systemClock,
  ...(killAt !== undefined && { killAt }),
});
const service = adkSessionService({ store, clock: systemClock });
const name = { appName: 'kill points', userId: 'program', sessionId };
switch (task) {
  case 'create':
    await service.getOrCreateSession({ ...name, state: { kept: sessionId } });
    break;
  case 'append': {
    const content = { role: 'user', parts: [{ text: `said in ${sessionId}` }] };
    const event = createEvent({ id: `event of ${sessionId}`, author: 'user', timestamp: 1, content });
    await service.appendEvent({ session: await service.getOrCreateSession(name), event });
    break;
  }
  case 'delete':
    await service.deleteSession(name);
    break;
  case 'read': {
    const session = await service.getSession(name);
    process.stdout.write(JSON.stringify(session ? { state: session.state, events: session.events.length } : null));
  }
}
await service.close();
