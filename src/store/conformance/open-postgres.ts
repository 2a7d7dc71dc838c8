import { systemClock } from '../../clock.ts';
import { newId, type InstanceId } from '../../ids.ts';
import { openPostgresStore } from '../postgres/postgres-store.ts';
import type { Store } from '../store.ts';

/** How a second process of the suite opens the store in a database. */
export async function openStore(url: string): Promise<Store> {
  return (await openPostgresStore({ url, clock: systemClock, instanceId: newId<InstanceId>() })).store;
}
