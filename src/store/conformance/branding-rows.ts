import { expect } from 'vitest';
import { brandingKey } from '../../contract/branding.ts';
import { logoKey } from '../../contract/logo.ts';
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
      expect(await read.setting({ key: brandingKey })).toEqual({ version: second, ...named('Two'), logo: null });
    },
  },
  {
    title: 'a logo stays with another name, has a version of its own, and leaves no bytes when it is taken away',
    async run({ another }) {
      const { store } = await another();
      const [first, second, third] = [newId(), newId(), newId()];
      const facts = { media_type: 'image/png', width: 2, height: 1, alt: 'A fox' } as const;
      const putLogo = (readVersion: string | null, version: string, base64: string | null) =>
        store.write.putLogo({ ...change, readVersion, version, logo: base64 === null ? null : { ...facts, base64 } });
      const read = (key: string) => store.read.setting({ key });
      expect(await putLogo(null, first, 'AAAA')).toBe('put');
      expect(await putLogo(null, newId(), 'BBBB')).toBe('stale');
      const branding = named('One');
      expect(await store.write.putBranding({ ...change, readVersion: first, version: second, branding })).toBe('put');
      expect(await read(brandingKey)).toEqual({ version: second, ...branding, logo: { version: first, ...facts } });
      expect(await read(logoKey)).toEqual({ version: first, media_type: 'image/png', base64: 'AAAA' });
      expect(await putLogo(second, third, null)).toBe('put');
      expect([await read(brandingKey), await read(logoKey)]).toEqual([
        { version: third, ...branding, logo: null },
        null,
      ]);
    },
  },
];
