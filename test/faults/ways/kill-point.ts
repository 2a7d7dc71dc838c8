import type { CommandName } from './index.ts';

/** Where a process is killed: right before or right after the commit that a command is part of. */
export type KillPoint = { moment: 'before' | 'after'; name: CommandName };

/** As the setting PERDURE_TEST_KILL_AT names it.
 *  @param pass  which time the command is run */
export const nameOf = ({ moment, name }: KillPoint, pass = 1): string => `${moment}:${name}:${pass}`;
