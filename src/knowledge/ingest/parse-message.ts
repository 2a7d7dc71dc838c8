import { z } from 'zod';

const offset = z.number().int().nonnegative();

/** What the parsing process is asked, as its one argument in JSON; the file's bytes follow on its standard input. */
export type ParseRequest = { fileName: string; maxPages: number; maxTextChars: number };

/** What it answers on file descriptor 3: the length of this JSON (4 bytes, little-endian), the JSON, then the text in UTF-8. */
const parseAnswer = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    title: z.string(),
    mediaType: z.string(),
    headings: z.array(z.object({ level: z.number().int(), text: z.string(), start: offset })),
    pages: z.array(z.object({ page: z.number().int(), start: offset, end: offset })).optional(),
    notices: z.array(z.string()).optional(),
    passages: z.array(
      z.object({ start: offset, end: offset, page: z.number().int().optional(), headingPath: z.array(z.string()) }),
    ),
  }),
  z.object({ ok: z.literal(false), code: z.string(), message: z.string() }),
]);
export type ParseAnswer = z.infer<typeof parseAnswer>;

/** The answer as it was sent; undefined when it is not whole or not an answer. Pure. */
export function decodeAnswer(bytes: Buffer): { answer: ParseAnswer; text: string } | undefined {
  if (bytes.length < 4) return undefined;
  const end = 4 + bytes.readUInt32LE(0);
  if (end > bytes.length) return undefined;
  try {
    const parsed = parseAnswer.safeParse(JSON.parse(bytes.toString('utf8', 4, end)));
    return parsed.success ? { answer: parsed.data, text: bytes.toString('utf8', end) } : undefined;
  } catch {
    return undefined;
  }
}
