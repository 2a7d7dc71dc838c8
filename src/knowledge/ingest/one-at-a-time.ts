export type OneAtATime = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** Does what it is given in the order it was given, each after the one before has ended. */
export function oneAtATime(): OneAtATime {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work, work);
    last = result.catch(() => undefined);
    return result;
  };
}
