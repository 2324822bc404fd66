import t from "tap";
import { slot } from "../../src/base/ids.ts";
import type { ReplicaView } from "../../src/paxos/effects.ts";
import type { Membership } from "../../src/paxos/membership.ts";
import { Cluster, type Node } from "./cluster.ts";
import { membershipOf, SeededRandom } from "./fixtures.ts";
import { changeSomehow } from "./some-change.ts";

/** `SEEDS=from..to`, both included. */
const { SEEDS = "1..300" } = process.env;
const [FROM, TO] = SEEDS.split("..").map(Number) as [number, number];
const CHAOS_MS = 4000;
/** Nodes beyond the founders that may become members. */
const JOINERS = 4;

interface Weather {
  readonly loss: number;
  readonly duplication: number;
  readonly delayMsMax: number;
  readonly diskMsMax: number;
  readonly crashPerMs: number;
  readonly pausePerMs: number;
  readonly cutPerMs: number;
  readonly proposePerMs: number;
  readonly damagePerCrash: number;
  /** How often somebody wants other members; 0 in most groups. */
  readonly changePerMs: number;
  /** Elections all the time: heartbeats get lost, and every pre-vote is granted. */
  readonly isContested: boolean;
  /** Slots of the log that are kept for those behind. */
  readonly tail: number;
}

function weatherOf(random: SeededRandom): Weather {
  const pick = <Item>(...items: readonly Item[]): Item => items[random.below(items.length)] as Item;
  return {
    loss: pick(0, 0.02, 0.1, 0.3),
    duplication: pick(0, 0.05, 0.2),
    delayMsMax: pick(2, 10, 60, 200),
    diskMsMax: pick(1, 5, 30, 120),
    crashPerMs: pick(0, 0.0005, 0.002, 0.005),
    pausePerMs: pick(0, 0.0005, 0.002),
    cutPerMs: pick(0, 0.001, 0.004),
    proposePerMs: pick(0.05, 0.3, 1),
    damagePerCrash: pick(0, 0.3, 0.7),
    isContested: pick(true, false),
    tail: pick(1, 20, 200, 10_000),
    changePerMs: pick(0, 0, 0.01, 0.05),
  };
}

class Run {
  readonly #random: SeededRandom;
  readonly #weather: Weather;
  readonly #cut = new Set<string>();
  readonly #damagedSlots = new Set<number>();
  readonly cluster: Cluster;
  #isHealed = false;
  #sequence = 0;

