import { strict as assert } from "node:assert";
import { BALLOT_ZERO, type Ballot, type Slot, slot } from "../../src/base/ids.ts";
import type { Write } from "../../src/paxos/effects.ts";
import type { LogEntry, RecoveredLog } from "../../src/paxos/log-reader.ts";
import type { GoverningMembership, Membership } from "../../src/paxos/membership.ts";

/** What is on a node's disk: it survives crashes. */
export class Image {
  promised: Ballot = BALLOT_ZERO;
  acceptedMax: Ballot = BALLOT_ZERO;
  firstKept: Slot = slot(1);
  learned: Slot = slot(1);
  digest = 0;
  end: Slot = slot(1);
  membership: GoverningMembership;
  readonly entries = new Map<number, LogEntry>();
  readonly damaged = new Set<number>();

  constructor(genesis: Membership) {
    this.membership = { since: slot(1), membership: genesis };
  }

  apply(write: Write): void {
    switch (write.kind) {
      case "promised":
        assert(write.ballot > this.promised, "I4: promised never decreases on disk");
        this.promised = write.ballot;
        break;
      case "entry": {
        const { entry } = write;
        assert(entry.ballot <= this.promised, "I6: nothing accepted above the promise on disk");
        if (entry.ballot > this.acceptedMax) this.acceptedMax = entry.ballot;
        this.entries.set(entry.slot, entry);
        this.damaged.delete(entry.slot);
        if (entry.slot >= this.end) this.end = slot(entry.slot + 1);
        break;
      }
      case "learned":
        assert(write.watermark > this.learned, "I15: learned never decreases on disk");
        for (let at = this.learned; at < write.watermark; at = slot(at + 1)) {
          assert(this.entries.has(at), `learned ${write.watermark} precedes its entry ${at}`);
        }
        this.learned = write.watermark;
        this.digest = write.digest;
        break;
      case "membership":
        assert(write.membership.epoch > this.membership.membership.epoch, "I11: epochs rise");
        this.membership = write;
        break;
      case "install":
        assert(write.watermark >= this.firstKept, "I16: no gap between an installed state and the log");
        for (const at of [...this.entries.keys(), ...this.damaged]) {
          if (at >= write.watermark) continue;
          this.entries.delete(at);
          this.damaged.delete(at);
        }
        this.firstKept = write.watermark;
        if (write.watermark > this.learned) {
          this.learned = write.watermark;
          this.digest = write.digest;
        }
        if (write.watermark > this.end) this.end = write.watermark;
        break;
      case "truncate":
        for (let at = this.firstKept; at < write.below; at = slot(at + 1)) {
          this.entries.delete(at);
          this.damaged.delete(at);
        }
        this.firstKept = write.below;
        break;
    }
  }

  recover(): RecoveredLog {
    const accepted = [...this.entries.values()].filter((entry) => entry.slot >= this.learned);
    return {
      promised: this.promised,
      acceptedMax: this.acceptedMax,
      firstKept: this.firstKept,
      learned: this.learned,
      digest: this.digest,
      end: this.end,
      membership: this.membership,
      accepted: accepted.sort((left, right) => left.slot - right.slot),
      damaged: [...this.damaged].sort((left, right) => left - right).map(slot),
    };
  }
}
