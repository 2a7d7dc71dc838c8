import { useEffect } from 'react';
import { useBranding } from '../branding/use-branding.ts';

/** The page's title, with the installation's name behind it. */
export function useTitle(title: string): void {
  const { name } = useBranding();
  useEffect(() => {
    document.title = title === '' ? name : `${title} · ${name}`;
  }, [title, name]);
}
