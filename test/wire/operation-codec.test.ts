import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import protobuf from "protobufjs/minimal.js";
import t from "tap";
import type { Operation } from "../../src/kv/command.ts";
import { encodeOperation, readOperation } from "../../src/wire/operation-codec.ts";
import { decodeBytes } from "../../src/wire/payload.ts";
import { survivesDamage } from "./hostile-bytes.ts";
import { operation } from "./operation-arbitraries.ts";

const decode = (bytes: Uint8Array): Operation | string => decodeBytes(bytes, readOperation);
const KEY = Uint8Array.of(1);

/** An operation's bytes as somebody else might write them. */
function written(type: number, write: (writer: protobuf.Writer) => void): Uint8Array {
  const writer = new protobuf.Writer().uint32(type);
  write(writer);
  return writer.finish();
}

t.test("every operation comes back as it was sent", async (t) => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(operation, (operation) => {
      seen.add(operation.kind);
      deepStrictEqual(decode(encodeOperation(operation)), operation);
    }),
    { numRuns: 800 },
  );
  t.equal(seen.size, 15);
});

t.test("damaged operations are refused, not thrown over", async (t) => {
  survivesDamage(t, decode, fc.sample(operation, { numRuns: 300, seed: 6 }).map(encodeOperation));
});

t.test("what a newer client may know and this node does not is refused with a reason", async (t) => {
  const words =
    (fields: readonly (readonly [field: number, value: number])[]) => (writer: protobuf.Writer) => {
      for (const [field, value] of fields) writer.uint32(field * 8).uint32(value);
    };
  const unknown: readonly (readonly [Uint8Array, RegExp])[] = [
    [written(13, () => undefined), /operation type 13 is not known.*newer/],
    [written(1, words([[4, 3]])), /condition 3 is not known/],
    [written(2, words([[3, 9]])), /condition 9 is not known/],
    [written(3, words([[4, 3]])), /extent 3 is not known/],
    [written(3, words([[5, 1]])), /extent 0 is not known/],
    [written(5, words([[2, 9]])), /change 9 is not known/],
    [
      written(6, (writer) =>
        writer
          .uint32(8 + 2)
          .fork()
          .uint32(16)
          .uint32(6)
          .ldelim(),
      ),
      /target 6 is not known/,
    ],
    [
      written(6, (writer) =>
        writer
          .uint32(16 + 2)
          .fork()
          .uint32(8)
          .uint32(5)
          .ldelim(),
      ),
      /step 5 is not known/,
    ],
    [written(4, (writer) => writer.uint32(8 + 2).bytes(KEY)), /1 keys with 0 values/],
    [
      written(4, (writer) => {
        writer
          .uint32(8 + 2)
          .bytes(KEY)
          .uint32(16 + 2)
          .bytes(KEY);
        for (let count = 0; count < 2; count++) writer.uint32(24 + 1).double(1000);
      }),
      /1 keys with 2 lifetimes/,
    ],
    [
      written(1, (writer) => {
        writer
          .uint32(56 + 1)
          .double(1000)
          .uint32(64 + 1)
          .double(7);
      }),
      /time to live and a lease exclude each other/,
    ],
    [
      written(8, (writer) => {
        writer.uint32(8 + 1).double(1.5);
      }),
      /lease id 1.5 is not a count/,
    ],
  ];
  for (const [bytes, reason] of unknown) t.match(decode(bytes), reason);
});

t.test("a crowd of empty fields is refused before it costs its memory", async (t) => {
  const crowd = (type: number, tag: number): Uint8Array =>
    written(type, (writer) => {
      for (let count = 0; count < 1_000_000; count++) writer.uint32(tag).uint32(0);
    });
  t.match(decode(crowd(4, 10)), /more than 40004 fields/);
  for (const tag of [10, 18, 26]) t.match(decode(crowd(6, tag)), /more than 1001 fields/);
});

t.test("one more than the limit is still read, so that it can be explained", async (t) => {
  const entries = Array.from({ length: 10_001 }, () => ({ key: KEY, value: KEY }));
  t.match(decode(encodeOperation({ kind: "put-all", entries })), {
    kind: "put-all",
    entries: { length: 10_001 },
  });
});
