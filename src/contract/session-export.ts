import { z } from 'zod';
import { time } from './common.ts';
import { sessionEvent } from './events.ts';
import { session } from './sessions.ts';

/** What an export says of a session. `imported_at` is missing where the version that made it did not know of it. */
export const exportedSession = z.strictObject({
  ...session.shape,
  session_id: z.string().min(1).max(200),
  username: z.string().max(200),
  title: z.string().max(200),
  agent: z.strictObject({ id: z.string().min(1).max(100), name: z.string().max(200) }),
  corpora: z.array(z.string().min(1).max(200)).max(50),
  imported_at: time.nullable().optional(),
  deleted_at: time.nullable(),
});
export type ExportedSession = z.infer<typeof exportedSession>;

/** A session as JSON, whole: what `GET /api/sessions/:id/export?format=json` sends, what stands in the archive of an account, and what an
 *  import takes. It is written an event a line. */
export const sessionFile = z.strictObject({ session: exportedSession, events: z.array(sessionEvent) });
export type SessionFile = z.infer<typeof sessionFile>;

/** `page` is the same JSON, for the page that people print or save as PDF: what is taken out is on record as what it is taken for. */
export const sessionExportFormat = z.enum(['markdown', 'json', 'page']);
export type SessionExportFormat = z.infer<typeof sessionExportFormat>;
export const sessionExportQuery = z.strictObject({ format: sessionExportFormat });
