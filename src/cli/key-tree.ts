const SEPARATOR = "/";

/**
 * Draws ascending keys as a tree, cut at slashes, line by line: each folder once, before what is in it, two
 * blanks deeper than the folder that it is in.
 */
export class KeyTree {
  #path: readonly string[] = [];

  /** The lines that `key`, as it is shown, adds; it follows the ones before. */
  linesOf(key: string): readonly string[] {
    const parts = key.split(SEPARATOR);
    const folders = parts.slice(0, -1);
    const leaf = parts.at(-1) ?? "";
    let shared = 0;
    while (shared < folders.length && folders[shared] === this.#path[shared]) shared++;
    const lines = folders.slice(shared).map((name, at) => `${indent(shared + at)}${name}${SEPARATOR}`);
    this.#path = folders;
    // A key that ends with a slash is the folder itself.
    return leaf === "" ? lines : [...lines, `${indent(folders.length)}${leaf}`];
  }
}

function indent(depth: number): string {
  return "  ".repeat(depth);
}
