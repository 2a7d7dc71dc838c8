import type { KatexOptions } from 'katex';

/** What a formula that somebody else wrote may do: no addresses, no attributes of its own, bounded sizes and macros. */
export const formulaOptions = {
  trust: false,
  strict: 'ignore',
  throwOnError: true,
  maxSize: 20,
  maxExpand: 300,
} satisfies KatexOptions;
