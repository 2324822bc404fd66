import t from "tap";
import type { KeyRecord } from "../../../src/kv/command.ts";
import { Asker, asRepeat, code } from "../test-bench.ts";
import { delRange, putAll, text } from "../test-state.ts";

function filled(): Asker {
  const asker = new Asker();
  asker.ask(putAll({ a: "1", "b/1": "2", "b/2": "3", "b/3": "4", c: "5" }));
  return asker;
}

t.test("a range is deleted at one revision, its end excluded", async (t) => {
  const asker = filled();
  t.match(asker.ask(delRange("b/1", "b/3", { kind: "up-to", keys: 10_000 })), {
    result: { kind: "delete-range", revision: 2, count: 2, more: false },
  });
  t.same(asker.content(), { a: "1", "b/3": "4", c: "5" });
  t.equal(asker.bench.machine.keyCount, 3);
  t.match(asker.ask(delRange("b/4", "c", { kind: "up-to", keys: 1 })), { result: { count: 0, revision: 2 } });
  t.match(asker.ask(delRange("", undefined, { kind: "up-to", keys: 3 })), {
    result: { count: 3, more: false },
  });
});

t.test("a range is deleted in steps, from its start, each step once", async (t) => {
  const asker = filled();
  const step = delRange("b/", "b0", { kind: "up-to", keys: 2 });
  const first = asker.ask(step);
  t.match(first, { result: { count: 2, more: true } });
  t.same(asker.again(step), asRepeat(first), "a repeat deletes no further");
  t.same(asker.content(), { a: "1", "b/3": "4", c: "5" });
  t.match(asker.ask(step), { result: { count: 1, more: false } });
});

t.test("a count that must match guards the whole range", async (t) => {
  const asker = filled();
  for (const keys of [0, 2, 4, 10_000]) {
    t.match(asker.ask(delRange("b/", "b0", { kind: "exactly", keys })), {
      failure: { code: "condition_failed", conflict: { kind: "count", count: 3 }, message: /holds 3 keys/ },
    });
  }
  t.equal(asker.bench.machine.revision, 1);
  t.match(asker.ask(delRange("b/", "b0", { kind: "exactly", keys: 3 })), {
    result: { count: 3, more: false },
  });
  t.match(asker.ask(delRange("b/", "b0", { kind: "exactly", keys: 0 })), {
    result: { count: 0, revision: 2 },
  });
});

t.test("one request deletes 10,000 keys and counts one more", async (t) => {
  const { bench, ...rest } = new Asker();
  const record = (value = new Uint8Array(1)): KeyRecord => {
    return { value, createRevision: 1, modRevision: 1, version: 1, leaseId: 0 };
  };
  for (let index = 0; index < 10_001; index++) {
    const key = text(String(index).padStart(5, "0"));
    bench.state.keys.set(Buffer.from(key).toString(), [key, record()]);
  }
  const asker = Object.assign(new Asker(), { bench, ...rest });
  t.match(asker.ask(delRange("", undefined, { kind: "exactly", keys: 10_000 })), {
    failure: { conflict: { count: 10_001 }, message: /more than 10000 keys, not 10000/ },
  });
  t.match(asker.ask(delRange("", undefined, { kind: "up-to", keys: 10_000 })), {
    result: { count: 10_000, more: true },
  });
  t.same([...bench.state.keys.keys()], ["10000"]);
});

t.test("values that are too many to read in one slot end a step, and refuse a guard", async (t) => {
  const asker = new Asker();
  const value = new Uint8Array(1_048_576);
  for (let index = 0; index < 70; index++) {
    const key = text(String(index).padStart(2, "0"));
    const record = { value, createRevision: 1, modRevision: 1, version: 1, leaseId: 0 };
    asker.bench.state.keys.set(Buffer.from(key).toString(), [key, record]);
  }
  const guarded = asker.ask(delRange("", undefined, { kind: "exactly", keys: 70 }));
  t.equal(code(guarded), "bad_value not_applied");
  t.match(guarded, { failure: { message: /in steps/ } });
  t.match(asker.ask(delRange("", undefined, { kind: "up-to", keys: 100 })), {
    result: { count: 64, more: true },
  });
  t.match(asker.ask(delRange("", undefined, { kind: "up-to", keys: 100 })), {
    result: { count: 6, more: false },
  });
});
