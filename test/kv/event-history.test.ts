import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import type { Slot } from "../../src/base/ids.ts";
import type { Operation } from "../../src/kv/command.ts";
import type { KeyEvent } from "../../src/kv/event.ts";
import { EventHistory } from "../../src/kv/event-history.ts";
import { Machine } from "../../src/kv/machine.ts";
import { Overlay } from "../../src/kv/overlay.ts";
import type { AppliedState } from "../../src/kv/state.ts";
import { batch, command, del, delRange, put, putAll, TestState, testCrypto, text } from "./test-state.ts";

const someKey = fc.constantFrom("a", "b", "c", "d");
const someOperation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 4, arbitrary: someKey.map((key) => put(key, "x")) },
  { weight: 2, arbitrary: someKey.map((key) => del(key)) },
  fc
    .uniqueArray(someKey, { minLength: 1 })
    .map((keys) => putAll(Object.fromEntries(keys.map((key) => [key, "y"])))),
  someKey.map((start) => delRange(start, undefined, { kind: "up-to", keys: 3 })),
);
const someSlot = fc.record({
  operations: fc.array(someOperation, { maxLength: 4 }),
  seals: fc.boolean(),
  flushes: fc.boolean(),
});

/** A machine over an overlay over tables, and all that it ever changed. */
class Recorded {
  readonly #disk = new TestState();
  readonly #overlay = new Overlay(this.#disk, 1 as Slot);
  readonly #machine = new Machine(this.#overlay, this.#disk.recovered(), testCrypto);
  readonly history = new EventHistory(this.#overlay, this.#machine);
  readonly all: KeyEvent[] = [];
  #slot = 1;
  #sequence = 0;

  apply(operations: readonly Operation[]): void {
    const commands = operations.map((one) => command(one, { sequence: ++this.#sequence }));
    const { effects } = this.#machine.apply(this.#slot++ as Slot, batch(0, ...commands));
    this.#overlay.add(effects);
    for (const row of effects.rows) if (row.table === "events") this.all.push(...row.events);
  }

  seal(): void {
    this.#overlay.seal();
  }

  flush(): void {
    const slice = this.#overlay.nextSlice(this.#slot as Slot);
    if (slice === undefined) return;
    this.#disk.write(slice.rows, slice.meta);
    this.#overlay.flushed(slice.watermark);
  }
}

t.test(
  "changes are told from any revision, and of any key back to its first, whatever was flushed",
  async () => {
    fc.assert(
      fc.property(fc.array(someSlot, { maxLength: 25 }), fc.nat(), (slots, chance) => {
        const recorded = new Recorded();
        for (const { operations, seals, flushes } of slots) {
          recorded.apply(operations);
          if (seals) recorded.seal();
          if (flushes) recorded.flush();
          const { history, all } = recorded;
          const at = 1 + (chance % (history.revision + 1));
          deepStrictEqual(
            [...history.events(at)],
            all.filter(({ revision }) => revision >= at),
          );
          for (const key of ["a", "b", "c", "d"]) {
            const own = all.filter(
              (event) => Buffer.from(event.key).toString() === key && event.revision <= at,
            );
            deepStrictEqual([...history.history(text(key), at)], own.reverse());
            const later = all.find(
              (event) => Buffer.from(event.key).toString() === key && event.revision > at,
            );
            deepStrictEqual(history.firstAfter(text(key), at), later);
          }
        }
      }),
      { numRuns: 300 },
    );
  },
);

t.test("the past of a key is found without a walk over all of it", async (t) => {
  const state = new TestState();
  const machine = new Machine(state, state.recovered(), testCrypto);
  let rowsRead = 0;
  const counting: AppliedState = {
    get: (key) => state.get(key),
    range: (start, end) => state.range(start, end),
    tombstone: (key) => state.tombstone(key),
    *eventRows(from) {
      for (const row of state.eventRows(from)) {
        rowsRead++;
        yield row;
      }
    },
  };
  const history = new EventHistory(counting, machine);
  for (let slot = 1; slot <= 1000; slot++) {
    const key = slot === 200 || slot === 900 ? "cold" : "hot";
    const { effects } = machine.apply(slot as Slot, batch(0, command(put(key, "x"), { sequence: slot })));
    state.add(effects);
  }
  const newest = (key: string, upTo: number): { readonly found: number; readonly rows: number } => {
    rowsRead = 0;
    const [first] = history.history(text(key), upTo);
    return { found: first?.revision ?? 0, rows: rowsRead };
  };
  t.match(newest("hot", 500), { found: 500 });
  t.ok(newest("hot", 500).rows < 10, "one that changes often is met on the way up");
  t.match(newest("cold", 500), { found: 200 });
  t.ok(newest("cold", 500).rows < 30, "one that changes rarely is down soon");
  t.match(newest("cold", 150), { found: 0 });
});
