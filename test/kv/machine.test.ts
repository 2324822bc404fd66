import t from "tap";
import { ballot, nodeId, type Slot } from "../../src/base/ids.ts";
import { Machine } from "../../src/kv/machine.ts";
import { FRESH_META } from "../../src/kv/state.ts";
import { Bench, code } from "./test-bench.ts";
import { batch, command, del, put, testCrypto, text } from "./test-state.ts";

t.test("each change takes one revision; versions count from the key's creation", async (t) => {
  const bench = new Bench();
  t.match(bench.one(0, command(put("a", "1"), { sequence: 1 })), {
    result: { kind: "put", revision: 1, createRevision: 1, version: 1, previous: undefined },
  });
  t.match(bench.one(0, command(put("b", "1"), { sequence: 2 })), { result: { revision: 2 } });
  t.match(bench.one(0, command(put("a", "2", true), { sequence: 3 })), {
    result: { revision: 3, createRevision: 1, version: 2, previous: { modRevision: 1, version: 1 } },
  });
  t.match(bench.one(0, command(del("x"), { sequence: 4 })), { result: { deleted: false, revision: 3 } });
  t.equal(bench.machine.revision, 3, "a delete of nothing takes none");
  t.equal(bench.machine.keyCount, 2);
  t.match(bench.one(0, command(del("a", true), { sequence: 5 })), {
    result: { deleted: true, revision: 4, previous: { version: 2 } },
  });
  t.equal(bench.machine.keyCount, 1);
  t.match(bench.one(0, command(put("a", "3"), { sequence: 6 })), {
    result: { revision: 5, createRevision: 5, version: 1 },
  });
});

t.test("commands of one batch see each other, and a key has one row", async (t) => {
  const bench = new Bench();
  const { outcomes, effects } = bench.apply(
    7,
    command(put("a", "1"), { sequence: 1 }),
    command(put("a", "2", true), { sequence: 2 }),
    command(del("a"), { sequence: 3 }),
    command(put("a", "3"), { sequence: 4 }),
  );
  t.match(outcomes[1], { result: { version: 2, previous: { value: text("1") } } });
  t.match(outcomes[3], { result: { version: 1, createRevision: 4, revision: 4 } });
  t.equal(effects.rows.filter(({ table }) => table === "keys").length, 1);
  t.same(effects.meta, { ...FRESH_META, revision: 4, timeMs: 7, keyCount: 1 });
});

t.test("cluster time never goes back, and an empty batch moves it", async (t) => {
  const bench = new Bench();
  bench.apply(100);
  t.equal(bench.machine.timeMs, 100);
  bench.apply(40);
  t.equal(bench.machine.timeMs, 100, "a smaller stamp is legal and has no effect");
  t.same(bench.machine.applyNoop(bench.slot as Slot).effects.meta, { ...FRESH_META, timeMs: 100 });
});

t.test("a stamp of an outlived leader, brought back behind its successor's, moves no time", async (t) => {
  const bench = new Bench();
  const apply = (stampMs: number, round: number) => {
    const stamped = { ...batch(stampMs), reign: ballot(round, nodeId(1)) };
    const { effects } = bench.machine.apply(bench.slot++ as Slot, stamped);
    bench.state.add(effects);
    return effects.meta;
  };
  t.match(apply(100, 1), { timeMs: 100, reign: ballot(1, nodeId(1)) });
  t.match(apply(90, 2), { timeMs: 100, reign: ballot(2, nodeId(1)) }, "a successor that is behind reigns");
  t.match(apply(250, 1), { timeMs: 100, reign: ballot(2, nodeId(1)) });
  t.match(apply(110, 2), { timeMs: 110 });
  t.match(apply(120, 3), { timeMs: 120, reign: ballot(3, nodeId(1)) });
  const restarted = new Machine(bench.state, bench.state.recovered(), testCrypto);
  const outlived = { ...batch(900), reign: ballot(2, nodeId(1)) };
  t.match(
    restarted.apply(bench.slot as Slot, outlived).effects.meta,
    { timeMs: 120 },
    "after a restart, too",
  );
});

t.test("slots are applied one after the other (I14)", async (t) => {
  const bench = new Bench();
  bench.apply(0);
  t.throws(() => bench.machine.applyNoop(1 as Slot), /I14/);
  t.throws(() => bench.machine.applyNoop(3 as Slot), /I14/);
});

t.test("an operation that cannot be is answered so and recorded", async (t) => {
  const bench = new Bench();
  const long = command(put("k".repeat(1025), ""), { sequence: 1 });
  t.match(bench.one(0, long), { failure: { code: "too_large", message: /1025 bytes.*1024.*key_bytes_max/ } });
  t.equal(code(bench.one(0, command(put("", ""), { sequence: 2 }))), "bad_request not_applied");
  t.equal(code(bench.one(0, command(put("a", ""), { sequence: 2 }))), "sequence_reused not_applied");
  t.equal(
    code(bench.one(0, command(put("a", ""), { sequence: 3, acknowledged: 3 }))),
    "bad_request not_applied",
  );
  t.equal(bench.machine.revision, 0);
});

t.test("an answer above the limit is kept as too large to repeat", async (t) => {
  const bench = new Bench();
  bench.one(0, command(put("a", "x".repeat(5000)), { sequence: 1 }));
  t.match(bench.one(0, command(put("a", "1", true), { sequence: 2 })), {
    result: { revision: 2, version: 2 },
  });
  const again = bench.one(0, command(put("a", "1", true), { sequence: 2 }));
  t.match(again, { failure: { code: "result_too_large", outcome: "unknown", message: /revision 2/ } });
});

t.test("what is kept does not pin the datagram it came in", async (t) => {
  const datagram = new Uint8Array(60_000);
  const key = datagram.subarray(10, 13).fill(97);
  const value = datagram.subarray(20, 276).fill(98);
  const made = command({ kind: "put", key, value, previous: false }, { sequence: 1 });
  const identity = { ...made.identity, client: datagram.subarray(0, 16) };
  const bench = new Bench();
  const { effects } = bench.apply(0, { ...made, identity });
  for (const row of effects.rows) {
    if (row.table !== "keys" && row.table !== "executed" && row.table !== "events") continue;
    const kept: (Uint8Array | undefined)[] = [];
    if (row.table === "keys") kept.push(row.key, row.record?.value);
    else if (row.table === "executed") kept.push(row.records?.[0]?.client);
    else kept.push(row.events[0]?.key, row.events[0]?.record?.value);
    for (const bytes of kept) t.ok((bytes?.buffer.byteLength ?? 0) < 2000);
  }
  datagram.fill(0);
  t.same(bench.state.get(text("aaa"))?.value, text("b".repeat(256)));
});
