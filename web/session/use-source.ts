import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

/** Which citation's passage is open: it stands in the address, so that reload, back and a link keep it. */
export function useSource() {
  const { source } = useSearch({ from: '/shell/sessions/$sessionId' });
  const navigate = useNavigate({ from: '/sessions/$sessionId' });
  const open = useCallback(
    (turnId: string, n: number) =>
      void navigate({ search: { source: `${turnId}:${n}` }, replace: source !== undefined, resetScroll: false }),
    [navigate, source],
  );
  const close = useCallback(() => {
    void navigate({ search: {}, replace: true, resetScroll: false });
    // Focus goes back to the chip that opened it.
    if (source) document.querySelector<HTMLElement>(`[data-source="${CSS.escape(source)}"]`)?.focus();
  }, [navigate, source]);
  const isOpen = (turnId: string, n: number) => source === `${turnId}:${n}`;
  return { source, open, close, isOpen };
}
