import { useEffect, useRef, useState } from 'react';
import { z } from 'zod';
import {
  type AdminSessionsQuery,
  adminSessionGone,
  adminSessionRow,
  adminSessionsSnapshot,
} from '../../src/contract/admin.ts';
import { time } from '../../src/contract/common.ts';
import { adminSessionsStream } from '../api/admin.ts';
import { reportUnauthorized } from '../api/client.ts';
import type { ApiError } from '../api/errors.ts';
import type { Frame } from '../api/event-stream.ts';
import { type LiveState, LiveStream } from '../api/live-stream.ts';
import { type LivePage, type PageRules, pageOf, withoutRow, withRow } from './live-sessions.ts';

/** A session may come and go many times. */
const passing: ReadonlySet<string> = new Set(['running', 'waiting', 'failed', 'archived']);
const asOf = z.object({ as_of: time });
/** A fresh snapshot is asked for at most this often when only one can tell the total. A filtered stream says "gone" of every changed session that does not match, and is asked less often. */
const recountMs = 5000;
const filteredRecountMs = 30_000;

/** The administrator's list for a query, by the stream alone: no list is ever requested. A new query opens a new stream. */
export function useLiveSessions(query: AdminSessionsQuery): {
  page: LivePage | undefined;
  state: LiveState;
  error: ApiError | undefined;
} {
  const url = adminSessionsStream(query);
  const [shown, setShown] = useState<{ url: string; page: LivePage }>();
  const [link, setLink] = useState<{ state: LiveState; error: ApiError | undefined }>({
    state: 'connecting',
    error: undefined,
  });
  const rules = useRef<PageRules>({ sort: 'last_activity', limit: 50, first: true });
  useEffect(() => {
    rules.current = {
      sort: query.sort ?? 'last_activity',
      limit: query.limit ?? 100,
      first: query.cursor === undefined,
    };
  });

  const isPassing = query.status !== undefined && passing.has(query.status);
  const filtered = isPassing || [query.q, query.username, query.agent_id].some((each) => each !== undefined);

  useEffect(() => {
    let page: LivePage | undefined;
    let frame: number | undefined;
    let recount: ReturnType<typeof setTimeout> | undefined;
    const draw = () => {
      frame ??= requestAnimationFrame(() => {
        frame = undefined;
        if (page) setShown({ url, page });
      });
    };
    const stream = new LiveStream({
      url: () => url,
      onFrame: (each) => {
        page = nextPage(page, each, rules.current);
        if (page?.unsure) {
          recount ??= setTimeout(
            () => {
              recount = undefined;
              stream.restart();
            },
            filtered ? filteredRecountMs : recountMs,
          );
        }
        draw();
      },
      onState: (state, end) => {
        const error = end?.reason === 'refused' ? end.error : undefined;
        if (error?.status === 401) reportUnauthorized();
        setLink({ state, error });
      },
    });
    return () => {
      stream.close();
      clearTimeout(recount);
      if (frame !== undefined) cancelAnimationFrame(frame);
    };
  }, [url, filtered]);

  // While another page loads, the one before stays on the screen.
  return { page: shown?.page, ...link };
}

function nextPage(page: LivePage | undefined, frame: Frame, rules: PageRules): LivePage | undefined {
  const data = json(frame.data);
  if (frame.event === 'snapshot') {
    const snapshot = adminSessionsSnapshot.safeParse(data);
    return snapshot.success ? pageOf(snapshot.data) : page;
  }
  if (!page) return page;
  if (frame.event === 'row') {
    const row = adminSessionRow.safeParse(data);
    return row.success ? withRow(page, row.data, rules) : page;
  }
  if (frame.event === 'gone') {
    const gone = adminSessionGone.safeParse(data);
    return gone.success ? withoutRow(page, gone.data.session_id) : page;
  }
  const moment = frame.event === 'as_of' ? asOf.safeParse(data) : undefined;
  return moment?.success ? { ...page, asOf: moment.data.as_of } : page;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
