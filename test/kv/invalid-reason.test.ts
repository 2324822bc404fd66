import t from "tap";
import { invalidIntervalReason, invalidKeyReason, invalidReason } from "../../src/kv/invalid-reason.ts";

const KEY = Uint8Array.of(0);

t.test("limits hold to the byte, and a refusal names limit, actual size and setting", async (t) => {
  t.match(invalidKeyReason(new Uint8Array(0)), { code: "bad_request", outcome: "not_applied" });
  t.equal(invalidKeyReason(new Uint8Array(1)), undefined);
  t.equal(invalidKeyReason(new Uint8Array(1024)), undefined);
  t.match(invalidKeyReason(new Uint8Array(1025)), {
    code: "too_large",
    message: /1025.*1024.*key_bytes_max/,
  });
  for (const [length, isTooLarge] of [
    [0, false],
    [1_048_576, false],
    [1_048_577, true],
  ] as const) {
    const reason = invalidReason({ kind: "put", key: KEY, value: new Uint8Array(length), previous: false });
    if (isTooLarge) t.match(reason, { code: "too_large", message: /1048577.*1048576.*value_bytes_max/ });
    else t.equal(reason, undefined);
  }
  t.match(invalidReason({ kind: "delete", key: new Uint8Array(0), previous: false }), {
    code: "bad_request",
  });
});

t.test("an interval may begin before every key, its bounds at most a byte longer than keys", async (t) => {
  t.equal(invalidIntervalReason(new Uint8Array(0), undefined), undefined);
  t.equal(
    invalidIntervalReason(new Uint8Array(1025), new Uint8Array(1025)),
    undefined,
    "after the longest key",
  );
  t.match(invalidIntervalReason(new Uint8Array(1026), undefined), { code: "too_large", message: /start/ });
  t.match(invalidIntervalReason(KEY, new Uint8Array(1026)), { code: "too_large", message: /end/ });
});
