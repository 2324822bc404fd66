import t from "tap";
import type { ErrorCode } from "../../src/base/errors.ts";
import { failure, KvdError } from "../../src/base/errors.ts";
import { badRequest } from "../../src/gateway/http-error.ts";
import { problemOf, statusOf } from "../../src/gateway/problem.ts";

t.test("a refusal that changed nothing is never a 504, and one in doubt is never a 503", async (t) => {
  const codes: readonly ErrorCode[] = [
    "no_leader",
    "timeout",
    "lost_leadership",
    "unavailable",
    "overloaded",
  ];
  for (const code of codes) {
    t.equal(statusOf(failure(code, "not_applied", ""), false), 503, code);
    t.equal(statusOf(failure(code, "unknown", ""), false), 504, code);
  }
});

t.test("a condition by a header is a 412, one by the body a 409", async (t) => {
  const failed = failure("condition_failed", "not_applied", "");
  t.same([statusOf(failed, true), statusOf(failed, false)], [412, 409]);
  t.equal(statusOf(failure("sequence_reused", "not_applied", ""), false), 422);
  t.equal(statusOf(failure("no_space", "not_applied", ""), false), 507);
});

t.test("a problem names the request that the cluster knows, else the gateway's own", async (t) => {
  const unknown = new KvdError(failure("timeout", "unknown", "no answer"), "c:1:2");
  t.match(problemOf(unknown, "own", false), {
    status: 504,
    body: { title: "Gateway Timeout", detail: "no answer", outcome: "unknown", request_id: "c:1:2" },
  });
  t.match(problemOf(badRequest("no"), "own", false).body, {
    status: 400,
    code: "bad_request",
    request_id: "own",
  });
  t.match(problemOf(new Error("secret"), "own", false), {
    status: 500,
    body: { code: "internal", outcome: "unknown", detail: /^(?!.*secret)/ },
  });
});
