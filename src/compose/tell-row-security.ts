import type { Log } from '../log.ts';
import type { RowSecurity } from '../store/postgres/row-security/secure-rows.ts';

/** What an operator must know of it at the start, if anything. */
export function tellRowSecurity(log: Log, rowSecurity: RowSecurity | undefined): void {
  if (!rowSecurity) return;
  if (!rowSecurity.isOn) log.warn('row_security_off', { reason: rowSecurity.reason });
  else if (rowSecurity.weakness !== undefined) log.warn('row_security_weak', { reason: rowSecurity.weakness });
}

export function inOneWord(rowSecurity: RowSecurity): 'on' | 'weak' | 'off' {
  if (!rowSecurity.isOn) return 'off';
  return rowSecurity.weakness === undefined ? 'on' : 'weak';
}
