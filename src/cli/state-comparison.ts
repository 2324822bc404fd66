/** What a member said of its state at the slot at which all are compared. */
export interface HashedMember {
  readonly name: string;
  /** Undefined: it said nothing of that slot. */
  readonly hash: number | undefined;
}

/**
 * `equal` to what a majority of the members has, or not; `unconfirmed`: no majority has the same. `unknown`: it did
 * not tell its hash.
 */
export type Verdict = "equal" | "differs" | "unconfirmed" | "unknown";

export interface Comparison {
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** Whether two members have different hashes, whoever is right. */
  readonly differs: boolean;
  /** Whether a majority has the same, and nobody is left out. */
  readonly isComplete: boolean;
}

/** Holds the members' hashes at one slot against each other. */
export function compareStates(members: readonly HashedMember[]): Comparison {
  const counts = new Map<number, number>();
  for (const { hash } of members) if (hash !== undefined) counts.set(hash, (counts.get(hash) ?? 0) + 1);
  const majority = [...counts].find(([, count]) => 2 * count > members.length)?.[0];
  const verdictOf = (hash: number | undefined): Verdict => {
    if (hash === undefined) return "unknown";
    if (majority !== undefined) return hash === majority ? "equal" : "differs";
    return "unconfirmed";
  };
  const verdicts = new Map(members.map(({ name, hash }) => [name, verdictOf(hash)]));
  const isComplete = majority !== undefined && members.every(({ hash }) => hash !== undefined);
  return { verdicts, differs: counts.size > 1, isComplete };
}
