import { describe, expect, test } from 'vitest';
import { coveringCursor, feedUrl, maxWantedSessions, mustReopen, unionWants } from './feed-wants.ts';

describe('a cursor that covers two tabs', () => {
  test('is the earlier durable position', () => {
    expect(coveringCursor('12', '9')).toBe('9');
  });
  test('keeps the earlier offset within one step', () => {
    expect(coveringCursor('12.3.1.0.40', '13.3.1.0.20')).toBe('12.3.1.0.20');
  });
  test('asks for the step from its start when the tabs stand in different steps, or one saw no text', () => {
    expect(coveringCursor('12.3.1.0.40', '12.3.2.0.20')).toBe('12');
    expect(coveringCursor('12', '12.3.1.0.40')).toBe('12');
  });
  test('falls back to the one it understands', () => {
    expect(coveringCursor('later-form', '4')).toBe('4');
    expect(coveringCursor('4', 'later-form')).toBe('4');
  });
});

describe('the union of what tabs want', () => {
  test('names each session once, from the earliest position', () => {
    const union = unionWants([
      new Map([['a', '7']]),
      new Map([
        ['a', '5'],
        ['b', '1'],
      ]),
      new Map(),
    ]);
    expect([...union]).toEqual([
      ['a', '5'],
      ['b', '1'],
    ]);
  });
  test('a stream is opened anew for an unknown session or an earlier position only', () => {
    const streaming = new Map([['a', '7.2.1.0.30']]);
    expect(mustReopen(streaming, new Map([['a', '9']]))).toBe(true);
    expect(mustReopen(streaming, new Map([['a', '7.2.1.0.31']]))).toBe(false);
    expect(mustReopen(streaming, new Map([['a', '6']]))).toBe(true);
    expect(mustReopen(streaming, new Map([['b', '1']]))).toBe(true);
    expect(mustReopen(streaming, new Map())).toBe(false);
  });
  test('the address is bounded and keeps the newest', () => {
    const many = new Map(Array.from({ length: maxWantedSessions + 5 }, (_, index) => [`s${index}`, '1'] as const));
    const url = decodeURIComponent(feedUrl(many));
    expect(url).not.toContain('s4@');
    expect(url).toContain(`s${maxWantedSessions + 4}@1`);
    expect(feedUrl(new Map())).toBe('/api/feed');
  });
});
