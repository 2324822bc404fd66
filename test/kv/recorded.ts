import type { Slot } from "../../src/base/ids.ts";
import type { KeyRecord, Operation } from "../../src/kv/command.ts";
import { Effort } from "../../src/kv/effort.ts";
import type { EventReader, KeyEvent } from "../../src/kv/event.ts";
import { EventHistory } from "../../src/kv/event-history.ts";
import { keyText } from "../../src/kv/key-text.ts";
import { Machine } from "../../src/kv/machine.ts";
import { Overlay } from "../../src/kv/overlay.ts";
import { PastChanges } from "../../src/kv/past-changes.ts";
import { batch, command, TestState, testCrypto, text } from "./test-state.ts";

/** A machine over an overlay over tables, and all that it ever changed. */
export class Recorded {
  readonly #disk = new TestState();
  readonly state = new Overlay(this.#disk, 1 as Slot);
  readonly #machine = new Machine(this.state, this.#disk.recovered(), testCrypto);
  readonly events = new EventHistory(this.state, this.#machine);
  readonly all: KeyEvent[] = [];
  #slot = 1;
  #sequence = 0;

  apply(operations: readonly Operation[]): void {
    const commands = operations.map((one) => command(one, { sequence: ++this.#sequence }));
    const { effects } = this.#machine.apply(this.#slot++ as Slot, batch(0, ...commands));
    this.state.add(effects);
    for (const row of effects.rows) if (row.table === "events") this.all.push(...row.events);
  }

  seal(): void {
    this.state.seal();
  }

  flush(): void {
    const slice = this.state.nextSlice(this.#slot as Slot);
    if (slice === undefined) return;
    this.#disk.write(slice.rows, slice.meta);
    this.state.flushed(slice.watermark);
  }

  /** All keys, as texts, with their records after a revision, in the order of their bytes. */
  contentAt(revision: number): readonly (readonly [string, KeyRecord])[] {
    const content = new Map<string, KeyRecord>();
    for (const { key, record, revision: at } of this.all) {
      if (at > revision) break;
      if (record === undefined) content.delete(keyText(key));
      else content.set(keyText(key), record);
    }
    return [...content].sort(([left], [right]) => (left < right ? -1 : 1));
  }
}

/** A key's changes at `upTo` and earlier, newest first. */
export function changesOf(events: EventReader, key: string, upTo = events.revision): KeyEvent[] {
  const found: KeyEvent[] = [];
  new PastChanges(events, text(key), upTo).run(new Effort(Number.POSITIVE_INFINITY), (event) => {
    found.push(event);
    return true;
  });
  return found;
}
