import t from "tap";
import { type ErrorCode, failure, isRetryable, KvdError } from "../../src/base/errors.ts";

/** Every code: a new one fails to compile here until somebody has decided. */
const RETRYABLE: Readonly<Record<ErrorCode, boolean>> = {
  bad_request: false,
  too_large: false,
  bad_value: false,
  condition_failed: false,
  fenced: false,
  lease_not_found: false,
  lease_exists: false,
  principal_not_found: false,
  principal_exists: false,
  no_leader: true,
  not_leader: true,
  overloaded: true,
  no_space: true,
  timeout: true,
  lost_leadership: true,
  sequence_reused: false,
  acknowledged: false,
  expired: false,
  deadline_too_far: false,
  behind: true,
  foreign_cluster: false,
  compacted: false,
  result_too_large: false,
  forbidden: false,
  unavailable: true,
  unsafe: false,
};

t.test("each code says whether the same request may succeed later", async (t) => {
  for (const [code, expected] of Object.entries(RETRYABLE)) {
    t.equal(isRetryable(code as ErrorCode), expected, code);
  }
});

t.test("a failure carries its code's answer and the outcome that the caller states", async (t) => {
  t.strictSame(failure("timeout", "unknown", "no answer within 5s"), {
    code: "timeout",
    outcome: "unknown",
    retryable: true,
    message: "no answer within 5s",
  });
});

t.test("an error shows its failure's message, and the id to repeat a mutating request with", async (t) => {
  const refused = failure("no_leader", "not_applied", "nobody leads: try again");
  const error = new KvdError(refused, "00ff:7:1700000000000");
  t.equal(error.message, refused.message);
  t.equal(error.failure, refused);
  t.equal(error.requestId, "00ff:7:1700000000000");
  t.ok(error instanceof Error);
  t.equal(new KvdError(refused).requestId, undefined, "a read has none");
});

t.test("a code that nobody knows is a broken invariant", async (t) => {
  t.throws(() => isRetryable("surprise" as ErrorCode), { name: "AssertionError" });
});
