const NAME = /^[A-Za-z][A-Za-z0-9.-]{0,62}$/;

/** What is wrong with the name of a node, as people type it; undefined: nothing. */
export function invalidNameReason(name: string): string | undefined {
  if (NAME.test(name)) return undefined;
  return `'${name}' is no node name: a letter, then letters, digits, dots and hyphens, 63 at most`;
}
