import { strict as assert } from "node:assert";
import t from "tap";
import type { NodeId } from "../../src/base/ids.ts";
import type { Effects } from "../../src/paxos/effects.ts";
import { Cluster, type Node } from "./cluster.ts";
import { membershipOf, SeededRandom } from "./fixtures.ts";
import { changeSomehow } from "./some-change.ts";

/** `LEASE_SEEDS=from..to`, both included. */
const { LEASE_SEEDS = "1..60" } = process.env;
const [FROM, TO] = LEASE_SEEDS.split("..").map(Number) as [number, number];
const RUN_MS = 4000;
const LEASE_MS = 250;
/** Nodes that may become members. */
const JOINERS = 3;

interface Held {
  readonly ballot: number;
  /** True time. */
  readonly untilMs: number;
}

/** A group with leases, in which offices change all the time and clocks run at rates of their own. */
class Run {
  readonly #random: SeededRandom;
  readonly #rates: readonly number[];
  readonly #held = new Map<NodeId, Held>();
  readonly cluster: Cluster;
  readonly #changesMembers: boolean;
  leasedSteps = 0;
  #sequence = 0;

  /** With `rates` the members are as many, on a network that loses nothing. */
  constructor(seed: number, driftMax: number, rates?: readonly number[], changesMembers = false) {
    this.#changesMembers = changesMembers;
    const random = new SeededRandom(seed);
    this.#random = random;
    const pick = <Item>(...items: readonly Item[]): Item => items[random.below(items.length)] as Item;
    const count = rates?.length ?? pick(3, 3, 3, 5, 2);
    // The extremes are what hurts.
    const joiners = changesMembers ? JOINERS : 0;
    this.#rates = rates ?? Array.from({ length: count + joiners }, () => 1 + pick(-1, 0, 1) * driftMax);
    const delayMsMax = rates !== undefined ? 2 : pick(2, 2, 20, 80);
    const loss = rates !== undefined ? 0 : pick(0, 0.05, 0.3);
    this.cluster = new Cluster({
      membership: membershipOf(count),
      random,
      joiners,
      leaseMs: LEASE_MS,
      clockOf: (node, trueMs) => this.#clockOf(node, trueMs),
      delayMs: () => (random.fraction() < loss ? undefined : random.below(delayMsMax)),
      isEveryoneWelcome: () => random.below(2) === 0,
      diskMs: () => 1 + random.below(5),
      onStep: (node, _input, effects) => this.#onStep(node, effects),
    });
  }

  go(): void {
    for (const node of this.cluster.nodes) node.start();
    for (const endMs = this.cluster.nowMs + RUN_MS; this.cluster.nowMs < endMs; ) {
      for (const node of this.cluster.nodes) this.#disturb(node);
      this.cluster.step();
    }
  }

  #clockOf(node: NodeId, trueMs: number): number {
    return trueMs * (this.#rates[node - 1] ?? 1) + 1000 * node;
  }

  #disturb(node: Node): void {
    const random = this.#random;
    if (node.replica === undefined) {
      if (random.below(30) === 0) node.start();
      return;
    }
    const isDown = random.below(700) === 0;
    const isPaused = random.below(700) === 0;
    if (isDown) {
      node.crash();
      this.#held.delete(node.id);
    } else if (isPaused) {
      node.pausedUntilMs = this.cluster.nowMs + random.below(600);
    } else if (random.below(150) === 0) {
      node.give({ kind: "stand" });
    } else if (random.below(300) === 0) {
      node.give({ kind: "hand-over", to: random.below(this.cluster.nodes.length + 1) as never });
    }
    if (this.#changesMembers && random.below(20) === 0) changeSomehow(this.cluster, node, random);
    if (random.below(3) === 0) node.propose(Uint8Array.of(++this.#sequence % 251));
    if (random.below(5) === 0) node.read(++this.#sequence);
  }

  /** Nobody comes into office while a lease of before is relied on: I26. A read index that is too old fails by itself. */
  #onStep(node: Node, effects: Effects): void {
    const { nowMs } = this.cluster;
    for (const notice of effects.notices) {
      if (notice.kind !== "became-leader") continue;
      for (const [other, { ballot, untilMs }] of this.#held) {
        const isRival = other !== node.id && ballot < notice.ballot && untilMs > nowMs;
        assert(!isRival, `I26: n${node.id} leads at ${notice.ballot}, and n${other} relies on ${ballot}`);
      }
    }
    const view = node.replica?.view(node.clockMs);
    const leftMs = (view?.leaseUntilMs ?? 0) - node.clockMs;
    if (view === undefined || leftMs <= 0) {
      this.#held.delete(node.id);
      return;
    }
    this.leasedSteps++;
    const rate = this.#rates[node.id - 1] ?? 1;
    this.#held.set(node.id, { ballot: view.ballot, untilMs: nowMs + leftMs / rate });
  }
}

/** n1 leads and stands still; at once n2 is told to stand, again and again. What was broken, if anything was. */
function overtake(drift: number, restarts: boolean): string | undefined {
  for (let seed = 1; seed <= 20; seed++) {
    const { cluster } = new Run(seed, drift, [1 - drift, 1 + drift, 1 + drift]);
    for (const node of cluster.nodes) node.start();
    const [leader, ...others] = cluster.nodes;
    if (leader === undefined) return "nobody is there";
    cluster.run(3000);
    // With the slowest clock of all it would never be the first to stand.
    if (cluster.leader !== leader) cluster.leader?.give({ kind: "hand-over", to: leader.id });
    cluster.run(600);
    if (cluster.leader !== leader) continue;
    leader.pausedUntilMs = cluster.nowMs + 1000;
    if (restarts) for (const node of others) node.crash();
    if (restarts) for (const node of others) node.start();
    try {
      for (let ms = 0; ms < 1000; ms++) {
        others[0]?.give({ kind: "stand" });
        cluster.step();
      }
    } catch (error) {
      return String(error);
    }
    return cluster.leader === others[0] ? undefined : "nobody leads";
  }
  return "n1 never leads";
}

t.test("a leader that stands still is followed by nobody while it relies on its lease", async (t) => {
  t.equal(overtake(0.005, false), undefined);
  t.equal(overtake(0.005, true), undefined, "though a restart makes the others forget what they granted");
});

t.test("with clocks far outside of their bound a lease fails", async (t) => {
  t.match(overtake(0.5, false), /I26/);
});

for (const changesMembers of [false, true]) {
  const when = changesMembers ? ", while members come and go" : "";
  t.test(`nobody is elected while a lease is relied on${when} (seeds ${FROM}..${TO})`, async (t) => {
    const failures: string[] = [];
    let leasedSteps = 0;
    let changes = 0;
    for (let seed = FROM; seed <= TO; seed++) {
      const run = new Run(seed, 0.005, undefined, changesMembers);
      try {
        run.go();
      } catch (error) {
        failures.push(`seed ${seed}: ${error}`);
      }
      leasedSteps += run.leasedSteps;
      changes += run.cluster.oracle.membershipAt(run.cluster.acknowledged).epoch - 1;
    }
    t.same(failures, []);
    const seeds = TO - FROM + 1;
    t.ok(leasedSteps > (changesMembers ? 100 : 200) * seeds, `${leasedSteps} steps under a lease`);
    t.ok(changesMembers ? changes >= seeds : changes === 0, `${changes} changes`);
  });
}
