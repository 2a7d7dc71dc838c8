import { useState } from 'react';

/** Gives the focus back to what had it before something opened: Radix does so only for what its own triggers open.
 *  To be spread over the content. */
export function useReturnFocus(open: boolean): { onCloseAutoFocus(event: Event): void } {
  const [state, setState] = useState(() => ({ open, back: open ? placeOfFocus() : undefined }));
  if (state.open !== open) setState({ open, back: open ? placeOfFocus() : state.back });
  return {
    onCloseAutoFocus(event) {
      event.preventDefault();
      state.back?.focus();
    },
  };
}

/** An entry of a menu is gone by then; the button that opened the menu is not. */
function placeOfFocus(): HTMLElement | undefined {
  const focused = document.activeElement;
  const menu = focused?.closest('[role="menu"]');
  const place = menu ? document.getElementById(menu.getAttribute('aria-labelledby') ?? '') : focused;
  return place instanceof HTMLElement ? place : undefined;
}
