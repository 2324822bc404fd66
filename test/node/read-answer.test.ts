import t from "tap";
import type { Operation } from "../../src/kv/command.ts";
import { readAnswer } from "../../src/node/read-answer.ts";
import { Bench } from "../kv/test-bench.ts";
import { command, put, text } from "../kv/test-state.ts";

const READ = { id: 1, timeoutMs: 1, consistency: { level: "linearizable" } } as const;

t.test("reads tell how much time is left, of keys and of leases", async (t) => {
  const bench = new Bench();
  const timed: Operation = { ...put("a", "1"), lifetime: { kind: "ttl", ttlMs: 500 } } as Operation;
  const leased: Operation = { ...put("b", "1"), lifetime: { kind: "lease", leaseId: 7 } } as Operation;
  const operations: Operation[] = [
    { kind: "lease-grant", leaseId: 7, ttlMs: 800 },
    { kind: "lease-grant", leaseId: 9, ttlMs: 900 },
    timed,
    leased,
    put("c", "1"),
  ];
  for (const [at, operation] of operations.entries())
    bench.one(1000, command(operation, { sequence: at + 1 }));
  const source = {
    state: bench.state,
    revision: bench.machine.revision,
    machine: bench.machine,
    nowMs: 1100,
  };
  const get = (key: string) => readAnswer({ kind: "get", key: text(key), ...READ }, source);
  t.match(get("a"), { kind: "record", timeLeftMs: 400 });
  t.match(get("b"), { kind: "record", record: { leaseId: 7 }, timeLeftMs: 700 });
  t.notOk("timeLeftMs" in get("c"));
  const all = { start: new Uint8Array(0), end: undefined, limit: 9, bytesMax: 1000, keysOnly: true };
  const range = readAnswer({ kind: "range", ...all, ...READ }, source);
  const left = range.kind === "range" ? range.items.map(({ timeLeftMs }) => timeLeftMs) : [];
  t.strictSame(left, [400, 700, undefined], "of a range, too");
  const page = (from: number, limit: number, keysMax: number) =>
    readAnswer({ kind: "leases", from, limit, keysMax, ...READ }, source);
  t.match(page(0, 1, 10), {
    leases: [{ id: 7, ttlMs: 800, timeLeftMs: 700, keyCount: 1, keys: [text("b")] }],
    more: true,
  });
  t.match(page(8, 5, 0), { leases: [{ id: 9, keyCount: 0, keys: [] }], more: false });
  t.match(page(10, 5, 0), { leases: [], more: false });
});

t.test("who may use the cluster is told without what is made of secrets", async (t) => {
  const bench = new Bench();
  const verifier = (seed: number) => new Uint8Array(32).fill(seed);
  const operations: Operation[] = [
    { kind: "principal-create", id: "zoe", role: "admin", prefix: text(""), verifier: verifier(1) },
    { kind: "principal-create", id: "ada", role: "read-only", prefix: text("app/"), verifier: verifier(2) },
    { kind: "principal-rotate", id: "zoe", verifier: verifier(3), graceMs: 500 },
    { kind: "principal-rotate", id: "ada", verifier: verifier(4), graceMs: 50 },
  ];
  for (const [at, operation] of operations.entries())
    bench.one(1000, command(operation, { sequence: at + 1 }));
  const source = {
    state: bench.state,
    revision: bench.machine.revision,
    machine: bench.machine,
    nowMs: 1100,
  };
  t.strictSame(readAnswer({ kind: "principals", ...READ }, source), {
    kind: "principals",
    principals: [
      { id: "ada", role: "read-only", prefix: text("app/"), graceLeftMs: undefined },
      { id: "zoe", role: "admin", prefix: text(""), graceLeftMs: 400 },
    ],
  });
});
