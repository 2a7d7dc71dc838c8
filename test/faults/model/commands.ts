import * as fc from 'fast-check';
import type { Expected } from './expected.ts';
import type { Change, Order, Run } from './run.ts';

/** What people and the machine may do, as commands that fast-check draws and shrinks. After each, what can be read is compared.
 *  @param done  counts the commands that were carried out; every name is there from the beginning */
export function commandsOf(done: Map<string, number>): fc.Arbitrary<Iterable<fc.AsyncCommand<Expected, Run>>> {
  const count = (name: string, times: number) => done.set(name, (done.get(name) ?? 0) + times);

  /** An act on one of the sessions that are not deleted. */
  function inSession<Values extends unknown[]>(
    name: string,
    arbitrary: fc.Arbitrary<Values>,
    act: (run: Run, of: number, ...values: Values) => Promise<void> | void,
    needs: Needs = 'a session',
  ) {
    count(name, 0);
    return fc.tuple(fc.nat(), arbitrary).map(([draw, values]): fc.AsyncCommand<Expected, Run> => {
      return {
        check: (expected) => fitting(expected, needs).length > 0,
        async run(expected, run) {
          const among = fitting(expected, needs);
          await act(run, among[draw % among.length] ?? 0, ...values);
          count(name, 1);
          await run.compare();
        },
        toString: () => `${name}(${[draw, ...values].map((value) => JSON.stringify(value)).join(', ')})`,
      };
    });
  }

  /** An act that is of no one session. */
  function anywhere(
    name: string,
    act: (run: Run) => Promise<void>,
    mayCome: (expected: Readonly<Expected>) => boolean = always,
  ) {
    count(name, 0);
    return fc.constant<fc.AsyncCommand<Expected, Run>>({
      check: (expected) => mayCome(expected),
      async run(_expected, run) {
        await act(run);
        count(name, 1);
        await run.compare();
      },
      toString: () => name,
    });
  }

  const none = fc.constant<[]>([]);
  const which = fc.tuple(fc.nat());
  const isStored = fc.boolean();
  const crashes = fc.oneof(
    anywhere('crash', (run) => run.crash()),
    anywhere('crash', (run) => run.crash()),
    inSession('crashWhileSending', fc.tuple(order, isStored), (run, of, what, stored) =>
      run.crashWhileSending(of, what, stored),
    ),
    inSession(
      'crashWhileStopping',
      fc.tuple(fc.nat(), isStored),
      (run, of, at, stored) => run.crashWhileStopping(of, at, stored),
      'a message',
    ),
    inSession('crashWhileChanging', fc.tuple(change, isStored), (run, of, to, stored) =>
      run.crashWhileChanging(of, to, stored),
    ),
    inSession('crashWhileDeleting', fc.tuple(isStored), (run, of, stored) => run.crashWhileDeleting(of, stored)),
    anywhere('crashBeforeOpening', (run) => run.crashWhileOpening(false)),
    anywhere('crashAfterOpening', (run) => run.crashWhileOpening(true)),
  );
  const command = fc.oneof(
    weighted(
      12,
      inSession('send', fc.tuple(order), (run, of, what) => run.send(of, what)),
    ),
    weighted(
      2,
      inSession('sendTwiceAtOnce', fc.tuple(order), (run, of, what) => run.sendTwiceAtOnce(of, what)),
    ),
    weighted(
      4,
      inSession('resend', which, (run, of, at) => run.resend(of, at), 'a message'),
    ),
    weighted(
      2,
      inSession('sendOtherBody', which, (run, of, at) => run.sendOtherBody(of, at), 'a message'),
    ),
    weighted(
      4,
      inSession('stop', which, (run, of, at) => run.stop(of, at), 'a message'),
    ),
    weighted(
      6,
      inSession('resume', which, (run, of, at) => run.resume(of, at), 'a message'),
    ),
    weighted(
      2,
      inSession('joinAtStart', none, (run, of) => run.joinAtStart(of)),
    ),
    weighted(
      2,
      inSession('joinBySnapshot', none, (run, of) => run.joinBySnapshot(of)),
    ),
    weighted(
      4,
      inSession('change', fc.tuple(change), (run, of, to) => run.change(of, to)),
    ),
    weighted(
      2,
      inSession('delete', none, (run, of) => run.delete(of)),
    ),
    weighted(
      2,
      anywhere(
        'open',
        (run) => run.open(),
        ({ sessions }) => sessions.length < maxSessions,
      ),
    ),
    weighted(
      4,
      anywhere('rest', (run) => run.compareAtRest()),
    ),
    weighted(3, crashes),
  );
  return fc.commands([command], { maxCommands, size: '+1' });
}

type Needs = 'a session' | 'a message';

/** The places of the sessions that an act may be done in. */
function fitting({ sessions }: Readonly<Expected>, needs: Needs): number[] {
  return [...sessions.keys()].filter((of) => {
    const session = sessions[of];
    return session && !session.isDeleted && (needs === 'a session' || session.turns.length > 0);
  });
}

/** Each may hold one of the 64 turns that a server runs at once for as long as its model is silent. */
const maxSessions = 3;
const maxCommands = 14;
const always = () => true;
const weighted = <T>(weight: number, arbitrary: fc.Arbitrary<T>) => ({ weight, arbitrary });

const order: fc.Arbitrary<Order> = fc.record({
  words: fc.integer({ min: 1, max: 9 }),
  isSlow: fc.boolean(),
  looks: fc.boolean(),
  ending: fc.constantFrom('whole', 'whole', 'silence', 'failure'),
  hasTail: fc.boolean(),
});

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.constantFrom('a title', 'another title').map((title) => ({ title })),
  fc.boolean().map((archived) => ({ archived })),
  fc.boolean().map((pinned) => ({ pinned })),
);
