import type { SeededRandom } from "../../src/lab/world/seeded-random.ts";

/** `pause`: the leader stands still for a while; the others kill. */
export type VictimKind = "leader" | "follower" | "majority" | "all" | "pause";

/** What happens in one round; times in ms. Who leads is known only when it happens. */
export interface RoundPlan {
  readonly kind: VictimKind;
  /** Load before the first kill. */
  readonly loadMs: number;
  /** Between one kill and the next, and between one restart and the next. */
  readonly killGapMs: number;
  readonly restartGapMs: number;
  /** How long the victims stay down, or paused, once the rest serves again, or, when too few are left, at all. */
  readonly downMs: number;
}

/** How many nodes a kind of round kills, or pauses. */
export function victimCount(kind: VictimKind, size: number): number {
  const quorum = Math.floor(size / 2) + 1;
  switch (kind) {
    case "leader":
    case "follower":
    case "pause":
      return 1;
    case "majority":
      return quorum;
    case "all":
      return size;
  }
}

const KINDS: readonly VictimKind[] = ["leader", "leader", "follower", "majority", "all", "pause"];

export function planRound(random: SeededRandom): RoundPlan {
  return {
    kind: random.pick(KINDS),
    loadMs: random.between(200, 1_200),
    killGapMs: random.isLucky(0.6) ? 0 : random.between(1, 120),
    restartGapMs: random.isLucky(0.5) ? 0 : random.between(1, 400),
    downMs: random.between(0, 600),
  };
}

/** The victims by name, the order of `names` shuffled; the leader is among them only where the kind says so. */
export function chooseVictims(
  kind: VictimKind,
  nodes: { readonly names: readonly string[]; readonly leader: string },
  random: SeededRandom,
): readonly string[] {
  const shuffled = [...nodes.names];
  for (let index = shuffled.length - 1; index > 0; index--) {
    const other = random.below(index + 1);
    const held = shuffled[index] as string;
    shuffled[index] = shuffled[other] as string;
    shuffled[other] = held;
  }
  if (kind === "leader" || kind === "pause") return [nodes.leader];
  const candidates = kind === "follower" ? shuffled.filter((name) => name !== nodes.leader) : shuffled;
  return candidates.slice(0, victimCount(kind, nodes.names.length));
}
