import { expect } from 'vitest';
import { brandingKey } from '../../contract/branding.ts';
import { newId } from '../../ids.ts';
import type { Row } from './row.ts';

const change = { at: '2026-11-22T10:00:00.000Z', by: { userId: null } };
const named = (name: string | null) => ({ name, accent: '#224466' });

export const brandingRows: readonly Row[] = [
  {
    title: 'branding is given back as it was set, and one of two who read the same version is refused',
    async run({ another }) {
      const { store, reopen } = await another();
      const [first, second] = [newId(), newId()];
      const put = (readVersion: string | null, version: string, name: string | null) =>
        store.write.putBranding({ ...change, readVersion, version, branding: named(name) });
      expect(await put(newId(), first, 'One')).toBe('stale');
      expect(await put(null, first, 'One')).toBe('put');
      const outcomes = await Promise.all([put(first, second, 'Two'), put(first, newId(), 'Three')]);
      expect(outcomes).toEqual(['put', 'stale']);
      expect(await put(null, newId(), 'Four')).toBe('stale');
      expect(await put(second, newId(), 'Two'), 'what is the same is no other version').toBe('put');
      const { read } = await reopen();
      expect(await read.setting({ key: brandingKey })).toEqual({ version: second, ...named('Two') });
    },
  },
];
