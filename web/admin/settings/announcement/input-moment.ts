/** A moment as a field for date and time has it: of this place, to the minute. */
export function inputMoment(iso: string): string {
  const moment = new Date(iso);
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000)
    .toISOString()
    .slice(0, 'YYYY-MM-DDTHH:mm'.length);
}

/** The moment that such a field says; null when it says none. */
export function isoMoment(local: string): string | null {
  const ms = Date.parse(local);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}
