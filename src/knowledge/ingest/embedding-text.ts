/** What the embedder reads of a passage: the document's title and the nearest heading in front of the words, so that a passage that
 *  speaks of "it" is still found. The front is at most 120 UTF-16 units, the rest of the 256 tokens belongs to the passage. Pure. */
export function embeddingText(passage: { title: string; headingPath: readonly string[]; text: string }): string {
  const heading = passage.headingPath.at(-1);
  const front = [passage.title, ...(heading === undefined || heading === passage.title ? [] : [heading])];
  return `${front.join(' - ').slice(0, maxFrontChars).toWellFormed()}\n${passage.text}`;
}

const maxFrontChars = 120;
