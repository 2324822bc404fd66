/** What the only writer of a key may find there. */
export type Expected =
  | { readonly kind: "absent" }
  | { readonly kind: "present"; readonly tag: string; readonly version: number }
  /** After a change of unknown outcome: nothing is expected of the key any more. */
  | { readonly kind: "doubtful" };

export interface Found {
  /** The value's first word. */
  readonly tag: string;
  readonly version: number;
}

const ABSENT: Expected = { kind: "absent" };
const DOUBTFUL: Expected = { kind: "doubtful" };

/**
 * What one writer was told of its own keys. A key's version counts the puts since it was made: a put that was lost
 * shows as an old value, one that was executed twice as a version too high.
 */
export class Ledger {
  readonly #entries = new Map<string, Expected>();
  #changes = 0;
  #doubtful = 0;

  /** Changes acknowledged; whoever watches all these keys is told as many, unless some key is doubtful. */
  get changes(): number {
    return this.#changes;
  }

  get doubtful(): number {
    return this.#doubtful;
  }

  keys(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /** Keys that are there. */
  get present(): number {
    let count = 0;
    for (const entry of this.#entries.values()) if (entry.kind === "present") count += 1;
    return count;
  }

  of(key: string): Expected {
    return this.#entries.get(key) ?? ABSENT;
  }

  put(key: string, tag: string): void {
    const before = this.of(key);
    if (before.kind === "doubtful") return;
    this.#changes += 1;
    const version = before.kind === "present" ? before.version + 1 : 1;
    this.#entries.set(key, { kind: "present", tag, version });
  }

  delete(key: string): void {
    if (this.of(key).kind !== "present") return;
    this.#changes += 1;
    this.#entries.set(key, ABSENT);
  }

  doubt(key: string): void {
    if (this.of(key).kind === "doubtful") return;
    this.#doubtful += 1;
    this.#entries.set(key, DOUBTFUL);
  }

  /** What is wrong with what a linearizable read, or one of the writer's own session, has found; undefined: nothing. */
  contradiction(key: string, found: Found | undefined): string | undefined {
    const expected = this.of(key);
    switch (expected.kind) {
      case "doubtful":
        return undefined;
      case "absent":
        return found === undefined ? undefined : `${key} was deleted, or never put, and holds ${show(found)}`;
      case "present":
        if (found?.tag === expected.tag && found.version === expected.version) return undefined;
        return `${key} must hold ${show(expected)}, and holds ${found === undefined ? "nothing" : show(found)}`;
    }
  }
}

function show({ tag, version }: Found): string {
  return `'${tag}' at version ${version}`;
}
