import t from "tap";
import { BALLOT_ZERO, ballot, nodeId, slot } from "../../src/base/ids.ts";
import { slotLine } from "../../src/cli/slot-lines.ts";
import type { Operation } from "../../src/kv/command.ts";
import type { Value } from "../../src/paxos/value.ts";
import { encodeBatch, encodeCommand } from "../../src/wire/command-codec.ts";

const lineOf = (value: Value) =>
  slotLine({ slot: slot(7), ballot: ballot(12, nodeId(1)), value, chosen: false });
const bytes = (text: string) => new TextEncoder().encode(text);

function batch(...operations: readonly Operation[]): Value {
  const commands = operations.map((operation, index) =>
    encodeCommand(
      { client: new Uint8Array(16), sequence: index + 1, acknowledged: 0, deadlineMs: 1_000 },
      operation,
    ),
  );
  return { kind: "batch", bytes: encodeBatch({ stampMs: 1, wallMs: 1, reign: BALLOT_ZERO }, commands) };
}

t.test("a slot is shown with its ballot, its size and what it does", async (t) => {
  const compact: Operation = { kind: "compact", revision: 3 };
  const remove: Operation = { kind: "delete", key: bytes("a/b"), previous: false };
  t.match(lineOf(batch(remove, compact)), {
    slot: 7,
    ballot: "12.1",
    commands: 2,
    what: 'delete "a/b"; compact',
  });
  t.match(lineOf(batch(compact, compact, compact, compact, compact)), {
    what: "compact; compact; compact; and 2 more",
  });
  t.match(lineOf(batch()), { kind: "batch", commands: 0, what: "time alone" });
  t.match(lineOf({ kind: "noop", bytes: new Uint8Array() }), { kind: "noop", bytes: 0, what: "" });
});

t.test("a batch that does not decode is shown as such", async (t) => {
  t.match(lineOf({ kind: "batch", bytes: Uint8Array.of(0xff) }), { bytes: 1, what: /^malformed: / });
});
