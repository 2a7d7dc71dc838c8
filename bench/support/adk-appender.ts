/** ADK's own session service: appends one event to one of several sessions. */
export type AdkAppender = { append(session: number): Promise<unknown> };

/** Opens it with whatever MikroORM driver is installed; else says which one is missing.
 *  libsql comes prebuilt inside its npm package; MikroORM's `sqlite` driver wants a native build at installation. */
export async function openAdkAppender(
  database: { dbName: string } | { clientUrl: string; driverOptions?: unknown },
  driverModule: string,
  sessions: number,
  text: string,
): Promise<AdkAppender | { missing: string }> {
  let driver: unknown;
  try {
    const loaded = (await import(driverModule)) as Record<string, unknown>;
    driver = loaded.LibSqlDriver ?? loaded.SqliteDriver ?? loaded.PostgreSqlDriver;
  } catch (error) {
    return { missing: `${driverModule}: ${String(error).split('\n')[0]}` };
  }
  const { createEvent, DatabaseSessionService } = await import('@google/adk');
  const options = { driver, ...database } as unknown as ConstructorParameters<typeof DatabaseSessionService>[0];
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
