/** Whether what is chosen is what is set for the agent, in whatever order. Pure.
 *  @param chosen  ids of the corpora that are chosen and may be read
 *  @param set  ids of those of the agent that may be read */
export function isAgentsChoice(chosen: readonly string[], set: readonly string[] = []): boolean {
  return chosen.length > 0 && chosen.length === set.length && chosen.every((id) => set.includes(id));
}
