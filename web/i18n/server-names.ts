/** Names and descriptions that the server gives by itself: `named` finds their translation. What people write is never looked up. */
export const serverNames: readonly string[] = [
  'all-MiniLM-L6-v2 (built in)',
  'Answers questions from your documents and shows where each answer stands.',
  'Everyone',
  'How to use and to run Perdure. It came with the program.',
  'Lists the collections of documents that can be searched, with what each holds and the tags that it or its documents have.',
  'New session',
  'Quotes from your documents (no language model configured)',
  'Quotes from your documents, chosen by their words (no language model configured)',
  'Returns the full text of a passage that a search returned in part.',
  'Searches the documents and returns the passages that fit best, each with a number to cite it by.',
  'Set by the environment',
  'Test of {name}',
  'the server',
  'Unknown device',
  'Version {version} again',
];