  constructor(seed: number, wrongMembershipOf?: (membership: Membership, node: number) => Membership) {
    this.#random = new SeededRandom(seed);
    const random = this.#random;
    this.#weather = weatherOf(random);
    if (wrongMembershipOf !== undefined) this.#weather = { ...this.#weather, changePerMs: 0 };
    const weather = this.#weather;
    const count = [3, 3, 3, 5, 5, 2, 1, 4][random.below(8)] as number;
    // In some groups the last of five is a learner without a vote.
    const hasLearner = count === 5 && random.below(2) === 0;
    const membership = membershipOf(count, (id) => (hasLearner && id === 5 ? "learner" : "voter"));
    this.cluster = new Cluster({
      membership,
      random,
      delayMs: (from, to, { kind }) => {
        if (this.#isHealed) return 1 + random.below(3);
        if (weather.isContested && kind === "heartbeat" && random.below(8) > 0) return undefined;
        if (this.#cut.has(`${from}>${to}`) || random.fraction() < weather.loss) return undefined;
        return random.below(10) === 0
          ? random.below(weather.delayMsMax * 5)
          : random.below(weather.delayMsMax);
      },
      isDuplicated: () => !this.#isHealed && random.fraction() < weather.duplication,
      isEveryoneWelcome: () => !this.#isHealed && weather.isContested,
      diskMs: () => (this.#isHealed ? 1 : 1 + random.below(weather.diskMsMax)),
      tickOffsetMs: (node) => node * 3,
      tail: { slots: weather.tail, bytes: 100_000 },
      snapshotMs: () => 1 + random.below(400),
      joiners: weather.changePerMs > 0 ? JOINERS : 0,
      ...(wrongMembershipOf === undefined
        ? {}
        : { membershipOf: (node: number) => wrongMembershipOf(membership, node) }),
    });
  }

  chaos(): void {
    for (const node of this.cluster.nodes) node.start();
    for (const endMs = this.cluster.nowMs + CHAOS_MS; this.cluster.nowMs < endMs; ) {
      for (const node of this.cluster.nodes) this.#disturb(node);
      this.#work();
      this.cluster.step();
    }
  }

  /** Faults stop; a group with a quorum must serve, and everybody must learn everything. */
  heal(): string | undefined {
    const { cluster } = this;
    this.#isHealed = true;
    this.#cut.clear();
    for (const node of cluster.nodes) {
      if (node.replica === undefined) node.start();
      node.pausedUntilMs = 0;
    }
    const members = () => {
      const known = cluster.oracle.membershipAt(cluster.acknowledged);
      return cluster.nodes.filter(({ id }) => known.members.some((member) => member.id === id));
    };
    const least = cluster.acknowledged;
    if (!cluster.runUntil(() => cluster.leader !== undefined, 8000))
      return "no leader serves after the faults";
    // A leader of before may believe in itself for one more time-out.
    cluster.run(700);
    for (let index = 0; index < 20; index++) {
      if (!cluster.runUntil(() => cluster.leader?.propose(this.#bytes()) === true, 3000))
        return "no proposal is taken";
      cluster.leader?.read(++this.#sequence);
    }
    // Lost records above the watermark, of proposals that were never chosen, wait for a later Accept.
    const isWhole = (view: ReplicaView | undefined) =>
      view !== undefined && (view.damaged === 0 || view.end > view.chosen);
    const isDone = () => {
      const views = members().map((node) => node.replica?.view(cluster.nowMs));
      const first = views[0];
      const { epoch } = cluster.oracle.membershipAt(cluster.acknowledged);
      return (
        cluster.leader?.replica?.view(cluster.nowMs).settled === epoch &&
        views.every(
          (view) => view?.chosen === first?.chosen && view?.digest === first?.digest && isWhole(view),
        ) &&
        (first?.chosen ?? 0) > least &&
        cluster.leader?.replica?.view(cluster.nowMs).inFlight === 0
      );
    };
    if (!cluster.runUntil(isDone, 8000)) {
      return `replicas differ: ${JSON.stringify(cluster.nodes.map((node) => node.replica?.view(cluster.nowMs)))}`;
    }
    return undefined;
  }

  #disturb(node: Node): void {
    const random = this.#random;
    const weather = this.#weather;
    if (node.replica === undefined) {
      if (random.fraction() < 0.005) node.start();
      return;
    }
    if (random.fraction() < weather.crashPerMs) {
      node.crash();
      if (weather.changePerMs === 0 && random.fraction() < weather.damagePerCrash) this.#damage(node);
    } else if (random.fraction() < weather.pausePerMs) {
      node.pausedUntilMs = this.cluster.nowMs + random.below(800);
    }
    if (random.fraction() < weather.cutPerMs) {
      const other = this.cluster.nodes[random.below(this.cluster.nodes.length)] as Node;
      this.#cut.add(`${node.id}>${other.id}`);
      if (random.below(2) === 0) this.#cut.add(`${other.id}>${node.id}`);
      this.cluster.at(random.below(1500), () => this.#cut.clear());
    }
  }

  /** Loses a few records of one disk; never the same slot on two disks, which nothing could survive. */
  #damage(node: Node): void {
    const { image } = node;
    for (let count = 1 + this.#random.below(4); count > 0; count--) {
      const at = image.firstKept + this.#random.below(Math.max(1, image.end - image.firstKept));
      if (
        at >= image.end ||
        this.#damagedSlots.has(at) ||
        !image.entries.has(at) ||
        this.cluster.nodes.length < 3
      )
        continue;
      this.#damagedSlots.add(at);
      image.entries.delete(at);
      image.damaged.add(at);
    }
  }

  #work(): void {
    const random = this.#random;
    for (const node of this.cluster.nodes) {
      if (random.fraction() < this.#weather.proposePerMs) node.propose(this.#bytes());
      if (random.below(40) === 0) node.read(++this.#sequence);
      const applied = slot(node.image.learned);
      if (random.fraction() < this.#weather.changePerMs) changeSomehow(this.cluster, node, random);
      if (random.below(100) === 0) node.give({ kind: "state-durable", watermark: applied });
      if (random.below(1500) === 0 && node.replica?.view(this.cluster.nowMs).serving === true) {
        const target = random.below(this.cluster.nodes.length + 1);
        node.give({ kind: "hand-over", to: target as never });
      }
    }
  }

  #bytes(): Uint8Array {
    const text = `value ${++this.#sequence}`;
    const size = this.#random.below(200) === 0 ? 60_000 : text.length;
    const bytes = new Uint8Array(size);
    new TextEncoder().encodeInto(text, bytes);
    return bytes;
  }
}

t.test(`one value per slot under faults, and progress after them (seeds ${FROM}..${TO})`, async (t) => {
  let chosen = 0;
  let reads = 0;
  let installs = 0;
  let changes = 0;
  const failures: string[] = [];
  for (let seed = FROM; seed <= TO; seed++) {
    const run = new Run(seed);
    try {
      run.chaos();
      const stuck = run.heal();
      if (stuck !== undefined) failures.push(`seed ${seed}: ${stuck}`);
    } catch (error) {
      failures.push(`seed ${seed}: ${error instanceof Error ? error.stack : error}`);
    }
    chosen += run.cluster.oracle.chosen.size;
    changes += run.cluster.oracle.membershipAt(run.cluster.acknowledged).epoch - 1;
    reads += run.cluster.readsAnswered;
    installs += run.cluster.installs;
    if (failures.length >= 5) break;
  }
  t.same(failures, []);
  t.ok(chosen > (TO - FROM + 1) * 20, `something was chosen: ${chosen} slots, ${reads} reads answered`);
  t.ok(installs > (TO - FROM + 1) / 4, `${installs} states were installed`);
  t.comment(
    `${chosen} slots chosen, ${reads} reads answered, ${installs} states installed, ${changes} changes of the membership`,
  );
  t.ok(FROM === TO || changes > 0, "memberships changed");
});

t.test("a group whose members each take themselves for a quorum is caught", async (t) => {
  const alone = (membership: Membership, node: number): Membership => ({
    ...membership,
    members: membership.members.map((member) => ({
      ...member,
      role: member.id === node ? "voter" : "learner",
    })),
  });
  let caught = 0;
  for (let seed = 1; seed <= 10; seed++) {
    const run = new Run(seed, alone);
    try {
      run.chaos();
    } catch {
      caught++;
    }
  }
  t.ok(caught >= 5, `${caught} of 10 runs were caught`);
});
