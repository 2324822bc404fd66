import t from "tap";
import { BALLOT_ZERO } from "../../../src/base/ids.ts";
import { LEASE_KEYS_MAX, SLOT_KEYS_MAX } from "../../../src/base/limits.ts";
import type { Operation } from "../../../src/kv/command.ts";
import { Machine } from "../../../src/kv/machine.ts";
import { Bench, code } from "../test-bench.ts";
import { command, put, testCrypto, text } from "../test-state.ts";

const grant = (leaseId: number, ttlMs = 1000): Operation => ({ kind: "lease-grant", leaseId, ttlMs });
const keepAlive = (leaseId: number): Operation => ({ kind: "lease-keep-alive", leaseId });
const revoke = (leaseId: number): Operation => ({ kind: "lease-revoke", leaseId });
const leased = (key: string, leaseId: number): Operation => ({
  kind: "put",
  key: text(key),
  value: text("1"),
  previous: false,
  lifetime: { kind: "lease", leaseId },
});
const timed = (key: string, ttlMs: number): Operation => ({
  kind: "put",
  key: text(key),
  value: text("1"),
  previous: false,
  lifetime: { kind: "ttl", ttlMs },
});

/** A machine that is asked at moments of cluster time. */
function clocked() {
  const bench = new Bench();
  let sequence = 0;
  const ask = (stampMs: number, operation: Operation) =>
    bench.one(stampMs, command(operation, { sequence: ++sequence }));
  const keys = () => [...bench.state.keys.keys()].sort();
  return {
    bench,
    ask,
    keys,
    again: (ms: number, made: Operation) => bench.one(ms, command(made, { sequence })),
  };
}

t.test(
  "a key goes at its time and not a millisecond earlier, in one revision with all that are due",
  async (t) => {
    const { bench, ask, keys } = clocked();
    ask(1000, timed("a", 500));
    ask(1000, timed("b", 400));
    ask(1000, put("c", "stays"));
    bench.apply(1399);
    t.same(keys(), ["a", "b", "c"]);
    bench.apply(1400);
    t.same(keys(), ["a", "c"]);
    ask(1400, timed("b", 100));
    t.equal(bench.machine.revision, 5);
    bench.apply(1500);
    t.same(keys(), ["c"]);
    t.equal(bench.machine.revision, 6, "two keys, one revision");
    t.equal(bench.machine.keyCount, 1);
    t.equal(bench.machine.expiries.size, 0);
  },
);

t.test("the commands of a slot do not see what its time has ended", async (t) => {
  const { ask } = clocked();
  ask(1000, timed("a", 100));
  t.match(ask(1100, { ...timed("a", 100), condition: { kind: "revision", revision: 0 } } as Operation), {
    result: { version: 1 },
  });
});

t.test("a put without a time lets the key stay, an increment keeps its time", async (t) => {
  const { bench, ask, keys } = clocked();
  ask(1000, timed("a", 500));
  ask(1000, put("a", "2"));
  ask(1000, timed("n", 500));
  const incr = { kind: "incr", argument: text("1") } as const;
  ask(1400, { kind: "modify", key: text("n"), change: incr, returnsValue: true, previous: false });
  bench.apply(1500);
  t.same(keys(), ["a"]);
});

t.test("a touch prolongs a key without changing it, and none that is gone or leased", async (t) => {
  const { bench, ask, keys } = clocked();
  ask(1000, timed("a", 500));
  const touch: Operation = { kind: "touch", key: text("a"), ttlMs: 500 };
  t.match(ask(1400, touch), { result: { touched: true, revision: 1 } });
  bench.apply(1500);
  t.same(keys(), ["a"]);
  t.equal(bench.state.get(text("a"))?.modRevision, 1);
  t.match(ask(1900, touch), { result: { touched: false } });
  ask(1900, grant(7));
  ask(1900, leased("a", 7));
  t.equal(code(ask(1900, touch)), "bad_value not_applied");
});

t.test("a lease ends with its keys, unless it is kept alive in time; nothing brings it back", async (t) => {
  const { bench, ask, again, keys } = clocked();
  t.match(ask(1000, grant(0)), { result: { leaseId: 1, ttlMs: 1000 } });
  t.match(again(1000, grant(0)), { result: { leaseId: 1 } }, "a repeat grants no second one");
  t.match(ask(1000, grant(0)), { result: { leaseId: 2 } });
  t.equal(code(ask(1000, grant(2))), "lease_exists not_applied");
  ask(1000, leased("a", 1));
  ask(1000, leased("b", 2));
  t.match(ask(1999, keepAlive(1)), { result: { leaseId: 1, ttlMs: 1000 } });
  t.equal(code(ask(2000, keepAlive(2))), "lease_not_found not_applied");
  t.same(keys(), ["a"]);
  t.equal(code(ask(2000, leased("c", 2))), "lease_not_found not_applied");
  t.match(ask(2000, grant(0)), { result: { leaseId: 3 } }, "no number is chosen twice");
  bench.apply(2999);
  t.same(keys(), []);
});

