import t from "tap";
import { failure } from "../../src/base/errors.ts";
import { DEADLINE_AHEAD_MS_MAX, EXPIRIES_MAX, PRINCIPALS_MAX } from "../../src/base/limits.ts";
import type { Command, Operation } from "../../src/kv/command.ts";
import { admissionRefusal, type Load } from "../../src/node/admission.ts";

const IDLE: Load = {
  timeMs: 1000,
  isFull: false,
  results: 0,
  expiries: 0,
  principals: 0,
  noSpace: undefined,
};
const PUT = {
  kind: "put",
  key: Uint8Array.of(1),
  value: Uint8Array.of(2),
  previous: false,
} as const;
const DELETE = { kind: "delete", key: Uint8Array.of(1), previous: false } as const;
const GRANT: Operation = { kind: "lease-grant", leaseId: 7, ttlMs: 1000 };

function command(operation: Operation, deadlineMs = 2000): Command {
  const client = new Uint8Array(16);
  const identity = { client, sequence: 1, acknowledged: 0, deadlineMs };
  return { identity, operation, payload: new Uint8Array(0) };
}

t.test("what may be proposed is not refused, and what is refused was not applied", async (t) => {
  t.equal(admissionRefusal(command(PUT), IDLE), undefined);
  const refused = (one: Command, load: Partial<Load>) => admissionRefusal(one, { ...IDLE, ...load });
  const far = IDLE.timeMs + DEADLINE_AHEAD_MS_MAX;
  t.equal(refused(command(PUT, far), {}), undefined);
  t.match(refused(command(PUT, far + 1), {}), { code: "deadline_too_far", outcome: "not_applied" });
  t.match(refused(command(DELETE), { isFull: true }), { code: "overloaded", outcome: "not_applied" });
  t.match(refused(command(DELETE), { results: 2_000_000 }), { code: "overloaded" });
  t.match(refused(command(GRANT), { expiries: EXPIRIES_MAX }), { code: "overloaded" });
  t.equal(refused(command(DELETE), { expiries: EXPIRIES_MAX }), undefined, "it adds none");
  t.equal(refused(command(PUT), { principals: PRINCIPALS_MAX }), undefined);
  const noSpace = failure("no_space", "not_applied", "the disk is full");
  t.equal(refused(command(PUT), { noSpace }), noSpace);
  t.equal(refused(command(DELETE), { noSpace }), undefined, "it makes room");
  const empty: Operation = { ...DELETE, key: new Uint8Array(0) };
  t.match(refused(command(empty), {}), { outcome: "not_applied" }, "an invalid key");
});
