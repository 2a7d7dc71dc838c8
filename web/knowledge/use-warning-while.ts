import { useEffect } from 'react';

/** The browser asks whether to leave, as files that have not left go with the page. */
export function useWarningWhile(isUnderWay: boolean): void {
  useEffect(() => {
    if (!isUnderWay) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    globalThis.addEventListener('beforeunload', warn);
    return () => globalThis.removeEventListener('beforeunload', warn);
  }, [isUnderWay]);
}
