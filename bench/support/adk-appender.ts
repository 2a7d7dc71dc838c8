import { join } from 'node:path';

/** ADK's own session service on SQLite: appends one event to one of several sessions. */
export type AdkAppender = { append(session: number): Promise<unknown> };

/** Opens it with whatever MikroORM driver is installed; else says which one is missing.
 *  libsql comes prebuilt inside its npm package; MikroORM's `sqlite` driver wants a native build at installation. */
export async function openAdkAppender(
  folder: string,
  driverModule: string,
  sessions: number,
  text: string,
): Promise<AdkAppender | { missing: string }> {
  let driver: unknown;
  try {
    const loaded = (await import(driverModule)) as Record<string, unknown>;
    driver = loaded.LibSqlDriver ?? loaded.SqliteDriver;
  } catch (error) {
    return { missing: `${driverModule}: ${String(error).split('\n')[0]}` };
  }
  const { createEvent, DatabaseSessionService } = await import('@google/adk');
  const options = { driver, dbName: join(folder, 'adk.db') } as unknown as ConstructorParameters<
    typeof DatabaseSessionService
  >[0];
  const service = new DatabaseSessionService(options);
  await service.init();
  const opened: Awaited<ReturnType<typeof service.createSession>>[] = [];
  for (let i = 0; i < sessions; i++) opened.push(await service.createSession({ appName: 'bench', userId: 'user' }));
  return {
    append: async (at) => {
      const session = opened[at % opened.length];
      if (!session) throw new Error('there is no session');
      const content = { role: 'model', parts: [{ text }] };
      await service.appendEvent({ session, event: createEvent({ invocationId: 'bench', author: 'agent', content }) });
    },
  };
}
