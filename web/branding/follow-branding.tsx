import { useEffect } from 'react';
import { accentAddress } from '../../src/contract/branding.ts';
import { useBranding } from './use-branding.ts';

/** Keeps the page in the colours of the installation. */
export function FollowBranding() {
  const { accent } = useBranding();
  useEffect(() => wearAccent(accent), [accent]);
  return null;
}

const worn = `link[rel="stylesheet"][href^="${accentAddress('#')}"]`;

/** The sheet that was there stays until the next one is: nothing is seen in between. */
function wearAccent(accent: string | null): void {
  const before = [...document.head.querySelectorAll<HTMLLinkElement>(worn)];
  const takeAway = () => before.forEach((link) => link.remove());
  if (accent === null) return takeAway();
  const href = accentAddress(accent);
  if (before.at(-1)?.getAttribute('href') === href) return;
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = href;
  link.addEventListener('load', takeAway, { once: true });
  document.head.append(link);
}
