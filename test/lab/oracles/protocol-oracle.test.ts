import t from "tap";
import {
  BALLOT_ZERO,
  type Ballot,
  ballot,
  GROUP_ZERO,
  NOBODY,
  nodeId,
  type Slot,
  slot,
} from "../../../src/base/ids.ts";
import { ProtocolOracle } from "../../../src/lab/oracles/protocol-oracle.ts";
import type { Effects, Input, ReplicaView, Write } from "../../../src/paxos/effects.ts";
import type { Message } from "../../../src/paxos/messages.ts";
import { NO_EFFECTS } from "../../../src/paxos/outbox.ts";
import { NOOP, type Value } from "../../../src/paxos/value.ts";
import { MemoryDisk } from "../../../src/storage/memory-disk.ts";
import { membershipOf } from "../../paxos/fixtures.ts";

const [N1, N2, N3] = [nodeId(1), nodeId(2), nodeId(3)];
const [B1, B2, B3] = [ballot(1, N1), ballot(2, N2), ballot(3, N2)];
const S1 = slot(1);
const OTHER: Value = { kind: "batch", bytes: new Uint8Array([1]) };

const accept = (value: Value): Message => ({ kind: "accept", ballot: B1, slot: S1, chosen: S1, value });
const entry = (value: Value): Write => ({
  kind: "entry",
  entry: { slot: S1, ballot: B1, value, chosen: false },
});
const progress = { learned: S1, stateDurable: S1, writeAgeMs: 0, epoch: 1 };
const accepted: Message = { kind: "accepted", ballot: B1, slots: [S1], progress };
const promise = (from: number): Message => ({
  kind: "promise",
  ballot: B1,
  from: slot(from),
  next: S1,
  end: S1,
  learned: S1,
  firstKept: S1,
  reports: [],
});

const GENESIS = membershipOf(3);

