import * as fc from 'fast-check';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** Values that a schema of our description allows: bounds, patterns and formats included.
 *  @param hint  ids and names that mean something to the server, by the name of the property they fit */
export function valuesOf(
  schema: JsonSchema,
  hint: (name: string) => readonly string[],
  name = '',
): fc.Arbitrary<unknown> {
  if ('const' in schema) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom<unknown>(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(choices)) {
    return fc.oneof(...choices.map((each: JsonSchema) => valuesOf(each, hint, name)));
  }
  switch (schema.type) {
    case 'object':
      return objectsOf(schema, hint);
    case 'array':
      return (schema.uniqueItems === true ? fc.uniqueArray : fc.array)(valuesOf(childOf(schema.items), hint, name), {
        minLength: numberOf(schema.minItems, 0),
        maxLength: Math.min(numberOf(schema.maxItems, 5), 5),
      });
    case 'integer':
      return integersOf(schema);
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return stringsOf(schema, hint(name));
  }
}

function objectsOf(schema: JsonSchema, hint: (name: string) => readonly string[]): fc.Arbitrary<unknown> {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>);
  const required = Array.isArray(schema.required) ? (schema.required as string[]) : [];
  const values = Object.fromEntries(properties.map(([name, each]) => [name, valuesOf(each, hint, name)]));
  const least = Object.fromEntries(Object.entries(values).filter(([name]) => required.includes(name)));
  return fc.oneof(fc.record(least), fc.record(values, { requiredKeys: required }));
}

/** The least one and the next often: versions and counts begin there. */
function integersOf(schema: JsonSchema): fc.Arbitrary<number> {
  const [min, max] = [numberOf(schema.minimum, -10), Math.min(numberOf(schema.maximum, 500), 2 ** 31 - 1)];
  return fc.oneof(fc.constantFrom(min, Math.min(min + 1, max)), fc.integer({ min, max }));
}

function stringsOf(schema: JsonSchema, known: readonly string[]): fc.Arbitrary<string> {
  const [minLength, maxLength] = [numberOf(schema.minLength, 0), numberOf(schema.maxLength, 200)];
  const plain = fc.string({ unit: 'grapheme', minLength, maxLength: Math.max(minLength, Math.min(maxLength, 40)) });
  const longest = fc.constant('x'.repeat(Math.min(maxLength, 2_000)));
  const own =
    schema.format === 'uuid' ? fc.uuid({ version: 4 }) : (patternOf(schema.pattern) ?? fc.oneof(plain, plain, longest));
  return known.length === 0 ? own : fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...known) }, own);
}

function patternOf(pattern: unknown): fc.Arbitrary<string> | undefined {
  if (typeof pattern !== 'string') return undefined;
  // No generated text has a lone surrogate, and there is nothing to draw one from.
  return fc.stringMatching(new RegExp(pattern.replaceAll('\\p{Cs}', ''), 'u'), { size: 'small' });
}

const childOf = (items: unknown): JsonSchema =>
  typeof items === 'object' && items !== null ? (items as JsonSchema) : {};
const numberOf = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);
