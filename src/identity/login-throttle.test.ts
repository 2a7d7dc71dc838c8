import { expect, test } from 'vitest';
import { createLoginThrottle } from './login-throttle.ts';

function given() {
  const clock = { ms: 1_000_000, monotonicMs: () => clock.ms };
  const throttle = createLoginThrottle(clock);
  /** Tries and fails; gives the seconds to wait, or 0 when the try was let through. */
  const fail = (account: string, address = '192.0.2.1') => {
    const attempt = throttle.begin({ account, address });
    return 'retryAfterSeconds' in attempt ? attempt.retryAfterSeconds : 0;
  };
  const succeed = (account: string, address = '192.0.2.1') => {
    const attempt = throttle.begin({ account, address });
    if ('retryAfterSeconds' in attempt) throw new Error('not let through');
    attempt.succeed();
  };
  return { clock, throttle, fail, succeed };
}

test('after five failures the wait doubles to a minute and stays there', () => {
  const { clock, fail } = given();
  const waits: number[] = [];
  for (let n = 0; n < 14; n++) {
    const seconds = fail('bob', `192.0.2.${n}`);
    if (seconds > 0) {
      waits.push(seconds);
      clock.ms += seconds * 1000;
      expect(fail('bob', `192.0.2.${n}`)).toBe(0);
    }
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
});

test('a try that is refused does not lengthen the wait', () => {
  const { clock, fail } = given();
  for (let n = 0; n < 5; n++) expect(fail('bob')).toBe(0);
  for (let n = 0; n < 50; n++) expect(fail('bob')).toBe(1);
  clock.ms += 1000;
  expect(fail('bob')).toBe(0);
});

test('tries at once count before any of them has failed', () => {
  const { throttle } = given();
  const attempts = Array.from({ length: 20 }, () => throttle.begin({ account: 'bob', address: '192.0.2.1' }));
  expect(attempts.filter((attempt) => 'succeed' in attempt)).toHaveLength(5);
});

test('a success clears the account and leaves others’ failures of the same network', () => {
  const { fail, succeed } = given();
  for (let n = 0; n < 4; n++) fail('bob');
  succeed('bob');
  for (let n = 0; n < 5; n++) expect(fail('bob')).toBe(0);
  expect(fail('bob')).toBe(1);
  for (let n = 9; n < 30; n++) expect(fail(`user${n}`)).toBe(0);
  expect(fail('somebody-else'), 'thirty failures from one address').toBe(1);
  expect(fail('somebody-else', '192.0.2.2')).toBe(0);
});

test('right passwords cost a network nothing', () => {
  const { succeed } = given();
  for (let n = 0; n < 200; n++) succeed(`user${n}`);
});

test('a withdrawn try counts for nothing', () => {
  const { throttle } = given();
  for (let n = 0; n < 50; n++) {
    const attempt = throttle.begin({ account: 'bob', address: '192.0.2.1' });
    if ('retryAfterSeconds' in attempt) throw new Error('not let through');
    attempt.withdraw();
  }
});

test('changing the address within a /64 is no escape', () => {
  const { fail } = given();
  for (let n = 0; n < 30; n++) expect(fail(`user${n}`, `2001:db8:1:2::${n.toString(16)}`)).toBe(0);
  expect(fail('another', '2001:db8:1:2:ffff::1')).toBe(1);
  expect(fail('another', '2001:db8:1:3::1')).toBe(0);
});

test('failures are forgotten after an hour, and no count is kept for more than ten thousand accounts', () => {
  const { clock, fail } = given();
  for (let n = 0; n < 5; n++) fail('bob', `198.51.100.${n}`);
  expect(fail('bob')).toBe(1);
  for (let n = 0; n < 10_000; n++) fail(`user${n}`, `10.0.${n >> 8}.${n & 255}`);
  expect(fail('bob', '198.51.100.9'), 'the oldest gave way').toBe(0);
  for (let n = 0; n < 5; n++) fail('eve', `198.51.101.${n}`);
  clock.ms += 3_600_000;
  for (let n = 0; n < 5; n++) expect(fail('eve', '198.51.102.1')).toBe(0);
});

test('keys that are not valid are counted for their network alone, and cost passwords nothing', () => {
  const { clock, throttle, fail } = given();
  for (let n = 0; n < 30; n++) expect(throttle.failKey('192.0.2.1')).toBeUndefined();
  expect(throttle.failKey('192.0.2.1')).toEqual({ retryAfterSeconds: 1 });
  expect(throttle.failKey('192.0.2.2')).toBeUndefined();
  expect(fail('bob')).toBe(0);
  clock.ms += 1000;
  expect(throttle.failKey('192.0.2.1')).toBeUndefined();
  expect(throttle.failKey('192.0.2.1')).toEqual({ retryAfterSeconds: 2 });
});
