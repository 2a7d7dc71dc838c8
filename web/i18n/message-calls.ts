type Expression = { type: string } & Record<string, unknown>;

/** What stands between the brackets of a call of `t` or `rich`: the message and the sense it has; undefined where they are not written out. */
export type Written = { text: string; key: string } | undefined;

/** @param callee  what is called, of a syntax tree
 *  @returns whether it says a message */
export const saysMessage = (callee: unknown): boolean => /^(?:t|rich)$/.test(nameOf(callee));

/** The name that is called; empty for anything else. */
export function nameOf(callee: unknown): string {
  const { type, name } = callee as Expression;
  return type === 'Identifier' ? String(name) : '';
}

/** The key that a message has in the catalogues. */
export function writtenIn([message, , context]: readonly unknown[]): Written {
  const [text, about] = [message, context].map((each) => each && constantOf(each));
  if (typeof text !== 'string' || (context && typeof about !== 'string')) return undefined;
  return { text, key: typeof about === 'string' ? `${text} [${about}]` : text };
}

/** The text of a literal, of a template without places, or of these put together. */
export function constantOf(node: unknown): string | undefined {
  const { type, value, operator, left, right, quasis, expressions } = node as Expression;
  if (type === 'Literal') return typeof value === 'string' ? value : undefined;
  if (type === 'TemplateLiteral' && (expressions as unknown[]).length === 0)
    return (quasis as { value: { cooked: string } }[])[0]?.value.cooked;
  if (type !== 'BinaryExpression' || operator !== '+') return undefined;
  const [before, after] = [constantOf(left), constantOf(right)];
  return before === undefined || after === undefined ? undefined : before + after;
}
