import t from "tap";
import { BALLOT_ZERO } from "../../../src/base/ids.ts";
import type { Operation } from "../../../src/kv/command.ts";
import { valueText } from "../../../src/lab/report/value-text.ts";
import { encodeBatch, encodeCommand } from "../../../src/wire/command-codec.ts";

const encoder = new TextEncoder();

function batch(...keys: readonly string[]): string {
  const commands = keys.map((key) => {
    const operation: Operation = { kind: "delete", key: encoder.encode(key), previous: false };
    const identity = { client: new Uint8Array(16), sequence: 1, acknowledged: 0, deadlineMs: 9 };
    return encodeCommand(identity, operation);
  });
  const bytes = encodeBatch({ stampMs: 1, wallMs: 2, reign: BALLOT_ZERO }, commands);
  return valueText({
    kind: "batch",
    bytes: { length: bytes.length, base64: Buffer.from(bytes).toString("base64") },
  });
}

t.test("a batch is told by its commands, as far as its bytes are there", async (t) => {
  t.equal(batch("a/b"), "delete a/b");
  t.equal(batch("a", "b", "c", "d"), "delete a, delete b and 2 more");
  t.equal(batch(), "time stamp");
  t.equal(batch("with blank\nand line"), "delete with·blank·and·line");
  t.equal(batch("k".repeat(100)), `delete ${"k".repeat(24)}…`);
});

t.test("what cannot be read is told by its size", async (t) => {
  t.equal(valueText({ kind: "batch", bytes: { length: 1000, crc32: "0" } }), "batch 1000 B");
  t.equal(valueText({ kind: "batch", bytes: { length: 3, base64: "////" } }), "batch 3 B");
  t.equal(valueText({ kind: "noop", bytes: { length: 0, base64: "" } }), "noop");
  t.equal(valueText({}), "?");
});
