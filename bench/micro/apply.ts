import { BALLOT_ZERO, offsetSlot, type Slot, slot } from "../../src/base/ids.ts";
import type { Batch, Command, KeyRecord } from "../../src/kv/command.ts";
import { Machine } from "../../src/kv/machine.ts";
import { Overlay } from "../../src/kv/overlay.ts";
import { type AppliedState, FRESH_META } from "../../src/kv/state.ts";
import type { MicroCase, MicroSuite } from "./micro-case.ts";
import { CRYPTO, fixedRandom } from "./seams.ts";

const KEYS = 16_384;
const SLOTS_UNFLUSHED_MAX = 256;
const CLIENT = new Uint8Array(16).fill(1);
const EMPTY: AppliedState = {
  get: () => undefined,
  range: () => [],
  tombstone: () => undefined,
  tombstones: () => [],
  eventRows: () => [],
};

/** A machine over its overlay; flushed slots are forgotten, so that what is measured is applying alone. */
class Applier {
  readonly #overlay = new Overlay(EMPTY, slot(1));
  readonly #machine = new Machine(
    this.#overlay,
    {
      meta: { ...FRESH_META, timeMs: 1 },
      executed: () => [],
      leases: () => [],
      expiries: () => [],
      principals: () => [],
    },
    CRYPTO,
  );
  readonly #random = fixedRandom(3);
  readonly #keys = benchKeys();
  #next: Slot = slot(1);
  #sequence = 0;

  apply(commandCount: number, value: Uint8Array): void {
    const commands: Command[] = [];
    for (let index = 0; index < commandCount; index++) commands.push(this.#put(value));
    const batch: Batch = { stampMs: this.#next, wallMs: 0, reign: BALLOT_ZERO, commands };
    this.#overlay.add(this.#machine.apply(this.#next, batch).effects);
    this.#next = offsetSlot(this.#next, 1);
    if (this.#overlay.slots < SLOTS_UNFLUSHED_MAX) return;
    this.#overlay.seal();
    for (
      let slice = this.#overlay.nextSlice(this.#next);
      slice;
      slice = this.#overlay.nextSlice(this.#next)
    ) {
      this.#overlay.flushed(slice.watermark);
    }
  }

  get(): KeyRecord | undefined {
    return this.#overlay.get(this.#key());
  }

  #put(value: Uint8Array): Command {
    const sequence = ++this.#sequence;
    // The client has its answer to all but the last 64: what the table keeps stays bounded.
    const acknowledged = Math.max(0, sequence - 64);
    return {
      identity: { client: CLIENT, sequence, acknowledged, deadlineMs: this.#next + 1 },
      operation: { kind: "put", key: this.#key(), value, previous: false },
      payload: value,
    };
  }

  #key(): Uint8Array {
    return this.#keys[this.#random.below(KEYS)] as Uint8Array;
  }
}

function benchKeys(): readonly Uint8Array[] {
  const encoder = new TextEncoder();
  return Array.from({ length: KEYS }, (_, index) =>
    encoder.encode(`bench/key/${String(index).padStart(8, "0")}`),
  );
}

function applyCase(name: string, commandCount: number, valueBytes: number): MicroCase {
  const applier = new Applier();
  const value = new Uint8Array(valueBytes).fill(7);
  return { kind: "sync", name, operations: commandCount, run: () => applier.apply(commandCount, value) };
}

function getCase(): MicroCase {
  const applier = new Applier();
  for (let round = 0; round < 100; round++) applier.apply(64, new Uint8Array(256));
  return { kind: "sync", name: "get, overlay of 6,400 puts", operations: 1, run: () => applier.get() };
}

/** Chosen batches through the machine into the overlay, per put; exactly-once table included. */
export async function openApplySuite(): Promise<MicroSuite> {
  return {
    name: "apply",
    cases: [
      applyCase("put of 256 B, alone in its slot", 1, 256),
      applyCase("puts of 256 B, 64 a slot", 64, 256),
      applyCase("puts of 16 KiB, 16 a slot", 16, 16 * 1024),
      getCase(),
    ],
    close: async () => undefined,
  };
}
