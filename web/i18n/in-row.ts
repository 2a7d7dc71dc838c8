import type { ReactNode } from 'react';
import { rich, t } from '../i18n/translate.ts';

/** `a, b, c`: what stands side by side, parted as the language does it. */
export function inRow(parts: readonly string[]): string {
  const [first = '', ...rest] = parts;
  return rest.reduce((before, next) => t('{before}, {next}', { before, next }), first);
}

export function elementsInRow(parts: readonly ReactNode[]): ReactNode {
  const [first, ...rest] = parts;
  return rest.reduce((before, next) => rich('{before}, {next}', { before, next }), first);
}
