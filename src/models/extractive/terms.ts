/** Words that say nothing about what a question is after. */
const stopWords = new Set(
  `a about above after again all also am an and any anyone anything are as at be because been before being below between both but by can
  could did do does doing done down during each either else ever every few for from further get give had has have having he her here hers
  him his how i if in into is it its itself just know let like look make many may me mean might more most much must my need no nor not
  of off on once one only or other our out over own please say shall she should show so some such tell than that the their them then
  there these they this those through to too under until up us use used using very want was way we were what when where which while
  who whom whose why will with within without would you your`.split(/\s+/),
);

/** The words of a text that carry meaning, lower case and stemmed, in order, with repeats. Pure. */
export function termsOf(text: string): string[] {
  const words =
    text
      .toLowerCase()
      .normalize('NFKC')
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.filter((word) => !stopWords.has(word)).map(stem);
}

/** Cuts the commonest English endings, so that "backs", "backed" and "backing" meet. Lighter than Porter's: it only has
 *  to bring two forms of one word together, not to name the word. */
function stem(word: string): string {
  if (word.length <= 3 || /\p{N}/u.test(word)) return word;
  let root = word
    .replace(/(?:ies|ied)$/, 'y')
    .replace(/(?<=[sxz]|ch|sh)es$/, '')
    .replace(/(?<=[^aeious])s$/, '')
    .replace(/(?<=[aeo])s$/, '');
  const longer = root.replace(/(?:ations?|ators?)$/, 'at').replace(/(?:ingly|edly|ing|ed|ly|ment)$/, '');
  if (longer.length >= 3 && /[aeiouy]/.test(longer)) root = longer;
  return root.replace(/([bdfgklmnprt])\1$/, '$1').replace(/(?<=..)e$/, '');
}
