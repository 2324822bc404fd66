import { strict as assert } from "node:assert";
import t from "tap";
import { offsetSlot, type Slot, slot } from "../../src/base/ids.ts";
import { Salvage } from "../../src/paxos/salvage.ts";
import { equalValues } from "../../src/paxos/value.ts";
import { Cluster, type Node } from "./cluster.ts";
import { membershipOf, SeededRandom } from "./fixtures.ts";

const SEEDS = 60;
const RUN_MS = 2500;

/** A group that works under loss, crashes and elections until all of it is gone at once. */
function lostGroup(random: SeededRandom): Cluster {
  const loss = [0.02, 0.1, 0.3][random.below(3)] ?? 0;
  /** Between nodes on different sides hardly anything passes. */
  let sides: readonly number[] = [];
  const cluster = new Cluster({
    membership: membershipOf(random.below(2) === 0 ? 3 : 5, () => "voter"),
    random,
    delayMs: (from, to, { kind }) => {
      // Elections all the time, and values of which nobody hears whether they were chosen.
      if (kind === "heartbeat" && random.below(6) > 0) return undefined;
      if (sides[from] !== sides[to] && random.below(10) > 0) return undefined;
      return random.fraction() < loss ? undefined : random.below(30);
    },
    isEveryoneWelcome: () => true,
    diskMs: () => 1 + random.below(20),
    tail: { slots: random.below(30), bytes: 100_000 },
    snapshotMs: () => 1 + random.below(200),
  });
  for (const node of cluster.nodes) node.start();
  let count = 0;
  for (const endMs = cluster.nowMs + RUN_MS; cluster.nowMs < endMs; cluster.step()) {
    if (random.below(150) === 0) sides = Array.from({ length: 6 }, () => random.below(2));
    for (const node of cluster.nodes) {
      if (node.replica === undefined && random.below(100) === 0) node.start();
      else if (random.below(800) === 0) node.crash();
      if (random.below(4) === 0) node.propose(new TextEncoder().encode(`value ${++count}`));
      if (random.below(50) === 0) node.give({ kind: "state-durable", watermark: slot(node.image.learned) });
    }
  }
  for (const node of cluster.nodes) node.crash();
  return cluster;
}

interface Counts {
  chosen: number;
  accepted: number;
  overruled: number;
}

/** Holds what the survivors' disks give, from the state of one of them on, against all that happened. */
function judge(cluster: Cluster, survivors: readonly Node[], from: Slot, counts: Counts): void {
  const { oracle } = cluster;
  const salvage = new Salvage(
    survivors.map(({ image }) => {
      return { recovered: image.recover(), reader: { read: (at: Slot) => image.entries.get(at) } };
    }),
  );
  const { end, chosen } = salvage.reach(from);
  const isHeld = (at: Slot): boolean => survivors.some(({ image }) => image.entries.has(at));
  assert(!isHeld(end), `slot ${end} is held, and is the end`);
  for (let at = from; at < end; at = offsetSlot(at, 1)) {
    const value = salvage.read(at);
    const truth = oracle.chosen.get(at);
    if (at < chosen) {
      counts.chosen++;
      assert(truth !== undefined && equalValues(truth, value), `slot ${at} was chosen otherwise`);
    }
    let held = 0;
    for (const { image } of survivors) {
      const entry = image.entries.get(at);
      if (entry === undefined) continue;
      held++;
      const isLost = oracle.isChosenAt(at, entry.ballot) && !equalValues(entry.value, value);
      assert(!isLost, `slot ${at}: what n${survivors[0]?.id} and others chose is lost`);
      if (!equalValues(entry.value, value)) counts.overruled++;
    }
    if (at >= chosen) counts.accepted += held;
  }
}

function minorities(nodes: readonly Node[]): readonly (readonly Node[])[] {
  const sets = nodes.map((node) => [node]);
  if (nodes.length < 5) return sets;
  return [...sets, ...nodes.flatMap((one, index) => nodes.slice(index + 1).map((other) => [one, other]))];
}

t.test(
  "whatever a minority accepted of what was chosen is salvaged from it, up to the first hole",
  async (t) => {
    const counts: Counts = { chosen: 0, accepted: 0, overruled: 0 };
    for (let seed = 1; seed <= SEEDS; seed++) {
      const random = new SeededRandom(seed);
      const cluster = lostGroup(random);
      for (const survivors of minorities(cluster.nodes)) {
        for (const { image } of survivors) {
          const room = image.learned - image.firstKept + 1;
          const watermark = slot(image.firstKept + random.below(room));
          try {
            judge(cluster, survivors, watermark, counts);
          } catch (error) {
            t.fail(`seed ${seed}, ${survivors.map(({ id }) => `n${id}`).join(" ")}: ${error}`);
          }
        }
      }
    }
    t.comment(JSON.stringify(counts));
    t.ok(counts.chosen > SEEDS * 10, `${counts.chosen} chosen slots were read`);
    t.ok(counts.accepted > SEEDS, `${counts.accepted} values that were accepted alone`);
    t.ok(counts.overruled > 0, `${counts.overruled} of a lower ballot than another survivor's`);
  },
);
