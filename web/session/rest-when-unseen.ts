/** From its second frame on, an element that is out of sight is neither laid out nor painted. By then the browser knows its height and keeps it, so that nothing
 *  moves; set at once, it would guess. It is still found by the browser's search and read aloud. */
export function restWhenUnseen(element: HTMLElement | null): (() => void) | undefined {
  if (!element) return undefined;
  let frame = requestAnimationFrame(() => {
    frame = requestAnimationFrame(() => {
      element.style.contentVisibility = 'auto';
    });
  });
  return () => cancelAnimationFrame(frame);
}
