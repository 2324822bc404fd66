import t from "tap";
import { failure } from "../../src/base/errors.ts";
import { newCall, timeUp, verdict } from "../../src/client/call.ts";

function call(changes: boolean, isDoubtful: boolean) {
  const made = newCall({
    target: { kind: "leader" },
    changes,
    timeoutMs: 100,
    giveUpMs: 100,
    request: (id) => ({ kind: "ping", id }),
    settle: () => undefined,
    fail: () => undefined,
  });
  made.isDoubtful = isDoubtful;
  return made;
}

t.test("not applied is certain only when no attempt is in doubt, or when the log says so", async (t) => {
  const refused = failure("too_large", "not_applied", "x");
  t.equal(verdict(call(true, false), refused).outcome, "not_applied");
  t.equal(verdict(call(true, true), refused).outcome, "unknown");
  for (const code of ["expired", "bad_value", "condition_failed", "fenced", "lease_not_found"] as const) {
    t.equal(verdict(call(true, true), failure(code, "not_applied", "x")).outcome, "not_applied", code);
  }
  t.equal(verdict(call(true, true), failure("expired", "unknown", "x")).outcome, "unknown");
});

t.test("a read changes nothing, whatever became of it", async (t) => {
  t.equal(verdict(call(false, true), failure("timeout", "unknown", "x")).outcome, "not_applied");
  t.equal(timeUp(call(false, true), "").outcome, "not_applied");
});

t.test("when time is up, the last refusal is told if nothing is in doubt", async (t) => {
  const refused = call(true, false);
  refused.lastFailure = failure("no_leader", "not_applied", "nobody leads");
  t.match(timeUp(refused, ""), { code: "no_leader", outcome: "not_applied", retryable: true });
  t.match(timeUp(call(true, true), ""), { code: "timeout", outcome: "unknown" });
  t.match(timeUp(call(true, false), ": asked nobody"), { code: "unavailable", message: /asked nobody/ });
});
