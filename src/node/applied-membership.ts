import { assert } from "../base/assert.ts";
import { offsetSlot, type Slot } from "../base/ids.ts";
import type { GoverningMembership, Membership } from "../paxos/membership.ts";
import type { MembershipCodec } from "../paxos/membership-entry.ts";
import { isStep } from "../paxos/membership-step.ts";
import type { Value } from "../paxos/value.ts";

/** The membership as the applied slots make it, at each watermark that a slice may still end at. */
export class AppliedMembership {
  readonly #codec: MembershipCodec;
  /** Ascending; the first one governs from the last flushed watermark on. */
  #reigns: readonly GoverningMembership[];

  constructor(codec: MembershipCodec, watermark: Slot, membership: Membership) {
    this.#codec = codec;
    this.#reigns = [{ since: watermark, membership }];
  }

  onApplied(slot: Slot, value: Value): void {
    if (value.kind !== "membership") return;
    const entry = this.#codec.decode(value.bytes);
    assert(typeof entry !== "string", "I3: a chosen membership entry decodes");
    const since = offsetSlot(slot, 1);
    if (isStep(this.at(since), entry))
      this.#reigns = [...this.#reigns, { since, membership: entry.membership }];
  }

  /** As every slot below `watermark` left it. */
  at(watermark: Slot): Membership {
    const found = this.#reigns.findLast(({ since }) => since <= watermark);
    assert(found !== undefined, "I11: no slice ends below the last one");
    return found.membership;
  }

  /** No slice ends below any more. */
  forgetBelow(watermark: Slot): void {
    const first = this.#reigns.findLastIndex(({ since }) => since <= watermark);
    if (first > 0) this.#reigns = this.#reigns.slice(first);
  }
}
