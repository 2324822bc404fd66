import { assert, present } from "../base/assert.ts";
import type { Slot } from "../base/ids.ts";
import { PAGE_BYTES_MAX } from "../base/limits.ts";
import type { LogEntry, LogReader, RecoveredLog } from "./log-reader.ts";

/** Chosen and durable entries up to this many bytes stay in memory for members that are slightly behind. */
const TAIL_BYTES_MAX = 8 * 1024 * 1024;
/** What an entry costs beside its bytes: the objects around them. */
const ENTRY_OVERHEAD_BYTES = 128;

interface Held {
  readonly entry: LogEntry;
  /** The batch of writes that brings it to disk; 0 for what was there at start. */
  readonly sequence: number;
}

/**
 * The log as this node knows it: everything from the learned watermark on, everything that is not yet
 * durable and a tail of the rest in memory, older entries through the reader. A slot is damaged when it
 * was accepted here once and its record is lost: never taken for empty (I32).
 */
export class Log {
  readonly #reader: LogReader;
  readonly #held = new Map<Slot, Held>();
  /** In the order found: ascending after a start. */
  readonly #damaged: Set<Slot>;
  /** Re-written slots below the learned watermark, held until they are on disk. */
  #healing: Slot[] = [];
  #firstKept: Slot;
  #learned: Slot;
  #end: Slot;
  #durableSequence = 0;
  /** Nothing below is held but what heals. */
  #heldFrom: Slot;
  #heldBytes = 0;
  #aheadBytes = 0;
  #learnedBytes = 0;

  constructor(reader: LogReader, recovered: RecoveredLog) {
    assert(recovered.firstKept <= recovered.learned, "I16: first kept <= learned");
    this.#reader = reader;
    this.#firstKept = recovered.firstKept;
    this.#learned = recovered.learned;
    this.#heldFrom = recovered.learned;
    this.#end = recovered.end > recovered.learned ? recovered.end : recovered.learned;
    this.#damaged = new Set(recovered.damaged);
    for (const entry of recovered.accepted) {
      assert(
        entry.slot >= recovered.learned && entry.slot < this.#end,
        "I16: an accepted entry lies above learned",
      );
      this.#hold(entry, 0);
    }
  }

  get firstKept(): Slot {
    return this.#firstKept;
  }

  /** Every slot below is chosen, and held here but for the damaged. */
  get learned(): Slot {
    return this.#learned;
  }

  /** One past the highest slot ever accepted, learned or lost here. */
  get end(): Slot {
    return this.#end;
  }

  get damagedCount(): number {
    return this.#damaged.size;
  }

  /** All writes with a sequence up to this one are on disk. */
  get durableSequence(): number {
    return this.#durableSequence;
  }

  /** Bytes accepted at or above the learned watermark. */
  get aheadBytes(): number {
    return this.#aheadBytes;
  }

  /** Of the values learned since the start. */
  get learnedBytes(): number {
    return this.#learnedBytes;
  }

  /** Whether far more is held than the tail: the disk is behind the network. */
  get isCrowded(): boolean {
    return this.#heldBytes - this.#aheadBytes > 2 * TAIL_BYTES_MAX + PAGE_BYTES_MAX;
  }

  isDamaged(slot: Slot): boolean {
    return this.#damaged.has(slot);
  }

