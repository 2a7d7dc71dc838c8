import { type RawBuilder, sql } from 'kysely';

/** True where the column holds the text, taken literally, in any case of ASCII: databases fold no other letters alike. */
export function contains(column: string, text: string): RawBuilder<boolean> {
  const pattern = `%${text.replaceAll(/[A-Z]/g, (each) => each.toLowerCase()).replaceAll(/[\\%_]/g, '\\$&')}%`;
  return sql<boolean>`lower(${sql.ref(column)}) like ${pattern} escape '\\'`;
}
