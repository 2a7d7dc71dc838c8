import { z } from 'zod';

/** A dense tensor, row-major. */
export type Tensor = { shape: readonly number[]; data: Float32Array };

const headerSchema = z.record(
  z.string(),
  z.union([
    z.object({
      dtype: z.string(),
      shape: z.array(z.number().int().nonnegative()),
      data_offsets: z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]),
    }),
    z.record(z.string(), z.string()),
  ]),
);

/** Reads a safetensors file held in memory: 8 bytes header length (little-endian), a JSON header, then the raw tensors.
 *  @returns a reader that gives one tensor by name, widened to 32-bit floats; it throws when the name is missing
 *  @see https://github.com/huggingface/safetensors (format) */
export function readSafetensors(bytes: Buffer): (name: string) => Tensor {
  const headerBytes = Number(bytes.readBigUInt64LE(0));
  const bodyStart = 8 + headerBytes;
  const header = headerSchema.parse(JSON.parse(bytes.toString('utf8', 8, bodyStart)));
  return (name) => {
    const entry = header[name] ?? header[`bert.${name}`];
    if (entry === undefined || !Array.isArray(entry.shape) || !Array.isArray(entry.data_offsets)) {
      throw new Error(`The weights hold no tensor named ${name}.`);
    }
    const [start, end] = entry.data_offsets;
    const raw = bytes.subarray(bodyStart + start, bodyStart + end);
    if (entry.dtype === 'F16') return { shape: entry.shape, data: widenHalves(raw) };
    if (entry.dtype === 'F32') return { shape: entry.shape, data: readFloats(raw) };
    throw new Error(`${name} has the element type ${JSON.stringify(entry.dtype)}, which is not read here.`);
  };
}

function widenHalves(raw: Buffer): Float32Array {
  const out = new Float32Array(raw.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = halfToFloat(raw.readUInt16LE(i * 2));
  return out;
}

function readFloats(raw: Buffer): Float32Array {
  const out = new Float32Array(raw.length / 4);
  for (let i = 0; i < out.length; i++) out[i] = raw.readFloatLE(i * 4);
  return out;
}

/** IEEE 754 binary16 to a number. */
function halfToFloat(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const mantissa = bits & 1023;
  const sign = bits >> 15 ? -1 : 1;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 31) return mantissa === 0 ? sign * Infinity : Number.NaN;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}
