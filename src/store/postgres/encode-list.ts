import type { ColumnKind, ColumnValues } from '../column-values.ts';
import { parameter } from '../parameter.ts';

/** Types as PostgreSQL numbers them. */
const oidOf: Readonly<Record<ColumnKind, number>> = { text: 25, bigint: 20 };
const headBytes = 20;
const lengthBytes = 4;
const bigintBytes = 8;
const noValue = -1;
const half = 2 ** 32;

/** A list in the form in which the server keeps it: nothing in it has to be quoted here and read letter by letter there.
 *  @see https://github.com/postgres/postgres/blob/REL_15_STABLE/src/backend/utils/adt/arrayfuncs.c `array_recv`
 *  @throws TypeError for a value that the column cannot have */
export function encodeList({ kind, values }: ColumnValues): Buffer {
  const cells = values.map((each) => cellOf(kind, parameter(each)));
  const encoded = Buffer.allocUnsafe(cells.reduce((sum, { bytes }) => sum + lengthBytes + bytes, headBytes));
  let at = 0;
  const put = (number: number) => (at = encoded.writeInt32BE(number, at));
  put(1);
  put(cells.some(({ value }) => value === null) ? 1 : 0);
  put(oidOf[kind]);
  put(cells.length);
  put(1);
  for (const { value, bytes } of cells) {
    put(value === null ? noValue : bytes);
    if (typeof value === 'string') at += encoded.write(value, at);
    else if (value !== null) {
      const high = Math.floor(value / half);
      encoded.writeInt32BE(high, at);
      at = encoded.writeUInt32BE(value - high * half, at + lengthBytes);
    }
  }
  return encoded;
}

type Cell = { value: string | number | null; bytes: number };

function cellOf(kind: ColumnKind, value: ReturnType<typeof parameter>): Cell {
  if (value === null) return { value, bytes: 0 };
  if (kind === 'text' && typeof value === 'string') return { value, bytes: Buffer.byteLength(value) };
  if (kind === 'bigint' && Number.isSafeInteger(value)) return { value: value as number, bytes: bigintBytes };
  throw new TypeError(`a value of type ${typeof value} in a column of ${kind}`);
}
