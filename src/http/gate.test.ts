import { expect, test } from 'vitest';
import { createGate } from './gate.ts';

test('a caller has at most its own share of the places, whoever else comes', () => {
  const gate = createGate({ inAll: 10, perCaller: 2 });
  const mine = [gate.enter(), gate.enter()];
  for (const place of mine) place.belongsTo('me');
  const third = gate.enter();
  expect(() => third.belongsTo('me')).toThrow(expect.objectContaining({ code: 'too_many_requests' }));
  third.leave();
  const other = gate.enter();
  other.belongsTo('somebody else');
  mine[0]?.leave();
  mine[0]?.leave();
  const again = gate.enter();
  again.belongsTo('me');
  expect(gate.count).toBe(3);
  for (const place of [...mine, other, again]) place.leave();
  expect(gate.count).toBe(0);
});

test('when every place is taken nobody enters, until one is given back', () => {
  const gate = createGate({ inAll: 2, perCaller: 2 });
  const [first] = [gate.enter(), gate.enter()];
  expect(() => gate.enter()).toThrow(expect.objectContaining({ code: 'overloaded', retryAfterSeconds: 1 }));
  first?.leave();
  expect(gate.enter()).toBeDefined();
});

test('while the server is late a caller has a smaller share, and who had more keeps them', () => {
  let isLate = false;
  const gate = createGate({ inAll: 10, perCaller: 4, perCallerWhenLate: 2, isLate: () => isLate });
  const enterFor = (caller: string) => {
    const place = gate.enter();
    try {
      place.belongsTo(caller);
    } catch (error) {
      place.leave();
      throw error;
    }
    return place;
  };
  const mine = [enterFor('me'), enterFor('me'), enterFor('me')];
  isLate = true;
  expect(() => enterFor('me')).toThrow(expect.objectContaining({ code: 'too_many_requests', retryAfterSeconds: 1 }));
  expect(() => enterFor('somebody else')).not.toThrow();
  isLate = false;
  mine.push(enterFor('me'));
  expect(gate.count).toBe(5);
  for (const place of mine) place.leave();
});

test('a caller who is known only after leaving counts for nothing', () => {
  const gate = createGate({ inAll: 2, perCaller: 1 });
  const gone = gate.enter();
  gone.leave();
  gone.belongsTo('me');
  const place = gate.enter();
  expect(() => place.belongsTo('me')).not.toThrow();
});
