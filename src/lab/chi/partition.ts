/** The directed pairs between which nothing passes: of different groups, and whoever is in none is alone. */
export function cutPairs(
  members: readonly string[],
  groups: readonly (readonly string[])[],
): readonly (readonly [from: string, to: string])[] {
  const groupOf = (name: string): number => {
    const index = groups.findIndex((group) => group.includes(name));
    return index === -1 ? groups.length + members.indexOf(name) : index;
  };
  return members.flatMap((from) =>
    members.filter((to) => groupOf(from) !== groupOf(to)).map((to) => [from, to] as const),
  );
}
