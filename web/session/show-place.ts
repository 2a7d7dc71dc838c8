/** As long as turns above it are drawn, and move what was shown. */
const settlesMs = 600;
const markedMs = 2_500;
const byHand = ['wheel', 'touchmove', 'keydown', 'pointerdown'] as const;

/** Scrolls to an element, keeps it there until the page has settled or the person moves it, sets the focus on it and shows it for a moment. */
export function showPlace(place: HTMLElement): void {
  const until = performance.now() + settlesMs;
  const moved = new AbortController();
  for (const kind of byHand) {
    addEventListener(kind, () => moved.abort(), { signal: moved.signal, passive: true, capture: true });
  }
  const scroll = () => {
    if (moved.signal.aborted || !place.isConnected) return;
    place.scrollIntoView({ block: place.offsetHeight > innerHeight / 2 ? 'start' : 'center' });
    if (performance.now() < until) requestAnimationFrame(scroll);
    else moved.abort();
  };
  scroll();
  place.tabIndex = -1;
  place.focus({ preventScroll: true });
  const ground = 'var(--accent-soft)';
  place.animate({ backgroundColor: [ground, ground, 'transparent'] }, markedMs);
}
