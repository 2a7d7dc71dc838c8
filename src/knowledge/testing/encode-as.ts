/** Text in another encoding than UTF-8, which is all that Node writes: its bytes are looked for among everything of one and two bytes that the
 *  encoding decodes.
 *  @throws Error for a character the encoding does not have */
export function encodeAs(encoding: string, text: string): Uint8Array {
  const bytesOf = new Map<string, number[]>();
  const decoder = new TextDecoder(encoding);
  for (let first = 255; first >= 0; first--) {
    const one = decoder.decode(Uint8Array.of(first));
    if (one.length === 1 && one !== '\ufffd') bytesOf.set(one, [first]);
    else for (let second = 255; second >= 64; second--) addPair(first, second);
  }
  function addPair(first: number, second: number): void {
    const pair = decoder.decode(Uint8Array.of(first, second));
    if (pair.length === 1 && pair !== '\ufffd') bytesOf.set(pair, [first, second]);
  }
  return Uint8Array.from(
    Array.from(text).flatMap((char) => {
      const bytes = bytesOf.get(char);
      if (bytes === undefined) throw new Error(`${encoding} has no ${char}`);
      return bytes;
    }),
  );
}
