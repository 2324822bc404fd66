import { assert } from "../base/assert.ts";
import { BALLOT_ZERO, type Ballot, offsetSlot, type Slot, slot } from "../base/ids.ts";
import type { LogEntry } from "../paxos/log-reader.ts";
import type { GoverningMembership } from "../paxos/membership.ts";

/** The marks of one group's log that every batch moves; they only grow. */
export class LogSummary {
  promised: Ballot = BALLOT_ZERO;
  acceptedMax: Ballot = BALLOT_ZERO;
  firstKept: Slot = slot(1);
  /** Exclusive: every slot in [firstKept, learned) holds here the chosen value. */
  learned: Slot = slot(1);
  /** The chain digest over the slots below `learned`. */
  digest = 0;
  /** One past the highest slot ever written. */
  end: Slot = slot(1);
  /** As the slots below `learned` left it; undefined while the genesis is in force. */
  membership: GoverningMembership | undefined;

  onPromised(ballot: Ballot): void {
    assert(ballot >= this.promised, `I4: the promise would fall from ${this.promised} to ${ballot}`);
    this.promised = ballot;
  }

  onEntry(entry: LogEntry): void {
    assert(entry.slot >= this.firstKept, `I16: slot ${entry.slot} is below the first kept ${this.firstKept}`);
    if (entry.ballot > this.acceptedMax) this.acceptedMax = entry.ballot;
    if (entry.slot >= this.end) this.end = offsetSlot(entry.slot, 1);
  }

  /** `holds` tells whether the log holds a sound entry of the slot, this batch included. */
  onLearned(watermark: Slot, digest: number, holds: (slot: Slot) => boolean): void {
    assert(watermark >= this.learned, `I15: learned would fall from ${this.learned} to ${watermark}`);
    for (let at = this.learned; at < watermark; at = offsetSlot(at, 1)) {
      assert(holds(at), `I16: slot ${at} is learned but not in the log`);
    }
    this.learned = watermark;
    this.digest = digest;
  }

  /** The state of all slots below is there, whatever of them was learned here; the promise stands (I19). */
  onInstall(watermark: Slot, digest: number): void {
    assert(watermark >= this.firstKept, `I16: a gap from an installed ${watermark} to ${this.firstKept}`);
    this.firstKept = watermark;
    if (watermark > this.learned) {
      this.learned = watermark;
      this.digest = digest;
    }
    if (watermark > this.end) this.end = watermark;
  }

  onTruncate(below: Slot): void {
    assert(below <= this.learned, `I17: truncation to ${below} would pass the learned ${this.learned}`);
    if (below > this.firstKept) this.firstKept = below;
  }

  onMembership({ since, membership }: GoverningMembership): void {
    const known = this.membership;
    assert(
      since > (known?.since ?? 1),
      `I11: a membership since ${since} would follow one since ${known?.since}`,
    );
    this.membership = { since, membership };
  }

  /** Checked at the end of each batch: a membership is in force only once its entry is known as chosen (I11). */
  assertMembership(): void {
    const since = this.membership?.since ?? 1;
    assert(
      since <= this.learned,
      `I11: the membership since ${since} is ahead of the learned ${this.learned}`,
    );
  }

  /** Checked at the end of each batch: what this node accepted, it had promised (I6, I8). */
  assertAccepted(entry: LogEntry): void {
    if (entry.chosen) return;
    assert(
      entry.ballot <= this.promised,
      `I6: slot ${entry.slot} is accepted at ${entry.ballot} above the promise ${this.promised}`,
    );
  }

  copy(): LogSummary {
    return Object.assign(new LogSummary(), this);
  }
}
