import type { Ballot } from "../../src/base/ids.ts";
import type { Effects } from "../../src/paxos/effects.ts";
import type { Membership } from "../../src/paxos/membership.ts";
import type { Message, SlotReport } from "../../src/paxos/messages.ts";
import { Bench, s } from "./fixtures.ts";

/** A page that is the whole of what a voter reports from a slot on. */
export function promise(ballot: Ballot, from: number, reports: readonly SlotReport[] = []): Message {
  const next = Math.max(from, ...reports.map(({ slot }) => slot + 1));
  const range = { from: s(from), next: s(next), end: s(next), learned: s(1), firstKept: s(1) };
  return { kind: "promise", ballot, ...range, reports };
}

export function progress(learned: number, epoch = 1) {
  return { learned: s(learned), stateDurable: s(1), writeAgeMs: 0, epoch };
}

/** n1 leads `membership` at 1.1, its own entry in slot 1 is chosen, and `voters` follow. */
export class Reign extends Bench {
  readonly ballot: Ballot;
  round = 0;

  constructor(membership: Membership, voters: readonly number[] = [2]) {
    super({ recovered: { membership: { since: s(1), membership } } });
    if (voters.length === 0) for (const effects of this.run(50)) this.settleDisk(effects);
    this.ballot = voters.length === 0 ? this.view().ballot : this.lead(voters);
    for (const voter of voters) this.settleDisk(this.receive(voter, promise(this.ballot, 1)));
    for (const voter of voters) this.accept(voter, 1);
    this.beat(voters, 2);
  }

  settleDisk(effects: Effects): Effects {
    for (const { message } of effects.messages) if (message.kind === "heartbeat") this.round = message.round;
    if (effects.writeSequence > 0) this.settleDisk(this.durable(effects.writeSequence));
    return effects;
  }

  accept(voter: number, slot: number, epoch = 1): Effects {
    const { ballot } = this;
    const accepted = { kind: "accepted", ballot, slots: [s(slot)], progress: progress(slot, epoch) } as const;
    return this.settleDisk(this.receive(voter, accepted));
  }

  ack(voter: number, learned: number, epoch = 1, round = this.round): Effects {
    const { ballot } = this;
    const ack = {
      kind: "heartbeat-ack",
      ballot,
      round,
      digest: 0,
      granted: true,
      progress: progress(learned, epoch),
    } as const;
    return this.settleDisk(this.receive(voter, ack));
  }

  beat(voters: readonly number[], learned: number, epoch = 1): void {
    for (const effects of this.run(60)) this.settleDisk(effects);
    for (const voter of voters) this.ack(voter, learned, epoch);
  }

  change(membership: Membership): Effects {
    return this.settleDisk(this.step({ kind: "change", membership }));
  }

  view() {
    return this.replica.view(this.nowMs);
  }
}
