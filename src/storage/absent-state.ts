import { AssertionError } from "../base/assert.ts";
import type { Membership } from "../paxos/membership.ts";
import { emptyState } from "./founding-state.ts";
import type { RecoveredState, StateStorage } from "./storage.ts";

/** What stands in for a state that is lost, until one from a snapshot takes its place: nothing is read of it. */
export class AbsentState implements StateStorage {
  readonly isLost = true;
  readonly recovered: RecoveredState;

  constructor(genesis: Membership) {
    const { watermark, machine, digest, stateHash, membership } = emptyState(genesis).mark;
    this.recovered = {
      watermark,
      meta: machine,
      digest,
      stateHash,
      membership,
      executed: () => [],
      leases: () => [],
      expiries: () => [],
      principals: () => [],
    };
  }

  get(): undefined {}

  range(): [] {
    return [];
  }

  tombstone(): undefined {}

  tombstones(): [] {
    return [];
  }

  eventRows(): [] {
    return [];
  }

  flush(): never {
    throw new AssertionError("I18: nothing is written to a state that is lost");
  }

  bytes(): number {
    return 0;
  }
}
