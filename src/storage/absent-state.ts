import { AssertionError } from "../base/assert.ts";
import type { Membership } from "../paxos/membership.ts";
import { emptyState } from "./founding-state.ts";
import type { RecoveredState, StateStorage } from "./storage.ts";

/** What stands in for a state that is lost, or not to be used, until one from a snapshot takes its place: nothing is read of it. */
export class AbsentState implements StateStorage {
  readonly isLost = true;
  readonly fence: string | undefined;
  readonly recovered: RecoveredState;

  /** `fence`: why a state that is there is not used. */
  constructor(genesis: Membership, fence?: string) {
    this.fence = fence;
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
