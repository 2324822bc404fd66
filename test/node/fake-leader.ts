import { nodeId } from "../../src/base/ids.ts";
import { Roster } from "../../src/node/roster.ts";
import type { ChangeRefusal } from "../../src/paxos/change-refusal.ts";
import type { Input, ReplicaView } from "../../src/paxos/effects.ts";
import type { Membership } from "../../src/paxos/membership.ts";

/** A group whose membership changes when the test says so. */
export class FakeLeader {
  readonly roster: Roster;
  readonly node = nodeId(1);
  nowMs = 0;
  role: ReplicaView["role"] = "leader";
  serving = true;
  refusal: ChangeRefusal | undefined;
  handedOver = 0;
  begun: Membership | undefined;

  constructor(membership: Membership) {
    this.roster = new Roster({}, membership);
    this.roster.update(membership, true);
  }

  get view(): ReplicaView {
    return { role: this.role, serving: this.serving } as ReplicaView;
  }

  changeRefusal(): ChangeRefusal | undefined {
    return this.begun === undefined ? this.refusal : "busy";
  }

  step(input: Input): void {
    if (input.kind === "change") this.begun = input.membership;
  }

  handOver(): void {
    this.handedOver++;
  }

  /** What was begun is chosen, and perhaps settled. */
  choose(isSettled: boolean): void {
    if (this.begun !== undefined) this.roster.update(this.begun, isSettled);
    if (isSettled) this.begun = undefined;
  }
}
