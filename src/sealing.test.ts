import { describe, expect, test } from 'vitest';
import { newSecret } from './ids.ts';
import { createSealing } from './sealing.ts';

const secret = newSecret();
const sealing = createSealing(secret);
const place = { purpose: 'second factor', of: 'user-1' };

describe('what is sealed', () => {
  test.each(['', 'JBSWY3DPEHPK3PXP', 'ä🙂\0', 'x'.repeat(100_000)])('opens again at its place', (text) => {
    expect(sealing.open(place, sealing.seal(place, text))).toBe(text);
    expect(createSealing(secret).open(place, sealing.seal(place, text)), 'in another process').toBe(text);
  });

  test('names its version and key, and holds nothing readable', () => {
    const [one, two] = [sealing.seal(place, 'JBSWY3DPEHPK3PXP'), sealing.seal(place, 'JBSWY3DPEHPK3PXP')];
    expect(one).toMatch(new RegExp(`^v1\\.${sealing.keyId}\\.[\\w-]+$`));
    expect(one, 'each time anew').not.toBe(two);
    expect(Buffer.from(one.split('.')[2] ?? '', 'base64url').toString('latin1')).not.toContain('JBSWY');
    expect(sealing.keyId).toMatch(/^[0-9a-f]{16}$/);
    expect(secret).not.toContain(sealing.keyId);
  });

  test('opens neither for another thing nor for another purpose', () => {
    const sealed = sealing.seal(place, 'text');
    expect(sealing.open({ ...place, of: 'user-2' }, sealed)).toBeUndefined();
    expect(sealing.open({ ...place, purpose: 'sign-in' }, sealed)).toBeUndefined();
    expect(sealing.open({ purpose: 'second', of: 'factor user-1' }, sealed)).toBeUndefined();
  });

  test('opens with no other key, under whose name it is put too', () => {
    const other = createSealing(newSecret());
    const sealed = sealing.seal(place, 'text');
    expect(other.keyId).not.toBe(sealing.keyId);
    expect(other.open(place, sealed)).toBeUndefined();
    expect(other.open(place, sealed.replace(sealing.keyId, other.keyId))).toBeUndefined();
  });

  test('does not open once a single bit of it is another, or its end is cut off', () => {
    const sealed = sealing.seal(place, 'text');
    const [head, data = ''] = [sealed.slice(0, sealed.lastIndexOf('.') + 1), sealed.split('.')[2]];
    const bytes = Buffer.from(data, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(sealing.open(place, head + changed.toString('base64url'))).toBeUndefined();
    }
    for (let length = 0; length < bytes.length; length += 1) {
      expect(sealing.open(place, head + bytes.subarray(0, length).toString('base64url'))).toBeUndefined();
    }
    for (const nothing of ['', 'v1', 'v1..', `v1.${sealing.keyId}.`, `v2.${sealing.keyId}.${data}`, 'null']) {
      expect(sealing.open(place, nothing)).toBeUndefined();
    }
  });
});
