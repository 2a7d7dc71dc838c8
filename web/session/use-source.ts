import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

/** Which citation's passage is open: it stands in the address, so that reload, back and a link keep it. */
export function useSource() {
  const { source } = useSearch({ strict: false });
  const navigate = useNavigate();
  const open = useCallback(
    (turnId: string, n: number) =>
      void navigate({
        to: '.',
        search: (before) => ({ ...before, source: `${turnId}:${n}` }),
        replace: source !== undefined,
        resetScroll: false,
      }),
    [navigate, source],
  );
  const close = useCallback(() => {
    void navigate({
      to: '.',
      search: ({ source: _, ...before }) => before,
      replace: true,
      resetScroll: false,
    });
    // Focus goes back to the chip that opened it.
    if (source) document.querySelector<HTMLElement>(`[data-source="${CSS.escape(source)}"]`)?.focus();
  }, [navigate, source]);
  const isOpen = (turnId: string, n: number) => source === `${turnId}:${n}`;
  return { source, open, close, isOpen };
}
