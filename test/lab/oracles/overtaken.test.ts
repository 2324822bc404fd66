import t from "tap";
import { BALLOT_ZERO, ballot, type NodeId, nodeId, slot } from "../../../src/base/ids.ts";
import { Overtaken } from "../../../src/lab/oracles/overtaken.ts";
import type { Input, ReplicaView } from "../../../src/paxos/effects.ts";
import type { Message } from "../../../src/paxos/messages.ts";
import { NO_EFFECTS } from "../../../src/paxos/outbox.ts";

const [N1, N2, N3] = [nodeId(1), nodeId(2), nodeId(3)];
const [B1, B2, B3] = [ballot(1, N1), ballot(2, N2), ballot(3, N1)];
const S1 = slot(1);
const LEADS: ReplicaView = {
  role: "leader",
  serving: true,
  ballot: B1,
  promised: B1,
  acceptedMax: BALLOT_ZERO,
  leader: N1,
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
const REJECT: Message = { kind: "reject", ballot: B1, promised: B2, of: "heartbeat" };

/** The leader n1 of three members, step by step; each tells whether the rule holds. */
class World {
  readonly #rule = new Overtaken(() => [1, 2, 3].map(nodeId));

  hear(from: NodeId, message: Message, view: Partial<ReplicaView> = {}): boolean {
    return this.#step({ kind: "received", from, message }, [], view);
  }

  ack(from: NodeId, round: number, view: Partial<ReplicaView> = {}): boolean {
    const progress = { learned: S1, stateDurable: S1, writeAgeMs: 0, epoch: 1 };
    return this.hear(
      from,
      { kind: "heartbeat-ack", ballot: B1, round, digest: 0, granted: false, progress },
      view,
    );
  }

  beat(round: number): boolean {
    const heartbeat = {
      chosen: S1,
      digest: 0,
      durableEverywhere: S1,
      serving: true,
      leaseMs: 0,
      settled: 1,
    } as const;
    return this.#step({ kind: "tick" }, [{ kind: "heartbeat", ballot: B1, round, ...heartbeat }], {});
  }

  #step(input: Input, sent: readonly Message[], view: Partial<ReplicaView>): boolean {
    const messages = sent.map((message) => ({ to: [N2, N3], message }));
    return this.#rule.onStep({ input, effects: { ...NO_EFFECTS, messages }, view: { ...LEADS, ...view } });
  }
}

t.test("a leader that a quorum still answers prepares above the promise that it was told of", async (t) => {
  const world = new World();
  t.ok(world.beat(1));
  t.ok(world.hear(N2, REJECT));
  t.ok(world.beat(2));
  t.notOk(world.ack(N3, 2), "it goes on as if nothing had happened");
});

t.test("an answer from before the reject proves nothing", async (t) => {
  const world = new World();
  world.beat(1);
  world.hear(N2, REJECT);
  t.ok(world.ack(N3, 1));
});

t.test("a leader that took a higher ballot, or stepped down, has done its part", async (t) => {
  for (const view of [{ ballot: B3 }, { role: "follower" }] as const) {
    const world = new World();
    world.hear(N2, REJECT);
    world.beat(1);
    t.ok(world.ack(N3, 1, view));
  }
});
