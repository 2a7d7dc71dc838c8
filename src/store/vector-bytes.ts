import type { QuantizedVector } from './vector-scan.ts';

/** A quantized vector as the store keeps it: its scale as a 32-bit float, little-endian, then one signed byte a number. */
export function encodeVector({ bytes, scale }: QuantizedVector): Uint8Array {
  const encoded = new Uint8Array(4 + bytes.length);
  new DataView(encoded.buffer).setFloat32(0, scale, true);
  encoded.set(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length), 4);
  return encoded;
}

export function decodeVector(encoded: Uint8Array): QuantizedVector {
  const { buffer, byteOffset, byteLength } = encoded;
  return {
    scale: new DataView(buffer, byteOffset).getFloat32(0, true),
    bytes: new Int8Array(buffer, byteOffset + 4, byteLength - 4),
  };
}
