import { type InstanceId, newId } from '../../ids.ts';
import type { Presence } from '../presence.ts';

/** An instance that finds those of `gone` dead. */
export function fakePresence(gone: ReadonlySet<string> = new Set()): Presence {
  return {
    instanceId: newId<InstanceId>(),
    goneAmong: (ids) => Promise.resolve(ids.filter((id) => gone.has(id))),
    close: () => Promise.resolve(),
  };
}
