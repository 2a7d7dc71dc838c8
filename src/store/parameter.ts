import { storableText } from './json.ts';

/** A value as every database takes it: truth is 1 and 0, text is what can be stored. */
export function parameter(value: unknown): string | number | bigint | Uint8Array | null {
  switch (typeof value) {
    case 'string':
      return storableText(value);
    case 'number':
    case 'bigint':
      return value;
    case 'boolean':
      return value ? 1 : 0;
    default:
      if (value === null || value === undefined) return null;
      if (value instanceof Uint8Array) return value;
      throw new TypeError(`a statement parameter of type ${typeof value}`);
  }
}
