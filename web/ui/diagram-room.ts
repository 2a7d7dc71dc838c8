/** Height that is kept for a diagram, in rem, from its first line and the number of them. It only grows while the source streams. */
export function roomForDiagram(source: string): number {
  const lines = source.split('\n');
  const isFlat = lines.length === 1 || /^\s*(?:(?:graph|flowchart)\s+(?:LR|RL)|gantt|timeline)\b/m.test(source);
  return isFlat ? Math.min(8 + lines.length, 24) : Math.min(10 + lines.length * 2, 32);
}
