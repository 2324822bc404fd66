import t from "tap";
import { LEASE_MS_MAX, LEASE_MS_MIN } from "../../../src/base/limits.ts";
import { invalidReason } from "../../../src/kv/invalid-reason.ts";
import { Asker } from "../test-bench.ts";
import { put } from "../test-state.ts";

const configure = (leaderLeaseMs: number) => ({ kind: "configure", leaderLeaseMs }) as const;

t.test(
  "a leader's lease is off, or no shorter than it can be renewed, and no longer than a leader is missed",
  async (t) => {
    for (const ms of [0, LEASE_MS_MIN, 250, LEASE_MS_MAX]) t.equal(invalidReason(configure(ms)), undefined);
    for (const ms of [1, LEASE_MS_MIN - 1, LEASE_MS_MAX + 1, 200.5, -1])
      t.match(invalidReason(configure(ms)), { code: "bad_request", message: /150 to 300 ms/ });
  },
);

t.test("what is set takes no revision, and stays until it is set again", async (t) => {
  const made = new Asker();
  t.equal(made.bench.machine.leaderLeaseMs, 0, "off at first");
  made.ask(put("a", "1"));
  t.match(made.ask(configure(250)), { result: { kind: "configure", revision: 1, leaderLeaseMs: 250 } });
  made.ask(put("a", "2"));
  t.equal(made.bench.machine.leaderLeaseMs, 250);
  t.equal(made.bench.machine.revision, 2);
  t.match(made.ask(configure(7)), { failure: { code: "bad_request" } });
  t.match(made.ask(configure(0)), { result: { leaderLeaseMs: 0 } });
  t.equal(made.bench.machine.leaderLeaseMs, 0);
});
