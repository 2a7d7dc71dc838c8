import { query } from '../command.ts';
import { stands } from '../standing.ts';

/** Whether somebody may still come through what they came through. Asked for every open stream again and again. */
export const mayStillAct = query(stands);
