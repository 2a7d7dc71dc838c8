const day = /^\d{4}-\d\d-\d\d$/;

/** A whole day in the reader's own time, as a field for dates has it. Pure. */
export const isDay = (value: unknown): value is string =>
  typeof value === 'string' && day.test(value) && !Number.isNaN(Date.parse(value));

/** The first moment of a day. Pure but for the time zone. */
export const startOfDay = (value: string): string => new Date(`${value}T00:00:00`).toISOString();

/** The first moment after a day. Pure but for the time zone. */
export function endOfDay(value: string): string {
  const end = new Date(`${value}T00:00:00`);
  end.setDate(end.getDate() + 1);
  return end.toISOString();
}
