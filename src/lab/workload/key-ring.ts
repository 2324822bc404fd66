import type { SeededRandom } from "../world/seeded-random.ts";

const KEYS_PER_WRITER = 3;
/** A key is left behind after so many writes: histories stay short enough to read. */
const WRITES_PER_KEY_MAX = 150;
/** Or after so many outcomes that stay unknown: each may take effect at any later time. */
const UNKNOWN_PER_KEY_MAX = 3;

interface ActiveKey {
  readonly key: string;
  writes: number;
  unknown: number;
}

/** The keys in use; each belongs to one writer. */
export class KeyRing {
  readonly #active = new Map<string, ActiveKey[]>();
  readonly #writers: readonly string[];
  #made = 0;
  #retired: string[] = [];

  constructor(writers: readonly string[]) {
    this.#writers = writers;
    for (const writer of writers) {
      this.#active.set(
        writer,
        Array.from({ length: KEYS_PER_WRITER }, () => this.#newKey(writer)),
      );
    }
  }

  own(writer: string, random: SeededRandom): string {
    return random.pick(this.#active.get(writer) ?? []).key;
  }

  anybodys(random: SeededRandom): string {
    return this.own(random.pick(this.#writers), random);
  }

  /** Notes one write by the key's owner, which may take the key out of use. */
  used(writer: string, key: string, isUnknown: boolean): void {
    const active = this.#active.get(writer) ?? [];
    const index = active.findIndex((candidate) => candidate.key === key);
    const entry = active[index];
    if (entry === undefined) return;
    entry.writes += 1;
    if (isUnknown) entry.unknown += 1;
    if (entry.writes < WRITES_PER_KEY_MAX && entry.unknown < UNKNOWN_PER_KEY_MAX) return;
    this.#retired.push(key);
    active[index] = this.#newKey(writer);
  }

  /** The keys that went out of use since the last call. */
  takeRetired(): readonly string[] {
    const retired = this.#retired;
    this.#retired = [];
    return retired;
  }

  #newKey(writer: string): ActiveKey {
    this.#made += 1;
    return { key: `${writer}/${this.#made}`, writes: 0, unknown: 0 };
  }
}