t.test(
  "a lease with more keys than a slot may change goes in several, and is dead from the first on",
  async (t) => {
    const { bench, ask, keys } = clocked();
    ask(1000, grant(5));
    const count = 2 * SLOT_KEYS_MAX + 5;
    for (let from = 0; from < count; from += SLOT_KEYS_MAX) {
      const lifetime = { kind: "lease", leaseId: 5 } as const;
      const entries = Array.from({ length: Math.min(SLOT_KEYS_MAX, count - from) }, (_, at) => ({
        key: text(`k${String(from + at).padStart(6, "0")}`),
        value: text(""),
        lifetime,
      }));
      t.match(ask(1000, { kind: "put-all", entries }), { kind: "result" });
    }
    const { revision } = bench.machine;
    t.match(ask(1000, revoke(5)), { result: { count: SLOT_KEYS_MAX, more: true, revision: revision + 1 } });
    t.equal(code(ask(1000, keepAlive(5))), "lease_not_found not_applied");
    t.equal(keys().length, 5, "the slot of the refused keep-alive took the next ones");
    // Another machine goes on from what is stored, and takes the same ones.
    const other = new Machine(bench.state, bench.state.recovered(), testCrypto);
    const again = other.apply(bench.slot as never, {
      stampMs: 1000,
      wallMs: 0,
      reign: BALLOT_ZERO,
      commands: [],
    });
    const applied = bench.apply(1000);
    t.same(again.effects.meta, applied.effects.meta);
    t.same(keys(), []);
    t.equal(bench.machine.revision, revision + 3);
    t.equal(bench.machine.expiries.size, 0);
    t.equal(bench.machine.dueMs > 1000, true);
  },
);

t.test("a list that names a lease that is gone changes nothing", async (t) => {
  const { ask, keys } = clocked();
  ask(1000, put("a", "1"));
  const key = text("a");
  const lifetime = { kind: "lease", leaseId: 4 } as const;
  const entries = [
    { key, value: key },
    { key: text("b"), value: key, lifetime },
  ];
  t.equal(code(ask(1000, { kind: "put-all", entries })), "lease_not_found not_applied");
  const steps = entries.map((entry) => ({ kind: "put" as const, previous: false, ...entry }));
  t.equal(
    code(ask(1000, { kind: "txn", compares: [], steps, otherwise: [] })),
    "lease_not_found not_applied",
  );
  t.same(keys(), ["a"]);
  t.ok(LEASE_KEYS_MAX > SLOT_KEYS_MAX);
});

t.test("whoever has leases of its own puts keys with no others", async (t) => {
  const { bench, ask, keys } = clocked();
  ask(0, { kind: "lease-grant", leaseId: 7, ttlMs: 1000, owner: "ada" });
  ask(0, grant(8));
  const puts = (leaseId: number, owner: string): readonly Operation[] => {
    const [key, lifetime] = [text(owner), { kind: "lease", leaseId } as const];
    const step = { kind: "put", key, value: text("1"), previous: false, lifetime } as const;
    const first = { kind: "put", key: text("first"), value: text("1"), previous: false } as const;
    const entries = [first, { key, value: text("1"), lifetime }];
    return [
      { ...step, owner },
      { kind: "put-all", entries, owner },
      { kind: "txn", compares: [], steps: [first, step], otherwise: [], owner },
      { ...step, owner, condition: { kind: "revision", revision: 0 } },
    ];
  };
  for (const [leaseId, owner] of [
    [7, "zoe"],
    [8, "ada"],
    [9, "ada"],
  ] as const)
    for (const refused of puts(leaseId, owner))
      t.equal(code(ask(0, refused)), "lease_not_found not_applied", `${refused.kind} ${leaseId} ${owner}`);
  t.same(keys(), [], "nothing of them was done");
  t.equal(bench.machine.expiries.keysHeld(8), 0);
  for (const made of puts(7, "ada").slice(0, 3)) t.equal(code(ask(0, made)), "result", made.kind);
  t.equal(bench.machine.expiries.keysHeld(7), 1);
});

t.test("a lease with an owner is found by that owner, and by whoever names none", async (t) => {
  const { bench, ask } = clocked();
  ask(0, { kind: "lease-grant", leaseId: 7, ttlMs: 1000, owner: "ada" });
  ask(0, grant(8));
  for (const [owner, leaseId] of [
    ["zoe", 7],
    ["ada", 8],
    ["ada", 9],
  ] as const) {
    for (const kind of ["lease-keep-alive", "lease-revoke"] as const)
      t.equal(code(ask(0, { kind, leaseId, owner })), "lease_not_found not_applied", `${kind} ${owner}`);
  }
  t.equal(code(ask(500, { kind: "lease-keep-alive", leaseId: 7, owner: "ada" })), "result");
  t.match(bench.machine.expiries.lease(7), { owner: "ada", expiresMs: 1500 }, "it stays the owner's");
  t.equal(code(ask(500, keepAlive(7))), "result");
  t.match(bench.machine.expiries.lease(7), { owner: "ada" });
  ask(500, leased("k", 7));
  t.match(ask(500, { kind: "lease-revoke", leaseId: 7, owner: "ada" }), { result: { count: 1 } });
});
