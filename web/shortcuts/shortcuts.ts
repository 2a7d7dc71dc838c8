/** What a key does wherever one is in the app. With a modifier each: a key alone would take letters from whoever dictates (WCAG 2.1.4). */
export const shortcuts = {
  newSession: { keys: '$mod+Shift+O', words: 'New session' },
  findSession: { keys: '$mod+K', words: 'Search sessions' },
  write: { keys: 'Shift+Escape', words: 'Go to the message' },
  stop: { keys: '$mod+.', words: 'Stop the answer' },
  // On many keyboards a slash is a key with Shift.
  showShortcuts: { keys: '$mod+[Shift]+/', words: 'Show these shortcuts' },
} as const;
export type ShortcutName = keyof typeof shortcuts;

/** What the fields and panels know by themselves. */
export const ownKeys = [
  { keys: 'Enter', words: 'Send the message' },
  { keys: 'Shift+Enter', words: 'New line in the message' },
  { keys: 'Escape', words: 'Close a dialog, a menu or the source' },
] as const;
