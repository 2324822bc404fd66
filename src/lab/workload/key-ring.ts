import type { SeededRandom } from "../world/seeded-random.ts";

const KEYS_PER_WRITER = 3;
/** A key is left behind after so many writes: histories stay short enough to check and to read. */
const WRITES_PER_KEY_MAX = 150;
/** Or after so many outcomes that stay unknown: each may take effect at any later time. */
const UNKNOWN_PER_KEY_MAX = 3;
/** Writes of one key at a time: when a program is killed, so many outcomes at most stay unknown at once. */
const UNDER_WAY_MAX = 4;
/** Whose keys everybody writes. */
const EVERYBODY = "hot";

interface ActiveKey {
  readonly key: string;
  writes: number;
  unknown: number;
  underWay: number;
}

/** The keys in use. Each belongs to one writer, but for the hot ones, which everybody writes. */
export class KeyRing {
  readonly #active = new Map<string, ActiveKey[]>();
  readonly #owners: readonly string[];
  readonly #hotShare: number;
  #made = 0;
  #retired: string[] = [];

  /** `hotKeys` of them are everybody's, and get this share of the writes. */
  constructor(writers: readonly string[], hotKeys = 0, hotShare = 0) {
    this.#hotShare = hotKeys > 0 ? hotShare : 0;
    this.#owners = hotKeys > 0 ? [...writers, EVERYBODY] : writers;
    for (const owner of this.#owners) {
      const count = owner === EVERYBODY ? hotKeys : KEYS_PER_WRITER;
      this.#active.set(
        owner,
        Array.from({ length: count }, () => this.#newKey(owner)),
      );
    }
  }

  /** A key that this writer may write. */
  writable(writer: string, random: SeededRandom): string {
    const { key, underWay } = this.#pick(random.isLucky(this.#hotShare) ? EVERYBODY : writer, random);
    return underWay < UNDER_WAY_MAX ? key : this.#pick(writer, random).key;
  }

  /** Any key, the hot ones as often as they are written. */
  anybodys(random: SeededRandom): string {
    return this.#pick(random.isLucky(this.#hotShare) ? EVERYBODY : random.pick(this.#owners), random).key;
  }

  /** What stands in front of every key of the same owner. */
  prefixOf(key: string): string {
    return key.slice(0, key.indexOf("/") + 1);
  }

  /** Notes that a write begins, of which `used` tells the end. */
  begin(key: string): void {
    const entry = this.#activeOf(key).find((candidate) => candidate.key === key);
    if (entry !== undefined) entry.underWay += 1;
  }

  /** Notes the end of one write, which may take the key out of use. */
  used(key: string, isUnknown: boolean): void {
    const active = this.#activeOf(key);
    const index = active.findIndex((candidate) => candidate.key === key);
    const entry = active[index];
    if (entry === undefined) return;
    entry.writes += 1;
    entry.underWay -= 1;
    if (isUnknown) entry.unknown += 1;
    if (entry.writes < WRITES_PER_KEY_MAX && entry.unknown < UNKNOWN_PER_KEY_MAX) return;
    this.#retired.push(key);
    active[index] = this.#newKey(key.slice(0, key.indexOf("/")));
  }

  /** The keys that went out of use since the last call. */
  takeRetired(): readonly string[] {
    const retired = this.#retired;
    this.#retired = [];
    return retired;
  }

  #activeOf(key: string): ActiveKey[] {
    return this.#active.get(key.slice(0, key.indexOf("/"))) ?? [];
  }

  #pick(owner: string, random: SeededRandom): ActiveKey {
    return random.pick(this.#active.get(owner) ?? []);
  }

  #newKey(owner: string): ActiveKey {
    this.#made += 1;
    return { key: `${owner}/${this.#made}`, writes: 0, unknown: 0, underWay: 0 };
  }
}