/** Three members whose steps are made by hand; each shows what the test says it would. */
class World {
  readonly disks = [N1, N2, N3].map(
    (node) =>
      new MemoryDisk({
        clusterId: new Uint8Array(32),
        node,
        incarnation: new Uint8Array(16),
        genesis: GENESIS,
      }),
  );
  readonly chosen: Slot[] = [];
  readonly #oracle = new ProtocolOracle({
    names: ["n1", "n2", "n3"],
    genesis: GENESIS,
    diskOf: (index) => this.disks[index] as MemoryDisk,
    onChosen: (at) => this.chosen.push(at),
  });
  readonly #views = this.disks.map(() => VIEW);
  #sequence = 0;

  constructor() {
    for (const index of this.disks.keys()) this.step(index, TICK);
  }

  step(index: number, input: Input, effects: Partial<Effects> = {}, view: Partial<ReplicaView> = {}): void {
    this.#views[index] = { ...(this.#views[index] ?? VIEW), ...view };
    const writeSequence = effects.writes === undefined ? 0 : ++this.#sequence;
    this.#oracle.onStep(index, {
      group: GROUP_ZERO,
      nowMs: 0,
      input,
      effects: { ...NO_EFFECTS, ...effects, writeSequence },
      view: this.#views[index] ?? VIEW,
    });
  }

  /** The writes of one step, and then that they are on disk. */
  write(index: number, input: Input, writes: readonly Write[], view: Partial<ReplicaView> = {}): void {
    this.step(index, input, { writes }, view);
    (this.disks[index] as MemoryDisk).log(GROUP_ZERO).apply(writes);
    this.step(index, { kind: "durable", writeSequence: this.#sequence });
  }

  die(index: number): void {
    (this.disks[index] as MemoryDisk).startCount++;
    this.#oracle.onDeath(index);
  }

  /** Members 1 and 2 have promised member 1's ballot, at which it proposes a no-op; it alone holds it. */
  propose(): this {
    for (const index of [0, 1]) this.write(index, TICK, [{ kind: "promised", ballot: B1 }], { promised: B1 });
    this.step(
      0,
      TICK,
      { messages: [{ to: [N2, N3], message: accept(NOOP) }] },
      { role: "leader", ballot: B1 },
    );
    this.write(0, TICK, [entry(NOOP)]);
    return this;
  }

  /** And member 2 holds it, too: it is chosen. */
  choose(): this {
    this.propose().write(1, received(N1, accept(NOOP)), [entry(NOOP)]);
    return this;
  }
}

const TICK: Input = { kind: "tick" };
const VIEW: ReplicaView = {
  role: "follower",
  serving: false,
  ballot: BALLOT_ZERO,
  promised: BALLOT_ZERO,
  acceptedMax: BALLOT_ZERO,
  leader: NOBODY,
  chosen: S1,
  firstKept: S1,
  end: S1,
  digest: 0,
  leaseUntilMs: 0,
  inFlight: 0,
  damaged: 0,
  needed: undefined,
  epoch: 1,
  settled: 1,
};

const received = (from: typeof N1, message: Message): Input => ({ kind: "received", from, message });
const learn = (value: Value = NOOP): Partial<Effects> => ({ chosen: [{ slot: S1, value }] });

const AT_TWO = { chosen: slot(2) };

t.test("what a quorum has on disk may be learned, once and as it is", async (t) => {
  const world = new World().choose();
  world.step(0, received(N2, accepted), learn(), AT_TWO);
  t.strictSame(world.chosen, [S1]);
  t.throws(() => world.step(0, TICK, learn()), /^I14/);
  t.throws(() => world.step(1, TICK, learn(OTHER), AT_TWO), /^I1 one value per slot/);
  t.throws(() => new World().propose().step(0, TICK, learn(), AT_TWO), /^I1 learned is chosen/);
});

t.test("the promise never falls, across a restart either", async (t) => {
  const world = new World().propose();
  t.throws(() => world.step(1, TICK, {}, { promised: BALLOT_ZERO }), /^I4/);
  world.die(0);
  t.throws(() => world.step(0, TICK, {}, { promised: BALLOT_ZERO }), /^I4/);
});

t.test("nothing is said of the own disk before its write", async (t) => {
  const world = new World().propose();
  t.throws(() => world.step(1, TICK, { messages: [{ to: [N1], message: accepted }] }), /^I8/);
  t.throws(() => world.step(0, received(N2, accepted)), /^I8/, "member 2 has nothing on disk");
  t.throws(() => new World().step(0, received(N2, promise(1))), /^I8/);
  const prepare: Message = { kind: "prepare", ballot: B2, from: S1, handOver: BALLOT_ZERO };
  t.throws(() => world.step(1, TICK, { messages: [{ to: [N1], message: prepare }] }), /^I8 a round/);
});

t.test("nobody follows or accepts below the promise", async (t) => {
  const world = new World().propose();
  world.step(1, TICK, {}, { promised: B2 });
  const ack: Message = { kind: "heartbeat-ack", ballot: B1, round: 1, digest: 0, granted: false, progress };
  t.throws(() => world.step(1, TICK, { messages: [{ to: [N1], message: ack }] }), /^I6/);
  t.throws(() => world.step(1, TICK, { writes: [entry(NOOP)] }), /^I6/);
  t.throws(() => world.step(1, TICK, { messagesAfterWrites: [{ to: N1, message: accepted }] }), /^I6/);
});

t.test("a pre-vote makes nobody promise", async (t) => {
  const input = received(N2, { kind: "pre-vote", ballot: B2, learned: S1 });
  const effects = { writes: [{ kind: "promised", ballot: B2 }] as const };
  t.throws(() => new World().step(0, input, effects, { promised: B2 }), /^I36/);
});

t.test("a watermark concludes only what was accepted at its ballot", async (t) => {
  const world = new World().choose();
  const message: Message = {
    kind: "heartbeat",
    ballot: B2,
    round: 1,
    chosen: slot(2),
    digest: 0,
    durableEverywhere: S1,
    serving: true,
    leaseMs: 0,
    settled: 1,
  };
  t.throws(() => world.step(1, received(N2, message), learn(), AT_TWO), /^I31/);
  t.doesNotThrow(() =>
    new World().choose().step(1, received(N1, { ...message, ballot: B1 }), learn(), AT_TWO),
  );
});

t.test("no read gets an index below what anybody had learned when it arrived", async (t) => {
  const world = new World().choose();
  world.step(0, { kind: "read", id: 1 });
  world.step(0, received(N2, accepted), learn(), AT_TWO);
  t.doesNotThrow(() => world.step(0, TICK, { reads: [{ id: 1, index: S1 }] }), "it arrived before");
  world.step(0, { kind: "read", id: 2 });
  t.throws(() => world.step(0, TICK, { reads: [{ id: 2, index: S1 }] }), /^I28/);
  world.step(2, received(N1, { kind: "read-index", id: 9 }));
  const reply: Message = { kind: "read-index-reply", id: 9, index: S1 };
  t.throws(() => world.step(2, TICK, { messages: [{ to: [N1], message: reply }] }), /^I28/);
});

t.test("nobody serves before its ballot has chosen something", async (t) => {
  t.throws(() => new World().propose().step(0, TICK, {}, { serving: true }), /^I30/);
  t.doesNotThrow(() => new World().choose().step(0, TICK, {}, { serving: true }));
});

t.test("a new leader gives what it asked of the one before, and no index of its own", async (t) => {
  const reply: Message = { kind: "read-index-reply", id: 9, index: S1 };
  const given = { reads: [{ id: 1, index: S1 }] };
  const leads = { role: "leader" } as const;
  t.doesNotThrow(() => new World().propose().step(0, received(N2, reply), given, leads));
  t.throws(() => new World().propose().step(0, TICK, given, leads), /^I30/);
});

t.test("the log is truncated below what every state holds", async (t) => {
  const world = new World().choose();
  t.throws(() => world.step(0, TICK, { writes: [{ kind: "truncate", below: slot(2) }] }), /^I17/);
  for (const disk of world.disks) disk.state(GROUP_ZERO).watermark = slot(2);
  t.doesNotThrow(() => world.step(0, TICK, { writes: [{ kind: "truncate", below: slot(2) }] }));
});

t.test("at most 64 slots are in flight, and a leader tells of no more than it has learned", async (t) => {
  const say = (changes: object) => () =>
    new World()
      .propose()
      .step(0, TICK, { messages: [{ to: [N2], message: { ...accept(NOOP), ...changes } as Message }] });
  t.throws(say({ slot: slot(65) }), /^I40/);
  t.throws(say({ chosen: slot(2) }), /^I14/);
});

t.test("the start count of a member rises", async (t) => {
  const world = new World();
  world.die(0);
  (world.disks[0] as MemoryDisk).startCount--;
  t.throws(() => world.die(0), /^I34/);
});

t.test("a ballot that was handed over proposes nothing", async (t) => {
  const world = new World().propose();
  const handOver: Message = { kind: "hand-over", ballot: B1, chosen: S1 };
  world.step(0, TICK, { messages: [{ to: [N2], message: handOver }] });
  t.throws(
    () => world.step(0, TICK, { messages: [{ to: [N2], message: accept(NOOP) }] }),
    /^a ballot that was handed over/,
  );
});

t.test("a member stands in a leader's place only while it has promised nobody more", async (t) => {
  const stand = (handOver: Ballot): Message => ({ kind: "prepare", ballot: B3, from: S1, handOver });
  const standing = (handOver: Ballot): void => {
    const world = new World();
    world.step(1, TICK, {}, { promised: B2 });
    const messagesAfterWrites = [{ to: N1, message: stand(handOver) }];
    world.step(1, TICK, { messagesAfterWrites }, { promised: B3 });
  };
  standing(BALLOT_ZERO);
  standing(B2);
  t.throws(() => standing(B1), /^a late hand-over/);
});

t.test("a leader leaves no slot out", async (t) => {
  const world = new World().propose();
  const above: Message = { kind: "accept", ballot: B1, slot: slot(3), chosen: S1, value: NOOP };
  t.throws(() => world.step(0, TICK, { messages: [{ to: [N2], message: above }] }), /^I9 no slot/);
});
