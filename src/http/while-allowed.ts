/** How long a reader who was signed out or suspended may still be given something. */
const askEveryMs = 3_000;

/** A body that is sent for as long as its reader may have it: asked before the next piece leaves, as streams of events ask. Then it breaks
 *  off, so that nobody takes what they have for the whole.
 *  @param everyMs  shorter only in tests */
export function whileAllowed(
  body: ReadableStream<Uint8Array>,
  isAllowed: () => Promise<boolean>,
  everyMs = askEveryMs,
): ReadableStream<Uint8Array> {
  let askedMs = performance.now();
  return body.pipeThrough(
    new TransformStream({
      async transform(piece, controller) {
        if (performance.now() - askedMs >= everyMs) {
          if (!(await isAllowed())) throw new Error('the reader may not have the rest');
          askedMs = performance.now();
        }
        controller.enqueue(piece);
      },
    }),
  );
}