  /** A damaged slot that is known to be chosen, so that any member may have its value. */
  damagedBelowLearned(): Slot | undefined {
    for (const slot of this.#damaged) if (slot < this.#learned) return slot;
    return undefined;
  }

  /** The lowest slot at or above `from` that is known to be chosen and whose value is not here. */
  missingFrom(from: Slot): Slot {
    let missing = this.#learned;
    for (const slot of this.#damaged) if (slot >= from && slot < missing) missing = slot;
    return missing;
  }

  /** A copy: healing changes the set. */
  damagedSlots(): readonly Slot[] {
    return [...this.#damaged];
  }

  /** The entry when it is in memory, as every undamaged one at or above the learned watermark is. */
  entry(slot: Slot): LogEntry | undefined {
    return this.#held.get(slot)?.entry;
  }

  /** The entry from memory or disk. Undefined: empty, or truncated. */
  read(slot: Slot): LogEntry | "damaged" | undefined {
    const held = this.#held.get(slot);
    if (held !== undefined) return held.entry;
    if (this.#damaged.has(slot)) return "damaged";
    if (slot < this.#firstKept || slot >= this.#learned) return undefined;
    const found = this.#reader.read(slot);
    if (found !== undefined && found !== "damaged") return found;
    // A hole below the learned watermark is a lost record, whatever the reader calls it.
    this.#damaged.add(slot);
    return "damaged";
  }

  /** Takes an entry that goes to disk in batch `sequence`; replaces what was there and heals the slot. */
  store(entry: LogEntry, sequence: number): void {
    assert(entry.slot >= this.#firstKept, "I16: nothing is stored below the first kept slot");
    if (entry.slot < this.#learned) {
      assert(
        this.#damaged.has(entry.slot) && entry.chosen,
        "I1: a learned slot is written again only to heal it",
      );
      this.#healing.push(entry.slot);
    }
    this.#damaged.delete(entry.slot);
    this.#hold(entry, sequence);
    if (entry.slot >= this.#end) this.#end = (entry.slot + 1) as Slot;
  }

  /** The slot at the watermark is chosen and its value is here. */
  advance(): void {
    const { entry } = present(this.#held.get(this.#learned), "I14: a learned slot holds its value");
    this.#aheadBytes -= sizeOf(entry);
    this.#learnedBytes += entry.value.bytes.length;
    this.#learned = (this.#learned + 1) as Slot;
    if (this.#learned > this.#end) this.#end = this.#learned;
    this.#evict();
  }

  onDurable(sequence: number): void {
    assert(sequence >= this.#durableSequence, "writes become durable in order");
    this.#durableSequence = sequence;
    if (this.#healing.length > 0) {
      this.#healing = this.#healing.filter((slot) => !this.#dropHealed(slot));
    }
    this.#evict();
  }

  truncate(below: Slot): void {
    assert(below <= this.#learned, "I17: only learned slots are truncated");
    assert(below >= this.#firstKept, "I16: the first kept slot never decreases");
    for (let slot = this.#firstKept; slot < below; slot = (slot + 1) as Slot) {
      this.#drop(slot);
      this.#damaged.delete(slot);
    }
    this.#healing = this.#healing.filter((slot) => slot >= below);
    this.#firstKept = below;
    if (this.#heldFrom < below) this.#heldFrom = below;
  }

  /** A state that holds every slot below `watermark` was put in place: what is above stays as it is. */
  install(watermark: Slot): void {
    assert(watermark >= this.#firstKept, "I16: no gap between an installed state and the log");
    for (const slot of this.#held.keys()) if (slot < watermark) this.#drop(slot);
    for (const slot of this.#damaged) if (slot < watermark) this.#damaged.delete(slot);
    this.#healing = this.#healing.filter((slot) => slot >= watermark);
    this.#firstKept = watermark;
    if (this.#learned < watermark) this.#learned = watermark;
    if (this.#end < watermark) this.#end = watermark;
    if (this.#heldFrom < watermark) this.#heldFrom = watermark;
  }

  #hold(entry: LogEntry, sequence: number): void {
    this.#drop(entry.slot);
    this.#held.set(entry.slot, { entry, sequence });
    this.#heldBytes += sizeOf(entry);
    if (entry.slot >= this.#learned) this.#aheadBytes += sizeOf(entry);
  }

  #drop(slot: Slot): void {
    const held = this.#held.get(slot);
    if (held === undefined) return;
    this.#held.delete(slot);
    this.#heldBytes -= sizeOf(held.entry);
    if (slot >= this.#learned) this.#aheadBytes -= sizeOf(held.entry);
  }

  #dropHealed(slot: Slot): boolean {
    const held = this.#held.get(slot);
    if (held !== undefined && held.sequence > this.#durableSequence) return false;
    this.#drop(slot);
    return true;
  }

  #evict(): void {
    while (this.#heldBytes - this.#aheadBytes > TAIL_BYTES_MAX && this.#heldFrom < this.#learned) {
      const held = this.#held.get(this.#heldFrom);
      if (held !== undefined && held.sequence > this.#durableSequence) return;
      this.#drop(this.#heldFrom);
      this.#heldFrom = (this.#heldFrom + 1) as Slot;
    }
  }
}

function sizeOf(entry: LogEntry): number {
  return entry.value.bytes.length + ENTRY_OVERHEAD_BYTES;
}
