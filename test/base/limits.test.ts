import t from "tap";
import * as limits from "../../src/base/limits.ts";

t.test("every limit is a positive safe integer", async (t) => {
  for (const [name, value] of Object.entries(limits)) {
    t.ok(Number.isSafeInteger(value) && value > 0, `${name} is ${value}`);
  }
});

t.test("what may be asked for fits what carries it", async (t) => {
  t.ok(limits.KEY_BYTES_MAX + limits.VALUE_BYTES_MAX <= limits.TXN_BYTES_MAX, "one put fits a txn");
  t.ok(limits.TXN_BYTES_MAX < limits.MESSAGE_BYTES_MAX, "a txn and its envelope fit a message");
  t.ok(limits.TXN_BYTES_MAX <= limits.IN_FLIGHT_BYTES_MAX, "the largest batch fits the window");
  t.ok(limits.PAGE_BYTES_MAX < limits.MESSAGE_BYTES_MAX, "a page of the log fits a message");
  t.ok(
    limits.SLICE_BYTES_MAX + limits.MESSAGE_BYTES_MAX < limits.OVERLAY_BYTES_MAX,
    "a slice fits the overlay",
  );
});

t.test("a leader that is well is heard thrice within the shortest election time-out", async (t) => {
  t.ok(limits.HEARTBEAT_MS * 3 <= limits.ELECTION_TIMEOUT_MS_MIN);
  t.ok(
    limits.ELECTION_TIMEOUT_MS_MIN * 2 <= limits.ELECTION_TIMEOUT_MS_MAX,
    "candidates spread over their range",
  );
  t.equal(limits.HEARTBEAT_MS % limits.TICK_MS, 0, "waits are whole ticks");
  t.equal(limits.ELECTION_TIMEOUT_MS_MIN % limits.TICK_MS, 0);
});

t.test("the jam guard leaves room for more jumps than a cluster lives to see", async (t) => {
  t.ok(2 ** 43 / limits.ROUND_JUMP_MAX >= 2 ** 20);
});
