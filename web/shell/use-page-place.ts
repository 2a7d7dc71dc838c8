import { useRouter } from '@tanstack/react-router';
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useServices } from '../services.tsx';

/** Whoever comes back to a page by the browser's history finds it scrolled to where they left it.
 *  @param isShown  what it shows is there
 *  @returns the ref of the pane that scrolls */
export function usePagePlace(isShown: boolean): RefObject<HTMLElement | null> {
  const pane = useRef<HTMLElement>(null);
  const { pagePlaces } = useServices();
  const router = useRouter();
  const [entry] = useState(() => router.state.location.state.key ?? '');
  useLayoutEffect(() => {
    const px = pagePlaces.of(entry);
    if (isShown && pane.current && px !== undefined) pane.current.scrollTop = px;
  }, [pagePlaces, entry, isShown]);
  useEffect(() => {
    const { current } = pane;
    const note = () => current && pagePlaces.note(entry, current.scrollTop);
    current?.addEventListener('scroll', note, { passive: true });
    return () => current?.removeEventListener('scroll', note);
  }, [pagePlaces, entry]);
  return pane;
}
