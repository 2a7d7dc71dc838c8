import { routeMaker } from '../http/route.ts';
import type { Actor } from './actor.ts';
import type { Action } from './authorize.ts';

/** Declares a route of a feature: every one names the action it is for. */
export const route = routeMaker<Actor, Action>();
