import { assert } from "../base/assert.ts";
import type { Slot } from "../base/ids.ts";
import { OVERLAY_BYTES_MAX } from "../base/limits.ts";
import type { Batch } from "../kv/command.ts";
import type { AppliedSlot, Machine } from "../kv/machine.ts";
import type { Overlay } from "../kv/overlay.ts";
import type { ChosenEntry } from "../paxos/effects.ts";
import type { LogReader } from "../paxos/log-reader.ts";
import type { Value } from "../paxos/value.ts";

/** Chosen values kept in memory until they are applied; beyond it they are read back from the log. */
const QUEUED_BYTES_MAX = 16 * 1024 * 1024;
/** Slots applied in one go before the loop gets its turn. */
const SLOTS_PER_TURN_MAX = 64;

export interface ApplierDeps {
  readonly machine: Machine;
  readonly overlay: Overlay;
  readonly log: LogReader;
  /**
   * Below it the log durably holds what was chosen. At and above it there may still be a value that was
   * accepted once and lost, while the chosen one is being written.
   */
  readonly learnedDurable: () => Slot;
  /** The decoded content of a batch value; never fails for a chosen value. */
  readonly decode: (value: Value) => Batch;
  /** What is known of this value before decoding it again. */
  readonly batchOf: (slot: Slot, value: Value) => Batch | undefined;
  readonly onApplied: (slot: Slot, value: Value, applied: AppliedSlot) => void;
}

/**
 * Applies chosen slots in order, each exactly once. What the log held at the start, and what did not fit
 * in memory while the overlay was full, comes from the log, once it is known to be what was chosen;
 * everything else straight from the replica.
 */
export class Applier {
  readonly #deps: ApplierDeps;
  #applied: Slot;
  #chosen: Slot;
  /** Chosen entries, contiguous, at or above `#applied`: what is missing before and behind is in the log. */
  #queue: ChosenEntry[] = [];
  #queuedBytes = 0;

  /** Everything in [applied, chosen) is in the log and will be applied first. */
  constructor(deps: ApplierDeps, applied: Slot, chosen: Slot) {
    assert(applied <= chosen, "I14: applied never passes chosen");
    this.#deps = deps;
    this.#applied = applied;
    this.#chosen = chosen;
  }

  /** Exclusive: every slot below is in the state that reads see. */
  get applied(): Slot {
    return this.#applied;
  }

  get isBehind(): boolean {
    return this.#applied < this.#chosen;
  }

  /** Whether the overlay leaves room; a leader without it refuses admission. */
  get hasRoom(): boolean {
    return this.#deps.overlay.bytes < OVERLAY_BYTES_MAX;
  }

  /** Takes in what the replica reports as chosen, ascending and contiguous. */
  add(entries: readonly ChosenEntry[]): void {
    for (const entry of entries) {
      assert(entry.slot === this.#chosen, "I14: chosen slots arrive without a gap");
      this.#chosen = (entry.slot + 1) as Slot;
      const [first] = this.#queue;
      const isNext = first === undefined || first.slot + this.#queue.length === entry.slot;
      if (!isNext || this.#queuedBytes + entry.value.bytes.length > QUEUED_BYTES_MAX) continue;
      this.#queue.push(entry);
      this.#queuedBytes += entry.value.bytes.length;
    }
  }

  /** Applies what it can in one turn; true when there is more that could be applied at once. */
  run(): boolean {
    const queue = this.#queue;
    let taken = 0;
    let budget = SLOTS_PER_TURN_MAX;
    while (this.#applied < this.#chosen && budget-- > 0 && this.hasRoom) {
      const entry = queue[taken];
      const isQueued = entry?.slot === this.#applied;
      const value = isQueued ? entry.value : this.#readBack();
      if (value === undefined) break;
      if (isQueued) {
        taken++;
        this.#queuedBytes -= value.bytes.length;
      }
      this.#apply(this.#applied, value);
    }
    if (taken > 0) queue.splice(0, taken);
    return budget < 0 && this.#applied < this.#chosen && this.hasRoom;
  }

  /** Undefined while the row is damaged, or the chosen value is still being written: a later turn will find it. */
  #readBack(): Value | undefined {
    if (this.#applied >= this.#deps.learnedDurable()) return undefined;
    const entry = this.#deps.log.read(this.#applied);
    return entry === undefined || entry === "damaged" ? undefined : entry.value;
  }

  #apply(slot: Slot, value: Value): void {
    const { machine, overlay } = this.#deps;
    const applied =
      value.kind === "batch"
        ? machine.apply(slot, this.#deps.batchOf(slot, value) ?? this.#deps.decode(value))
        : machine.applyNoop(slot);
    overlay.add(applied.effects);
    this.#applied = (slot + 1) as Slot;
    this.#deps.onApplied(slot, value, applied);
  }
}
