/** Puts things into groups by the values they have for some dimensions, in the order in which the groups first appear. */
export function groupBy<T>(
  things: readonly T[],
  dimensions: readonly string[],
  valueOf: (thing: T, dimension: string) => unknown,
): { values: Record<string, unknown>; members: T[] }[] {
  const groups = new Map<string, { values: Record<string, unknown>; members: T[] }>();
  for (const thing of things) {
    let key = '';
    for (const dimension of dimensions) key += `${String(valueOf(thing, dimension))}\n`;
    const group = groups.get(key);
    if (group) group.members.push(thing);
    else {
      const values: Record<string, unknown> = {};
      for (const dimension of dimensions) values[dimension] = valueOf(thing, dimension) ?? null;
      groups.set(key, { values, members: [thing] });
    }
  }
  return [...groups.values()];
}
