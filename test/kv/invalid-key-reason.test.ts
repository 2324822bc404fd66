import t from "tap";
import {
  invalidIntervalReason,
  invalidKeyReason,
  invalidRangeReason,
} from "../../src/kv/invalid-key-reason.ts";

const KEY = Uint8Array.of(0);

t.test("a key has 1 to 1,024 bytes, and a refusal names limit, actual size and setting", async (t) => {
  t.match(invalidKeyReason(new Uint8Array(0)), { code: "bad_request", outcome: "not_applied" });
  t.equal(invalidKeyReason(new Uint8Array(1)), undefined);
  t.equal(invalidKeyReason(new Uint8Array(1024)), undefined);
  t.match(invalidKeyReason(new Uint8Array(1025)), {
    code: "too_large",
    message: /1025.*1024.*key_bytes_max/,
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

t.test("a range that ends before it starts is a mistake, an open one is not", async (t) => {
  t.equal(invalidRangeReason({ start: new Uint8Array(0), end: undefined }), undefined);
  t.equal(invalidRangeReason({ start: Uint8Array.of(1), end: Uint8Array.of(1, 0) }), undefined);
  for (const end of [Uint8Array.of(1), Uint8Array.of(0), new Uint8Array(0)]) {
    t.match(invalidRangeReason({ start: Uint8Array.of(1), end }), {
      code: "bad_request",
      message: /exclusive/,
    });
  }
  t.match(invalidRangeReason({ start: KEY, end: new Uint8Array(1026) }), { code: "too_large" });
});
