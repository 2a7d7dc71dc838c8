/** Watches for the point at which a test wants its process killed.
 *  @param wanted  `before:NAME` or `after:NAME` the commit that a command is part of, optionally `:N` for the n-th time
 *  @returns is told of every point that is passed */
export function watchForKillPoint(
  wanted: string,
  kill: () => void,
): (moment: 'before' | 'after', name: string) => void {
  const [wantedMoment, wantedName, count = '1'] = wanted.split(':');
  let left = Number(count);
  return (moment, name) => {
    if (moment !== wantedMoment || name !== wantedName) return;
    left -= 1;
    if (left === 0) kill();
  };
}
