import t from "tap";
import { BALLOT_ZERO, ballot, nodeId, type Slot, slot } from "../../src/base/ids.ts";
import { LOG_PAGE_BYTES_MAX, LOG_PAGE_SLOTS_MAX } from "../../src/base/limits.ts";
import type { Operation } from "../../src/kv/command.ts";
import { logPage } from "../../src/node/log-page.ts";
import type { LogEntry, LogReader } from "../../src/paxos/log-reader.ts";
import { NOOP, type Value } from "../../src/paxos/value.ts";
import { encodeBatch, encodeCommand } from "../../src/wire/command-codec.ts";

const BALLOT = ballot(3, nodeId(2));
const KEY = new TextEncoder().encode("colour");

function batch(...operations: readonly Operation[]): Value {
  const commands = operations.map((operation, index) =>
    encodeCommand(
      { client: new Uint8Array(16), sequence: index + 1, acknowledged: 0, deadlineMs: 1_000 },
      operation,
    ),
  );
  return { kind: "batch", bytes: encodeBatch({ stampMs: 1, wallMs: 1, reign: BALLOT_ZERO }, commands) };
}

/** A log with these values from slot 10 on. */
function logOf(...values: readonly (Value | "damaged" | undefined)[]): LogReader {
  const read = (at: Slot): LogEntry | "damaged" | undefined => {
    const value = values[at - 10];
    return typeof value === "object" ? { slot: at, ballot: BALLOT, value, chosen: false } : value;
  };
  return { read };
}

const view = (end: number) => ({ firstKept: slot(10), chosen: slot(12), end: slot(end) });

t.test("a slot tells its ballot, its size and the names of its operations, and nothing else", async (t) => {
  const put: Operation = { kind: "put", key: KEY, value: KEY, previous: false };
  const incr: Operation = {
    ...{ kind: "modify", key: KEY, change: { kind: "incr", argument: Uint8Array.of(0x31) } },
    ...{ returnsValue: false, previous: false },
  };
  const value = batch(put, incr, put);
  const page = logPage(logOf(value, NOOP), view(12), { from: slot(0), limit: 10 });
  const operations = new Map([
    ["put", 2],
    ["incr", 1],
  ]);
  const bytes = value.bytes.length;
  t.strictSame(page, {
    ...view(12),
    next: slot(12),
    slots: [
      { slot: slot(10), ballot: BALLOT, kind: "batch", bytes, commands: 3, operations },
      { slot: slot(11), ballot: BALLOT, kind: "noop", bytes: 0, commands: 0, operations: new Map() },
    ],
  });
});

t.test("a damaged slot is shown as such, and an empty one is left out", async (t) => {
  const undecodable: Value = { kind: "batch", bytes: Uint8Array.of(0xff) };
  const page = logPage(logOf(NOOP, "damaged", undefined, undecodable), view(14), {
    from: slot(11),
    limit: 9,
  });
  t.match(page.slots, [
    { slot: 11, kind: "damaged", ballot: BALLOT_ZERO, bytes: 0 },
    { slot: 13, kind: "batch", bytes: 1, commands: 0 },
  ]);
  t.equal(page.slots.length, 2);
  t.equal(page.next, 14);
});

t.test("a page ends at the limit, after so many slots passed over, and after so many bytes", async (t) => {
  const few = logPage(logOf(NOOP, NOOP, NOOP), view(13), { from: slot(10), limit: 2 });
  t.equal(few.slots.length, 2);
  t.equal(few.next, 12);
  const empty = logPage(logOf(), view(10_000), { from: slot(10), limit: 5 });
  t.same(empty.slots, []);
  t.equal(empty.next, 10 + LOG_PAGE_SLOTS_MAX);
  const large: Value = { kind: "membership", bytes: new Uint8Array(LOG_PAGE_BYTES_MAX) };
  t.equal(logPage(logOf(large, large), view(12), { from: slot(10), limit: 5 }).next, 11);
  t.equal(logPage(logOf(NOOP), view(11), { from: slot(50), limit: 5 }).slots.length, 0);
});
