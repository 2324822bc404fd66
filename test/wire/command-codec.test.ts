import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import { BALLOT_ZERO } from "../../src/base/ids.ts";
import type { Operation, RequestIdentity } from "../../src/kv/command.ts";
import { decodeBatch, decodeCommand, encodeBatch, encodeCommand } from "../../src/wire/command-codec.ts";
import { amount, count, identity } from "./arbitraries.ts";
import { survivesDamage } from "./hostile-bytes.ts";
import { operation } from "./operation-arbitraries.ts";

const WHO: RequestIdentity = {
  client: new Uint8Array(16).fill(7),
  sequence: 3,
  acknowledged: 1,
  deadlineMs: 1000,
};
const PUT: Operation = { kind: "put", key: Uint8Array.of(1), value: Uint8Array.of(2), previous: false };

t.test("a command comes back as it was sent", async () => {
  fc.assert(
    fc.property(identity, operation, (identity, operation) => {
      const command = decodeCommand(encodeCommand(identity, operation));
      if (typeof command === "string") throw new Error(command);
      deepStrictEqual({ identity: command.identity, operation: command.operation }, { identity, operation });
    }),
    { numRuns: 500 },
  );
});

t.test("the same operation gives the same payload, another one another", async (t) => {
  const payload = (operation: Operation, sequence: number) => {
    const command = decodeCommand(encodeCommand({ ...WHO, sequence }, operation));
    if (typeof command === "string") throw new Error(command);
    return Buffer.from(command.payload).toString("hex");
  };
  t.equal(payload(PUT, 2), payload(PUT, 9));
  t.not(payload(PUT, 2), payload({ ...PUT, previous: true }, 2));
  t.not(payload({ kind: "delete", key: PUT.key, previous: false }, 2), payload(PUT, 2));
});

t.test("a batch keeps its stamps and each command's bytes", async () => {
  const commands = fc.array(fc.tuple(identity, operation), { maxLength: 8 });
  fc.assert(
    fc.property(count, amount, commands, (stampMs, wallMs, made) => {
      const encoded = made.map(([identity, operation]) => encodeCommand(identity, operation));
      const batch = decodeBatch(encodeBatch({ stampMs, wallMs, reign: BALLOT_ZERO }, encoded));
      deepStrictEqual(batch, { stampMs, wallMs, reign: BALLOT_ZERO, commands: encoded.map(decodeCommand) });
    }),
    { numRuns: 300 },
  );
});

t.test("sizes of keys and values are left to the one who can explain them", async (t) => {
  const operation: Operation = { ...PUT, key: new Uint8Array(2000), value: new Uint8Array(1_048_577) };
  const command = decodeCommand(encodeCommand(WHO, operation));
  t.match(command, { operation: { key: operation.key, value: operation.value } });
});

t.test("a command that no client writes is refused with a reason", async (t) => {
  const bad: readonly [Partial<RequestIdentity>, RegExp][] = [
    [{ client: new Uint8Array(15) }, /client id has 15 bytes/],
    [{ client: new Uint8Array(0) }, /client id has 0 bytes/],
    [{ sequence: 0, acknowledged: 0 }, /sequence 0/],
    [{ sequence: 1.5 }, /sequence 1.5/],
    [{ acknowledged: 3 }, /request 3 acknowledges up to 3/],
    [{ acknowledged: -1 }, /acknowledged -1/],
    [{ deadlineMs: -1 }, /deadline -1/],
    [{ deadlineMs: Number.MAX_SAFE_INTEGER }, /end of grace/],
    [{ deadlineMs: Number.POSITIVE_INFINITY }, /deadline Infinity/],
  ];
  for (const [part, reason] of bad) {
    const encoded = encodeCommand({ ...WHO, ...part }, PUT);
    t.match(decodeCommand(encoded), reason);
    t.match(
      decodeBatch(encodeBatch({ stampMs: 1, wallMs: 1, reign: BALLOT_ZERO }, [encoded])),
      reason,
      "within a batch too",
    );
  }
  t.match(decodeBatch(encodeBatch({ stampMs: -1, wallMs: 1, reign: BALLOT_ZERO }, [])), /stamp -1/);
  t.match(decodeBatch(encodeBatch({ stampMs: 1.5, wallMs: 1, reign: BALLOT_ZERO }, [])), /stamp 1.5/);
  t.match(
    decodeBatch(encodeBatch({ stampMs: 1, wallMs: 1, reign: BALLOT_ZERO }, [new Uint8Array(0)])),
    /not protobuf|client id/,
  );
  const many = Array.from({ length: 1025 }, () => encodeCommand(WHO, PUT));
  t.match(decodeBatch(encodeBatch({ stampMs: 1, wallMs: 1, reign: BALLOT_ZERO }, many)), /1025 commands/);
});

t.test("damaged commands and batches are refused, not thrown over", async (t) => {
  const commands = fc
    .sample(fc.tuple(identity, operation), { numRuns: 200, seed: 5 })
    .map(([identity, operation]) => encodeCommand(identity, operation));
  survivesDamage(t, decodeCommand, commands);
  const batches = commands.map((_, index) =>
    encodeBatch({ stampMs: index, wallMs: index, reign: BALLOT_ZERO }, commands.slice(index, index + 4)),
  );
  survivesDamage(t, decodeBatch, batches);
});
