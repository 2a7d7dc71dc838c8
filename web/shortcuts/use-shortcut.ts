import { useEffect, useRef } from 'react';
import { tinykeys } from 'tinykeys';
import { type ShortcutName, shortcuts } from './shortcuts.ts';

/** While something lies over the page its keys are its own. Unlike tinykeys' own rule, fields of text are no hindrance. */
const ignore = (event: KeyboardEvent) =>
  event.repeat || event.isComposing || document.querySelector('[role="dialog"], [role="alertdialog"]') !== null;

/** Does something on a shortcut, as long as there is something to do. */
export function useShortcut(name: ShortcutName, run: (() => void) | undefined): void {
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  const isOn = run !== undefined;
  useEffect(() => {
    if (!isOn) return;
    const onPress = (event: KeyboardEvent) => {
      event.preventDefault();
      latest.current?.();
    };
    return tinykeys(window, { [shortcuts[name].keys]: onPress }, { ignore });
  }, [name, isOn]);
}
