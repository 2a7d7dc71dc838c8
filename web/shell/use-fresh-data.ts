import type { QueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { forgetKept, keptSince } from '../offline/kept.ts';
import { useServices } from '../services.tsx';
import { agentsKey } from '../sessions/use-agents.ts';

/** Queries of this kind are asked again when the feed says that knowledge changed. */
export const knowledgeKey = 'knowledge';
/** Asked again whenever the feed was cut and is back: rows that changed meanwhile were not sent. */
export const sessionsKey = 'sessions';
/** What administrators set for every page: asked again when the feed says that it changed, and after every cut. */
export const settingsKey = 'settings';

const everyMs = 1000;

/** Keeps fetched data true by what the feed says. */
export function useFreshData(queryClient: QueryClient): void {
  const { feed, liveRows } = useServices();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let first = true;
    const refreshKnowledge = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void queryClient.invalidateQueries({ queryKey: [knowledgeKey] });
        // What is granted changes both.
        void queryClient.invalidateQueries({ queryKey: agentsKey });
      }, everyMs);
    };
    const unhear = feed.onMessage((message) => {
      if (message.kind === 'knowledge') refreshKnowledge();
      if (message.kind === 'settings') void queryClient.invalidateQueries({ queryKey: [settingsKey] });
      if (message.kind === 'shared') {
        const { gone } = liveRows.getState();
        liveRows.forgetShared();
        void queryClient.invalidateQueries({ queryKey: [sessionsKey] }).then(() => liveRows.readmit(gone));
      }
      if (message.kind !== 'connected') return;
      if (keptSince() !== undefined) {
        forgetKept();
        void queryClient.invalidateQueries();
        return;
      }
      if (first) {
        // The first connection comes with the page itself; its list may still be under way.
        first = false;
        void queryClient.invalidateQueries({ queryKey: [sessionsKey] }, { cancelRefetch: false });
        return;
      }
      void queryClient.invalidateQueries({ queryKey: [sessionsKey] });
      void queryClient.invalidateQueries({ queryKey: [settingsKey] });
      refreshKnowledge();
    });
    return () => {
      unhear();
      clearTimeout(timer);
    };
  }, [feed, liveRows, queryClient]);
}
