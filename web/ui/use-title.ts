import { useEffect } from 'react';

/** The page's title, with the product's name behind it. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title === '' ? 'Perdure' : `${title} · Perdure`;
  }, [title]);
}
