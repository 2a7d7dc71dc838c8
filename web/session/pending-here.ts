type OnItsWay = {
  clientTurnId: string;
  replacesTurnId?: string | undefined;
  parentTurnId?: string | undefined;
  follows?: string | undefined;
};

/** Of the messages on their way, which every tab knows, those that belong to what one tab shows: what goes on from there or was sent from
 *  there. An edit from another tab takes nothing from a reader's view but a last turn. Pure.
 *  @param pending  in the order written
 *  @param shown  the turns that the tab shows, oldest first
 *  @param until  the client's id of the message sent last from this tab */
export function pendingHere<Entry extends OnItsWay>(
  pending: readonly Entry[],
  shown: readonly { turnId: string; clientTurnId: string }[],
  until: string | undefined,
): Entry[] {
  const own = ledToBy(pending, until);
  const turnIds = new Set(shown.map(({ turnId }) => turnId));
  const clientIds = new Set(shown.map(({ clientTurnId }) => clientTurnId));
  const here: Entry[] = [];
  for (const entry of pending) {
    const { clientTurnId, replacesTurnId, parentTurnId, follows } = entry;
    const goesOn =
      replacesTurnId !== undefined
        ? replacesTurnId === shown.at(-1)?.turnId
        : follows !== undefined
          ? clientIds.has(follows)
          : parentTurnId === undefined || turnIds.has(parentTurnId);
    if (!goesOn && !own.has(clientTurnId)) continue;
    clientIds.add(clientTurnId);
    here.push(entry);
  }
  return here;
}

/** A message with those it was written after. */
function ledToBy(pending: readonly OnItsWay[], clientTurnId: string | undefined): ReadonlySet<string> {
  const byId = new Map(pending.map((entry) => [entry.clientTurnId, entry]));
  const found = new Set<string>();
  for (let at = clientTurnId; at !== undefined && !found.has(at); at = byId.get(at)?.follows) found.add(at);
  return found;
}
