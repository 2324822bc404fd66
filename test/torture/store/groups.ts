const CALLS_PER_GROUP_MAX = 150;
/** Each may take effect at any later time, or never: few, or a check has too much to try. */
const UNKNOWN_PER_GROUP_MAX = 3;

interface Group {
  readonly name: string;
  calls: number;
  unknown: number;
  underWay: number;
}

/** The groups of keys in use; one that has a long history makes room for a fresh one, and is checked. */
export class StoreGroups {
  readonly #inUse: Group[] = [];
  #leaving: Group[] = [];
  #made = 0;

  constructor(count: number) {
    for (let index = 0; index < count; index++) this.#inUse.push(this.#fresh());
  }

  get names(): readonly string[] {
    return [...this.#leaving, ...this.#inUse].map(({ name }) => name);
  }

  /** Notes that a call begins on the group at `index`, and names it. */
  begin(index: number): string {
    const at = index % this.#inUse.length;
    let group = this.#inUse[at] as Group;
    if (group.calls >= CALLS_PER_GROUP_MAX || group.unknown >= UNKNOWN_PER_GROUP_MAX) {
      this.#leaving.push(group);
      group = this.#fresh();
      this.#inUse[at] = group;
    }
    group.calls += 1;
    group.underWay += 1;
    return group.name;
  }

  ended(name: string, isUnknown: boolean): void {
    const group = [...this.#leaving, ...this.#inUse].find((one) => one.name === name);
    if (group === undefined) return;
    group.underWay -= 1;
    if (isUnknown) group.unknown += 1;
  }

  /** The groups that went out of use and have all their answers, since the last time. */
  takeRetired(): readonly string[] {
    const retired = this.#leaving.filter(({ underWay }) => underWay === 0);
    this.#leaving = this.#leaving.filter(({ underWay }) => underWay > 0);
    return retired.map(({ name }) => name);
  }

  #fresh(): Group {
    this.#made += 1;
    return { name: `store/${this.#made}/`, calls: 0, unknown: 0, underWay: 0 };
  }
}
