import t from "tap";
import { type CommandOutcome, repeatedOutcome, storedOutcome } from "../../src/kv/outcome.ts";

function answered(value: Uint8Array): CommandOutcome {
  const previous = { value, createRevision: 1, modRevision: 1, version: 1, leaseId: 0 };
  return { kind: "result", result: { kind: "put", revision: 9, createRevision: 1, version: 2, previous } };
}

t.test("an answer up to the limit is repeated as it was", async (t) => {
  const outcome = answered(new Uint8Array(4096 - 64).fill(3));
  t.same(repeatedOutcome(storedOutcome(outcome)), { ...outcome, repeated: true });
});

t.test("an answer above the limit is remembered by its revision alone", async (t) => {
  const stored = storedOutcome(answered(new Uint8Array(4096 - 63)));
  t.same(stored, { kind: "too-large", revision: 9 });
  t.match(repeatedOutcome(stored), {
    failure: { code: "result_too_large", retryable: false, message: /revision 9/ },
  });
});

t.test("a stored answer owns its memory", async (t) => {
  const datagram = new Uint8Array(60_000).fill(5);
  const stored = storedOutcome(answered(datagram.subarray(100, 200)));
  datagram.fill(0);
  t.same(repeatedOutcome(stored), { ...answered(new Uint8Array(100).fill(5)), repeated: true });
});
