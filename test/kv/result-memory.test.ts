import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import type { Result } from "../../src/kv/command.ts";
import { ownedResult, resultBytes } from "../../src/kv/result-memory.ts";
import { result } from "../wire/arbitraries.ts";

/** Every array of bytes in it. */
function arraysOf(part: unknown): Uint8Array[] {
  if (part instanceof Uint8Array) return [part];
  return typeof part === "object" && part !== null ? Object.values(part).flatMap(arraysOf) : [];
}

/** The same, with every array a small view of a large buffer. */
function pinning(part: unknown): unknown {
  if (part instanceof Uint8Array) {
    const datagram = new Uint8Array(60_000);
    datagram.set(part, 100);
    return datagram.subarray(100, 100 + part.length);
  }
  if (Array.isArray(part)) return part.map(pinning);
  if (typeof part !== "object" || part === null) return part;
  return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, pinning(inner)]));
}

t.test("a result that is kept pins no memory but its own, and says the same", async () => {
  fc.assert(
    fc.property(result, (made) => {
      const owned = ownedResult(pinning(made) as Result);
      deepStrictEqual(owned, made);
      for (const bytes of arraysOf(owned)) deepStrictEqual(bytes.buffer.byteLength < 5000, true);
    }),
    { numRuns: 200 },
  );
});

t.test("all values in a result count", async () => {
  fc.assert(
    fc.property(result, (made) => {
      const bytes = arraysOf(made).reduce((sum, part) => sum + part.length, 0);
      const answers = made.kind === "txn" ? made.answers.length : 0;
      deepStrictEqual(resultBytes(made), bytes + 48 * answers);
    }),
    { numRuns: 200 },
  );
});
