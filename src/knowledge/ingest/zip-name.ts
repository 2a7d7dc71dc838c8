/** The name of a file in an archive: UTF-8 where it is marked so or valid, else in the encoding of the first PCs, in which Windows still writes
 *  letters such as ü. Pure.
 *  @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT appendix D */
export function zipName(bytes: Uint8Array, isMarkedUtf8: boolean): string {
  try {
    return (isMarkedUtf8 ? lenient : strict).decode(bytes);
  } catch {
    return Array.from(bytes, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : upperHalf[byte - 0x80])).join('');
  }
}

/** One each for all names: an archive may list tens of thousands. */
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Code page 437 from 0x80 on. */
const upperHalf =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';
