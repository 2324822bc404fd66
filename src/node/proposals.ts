import { equalBytes } from "../base/bytes.ts";
import type { Slot } from "../base/ids.ts";
import { BATCH_BYTES_MAX, BATCH_COMMANDS_MAX, SLOT_KEYS_MAX } from "../base/limits.ts";
import type { Batch, Command } from "../kv/command.ts";
import { changedKeysMax } from "../kv/operation-size.ts";
import type { Value } from "../paxos/value.ts";
import type { LinkId } from "../transport/service.ts";

/** Commands that wait to be proposed; beyond either bound admission refuses with `overloaded`. */
export const QUEUED_COMMANDS_MAX = 16_384;
export const QUEUED_BYTES_MAX = 64 * 1024 * 1024;

/** Where an answer goes: a link and the asker's own number for the request. */
export interface Origin {
  readonly link: LinkId;
  readonly id: number;
  /** What was asked, and when it came (monotonic ms), of a request whose time is taken. */
  readonly timed?: { readonly kind: string; readonly sinceMs: number };
}

/** An admitted command: its bytes travel as they came, its decoded form is applied here. */
export interface Admitted {
  /** Undefined: the node itself, which awaits no answer. */
  readonly origin: Origin | undefined;
  readonly bytes: Uint8Array;
  readonly command: Command;
}

export interface ProposedBatch {
  readonly batch: Batch;
  /** One for each command. */
  readonly origins: readonly (Origin | undefined)[];
  /** The value object that paxos made of it, known once the slot is. */
  readonly bytes: Uint8Array;
}

/** What the leader has taken in: commands in order of arrival, and batches by the slot they were proposed in. */
export class Proposals {
  #queue: Admitted[] = [];
  #head = 0;
  #queuedBytes = 0;
  readonly #bySlot = new Map<Slot, ProposedBatch>();

  get isFull(): boolean {
    return this.queued >= QUEUED_COMMANDS_MAX || this.#queuedBytes >= QUEUED_BYTES_MAX;
  }

  get queued(): number {
    return this.#queue.length - this.#head;
  }

  /** Batches proposed and not answered yet. */
  get inFlight(): number {
    return this.#bySlot.size;
  }

  enqueue(admitted: Admitted): void {
    this.#queue.push(admitted);
    this.#queuedBytes += admitted.bytes.length;
  }

  /** The next batch: what fits, at least one command; empty when nothing waits. */
  takeBatch(): readonly Admitted[] {
    let bytes = 0;
    let keys = 0;
    let end = this.#head;
    while (end < this.#queue.length && end - this.#head < BATCH_COMMANDS_MAX) {
      const next = this.#queue[end] as Admitted;
      const nextBytes = next.bytes.length;
      const nextKeys = changedKeysMax(next.command.operation);
      const isFull = bytes + nextBytes > BATCH_BYTES_MAX || keys + nextKeys > SLOT_KEYS_MAX;
      if (end > this.#head && isFull) break;
      bytes += nextBytes;
      keys += nextKeys;
      end++;
    }
    const taken = this.#queue.slice(this.#head, end);
    this.#head = end;
    this.#queuedBytes -= bytes;
    if (this.#head === this.#queue.length) {
      this.#queue = [];
      this.#head = 0;
    }
    return taken;
  }

  proposed(slot: Slot, batch: ProposedBatch): void {
    this.#bySlot.set(slot, batch);
  }

  /**
   * What was proposed in this slot here, now that the slot's value is known: `mine` when it is that
   * value, `lost` when another took its place and these commands are not applied by this attempt.
   */
  settle(
    slot: Slot,
    value: Value,
  ): { readonly kind: "mine" | "lost"; readonly proposed: ProposedBatch } | undefined {
    const proposed = this.#bySlot.get(slot);
    if (proposed === undefined) return undefined;
    this.#bySlot.delete(slot);
    // Equal bytes in another array are what this leader reads back when applying fell behind.
    const isMine = value.bytes === proposed.bytes || equalBytes(value.bytes, proposed.bytes);
    return { kind: isMine ? "mine" : "lost", proposed };
  }

  /** Forgets everything: queued commands were never proposed, the others may still be chosen. */
  abandon(): { readonly queued: readonly Origin[]; readonly proposed: readonly Origin[] } {
    const queued = this.#queue.slice(this.#head).flatMap(({ origin }) => origin ?? []);
    const proposed: Origin[] = [];
    for (const { origins } of this.#bySlot.values())
      proposed.push(...origins.flatMap((origin) => origin ?? []));
    this.#queue = [];
    this.#head = 0;
    this.#queuedBytes = 0;
    this.#bySlot.clear();
    return { queued, proposed };
  }
}
