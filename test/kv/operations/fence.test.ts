import t from "tap";
import type { Fence, Operation } from "../../../src/kv/command.ts";
import { Asker, asRepeat, code } from "../test-bench.ts";
import { del, delRange, modify, put, putAll, text, txn } from "../test-state.ts";

function under(fence: Fence, operation: Operation): Operation {
  return { ...operation, fence } as Operation;
}

/** Every change of keys, under the fence. */
function changes(fence: Fence): readonly Operation[] {
  const step = { kind: "put", key: text("t"), value: text("1"), previous: false } as const;
  const made = [
    put("p", "1"),
    del("d"),
    delRange("r", "s", { kind: "up-to", keys: 10 }),
    delRange("r", "s", { kind: "exactly", keys: 0 }),
    putAll({ a: "1", b: "2" }),
    modify("m", { kind: "incr", argument: text("1") }),
    txn({ steps: [step] }),
    txn({ compares: [{ target: "exists", key: text("none"), exists: true }], otherwise: [step] }),
    { kind: "touch", key: text("p"), ttlMs: 1000 } as const,
  ];
  return made.map((operation) => under(fence, operation));
}

t.test("every change of keys is done while its lock is held, and as it would be without one", async (t) => {
  const asker = new Asker();
  asker.ask(put("lock", "me"));
  const fence = { key: text("lock"), token: asker.bench.machine.revision };
  asker.ask(under(fence, put("lock", "still me")));
  for (const change of changes(fence)) t.equal(code(asker.ask(change)), "result", change.kind);
  t.same(asker.content(), { a: "1", b: "2", lock: "still me", m: "1", p: "1", t: "1" });
  const unmet = { ...put("p", "2"), condition: { kind: "revision", revision: 0 } } as Operation;
  t.equal(
    code(asker.ask(under(fence, unmet))),
    "condition_failed not_applied",
    "a condition holds beside it",
  );
});

t.test("a lock that has ended, or is another's, changes nothing, and the refusal is kept", async (t) => {
  for (const after of [[], [put("lock", "another")]]) {
    const asker = new Asker();
    for (const key of ["lock", "d", "r1", "m"]) asker.ask(put(key, "1"));
    const fence = { key: text("lock"), token: 1 };
    for (const change of [del("lock"), ...after]) asker.ask(change);
    const before = asker.content();
    const { revision } = asker.bench.machine;
    for (const change of changes(fence)) {
      const refused = asker.ask(change);
      t.equal(code(refused), "fenced not_applied", change.kind);
      t.same(asker.again(change), asRepeat(refused));
    }
    t.same(asker.content(), before);
    t.equal(asker.bench.machine.revision, revision);
  }
});

t.test("a fence comes before the condition, and what is none is refused", async (t) => {
  const asker = new Asker();
  const fence = { key: text("lock"), token: 1 };
  const unmet = { ...put("p", "2"), condition: { kind: "revision", revision: 9 } } as Operation;
  t.equal(code(asker.ask(under(fence, unmet))), "fenced not_applied");
  for (const token of [0, -1, 1.5])
    t.equal(code(asker.ask(under({ ...fence, token }, put("p", "1")))), "bad_request not_applied");
  t.equal(code(asker.ask(under({ ...fence, key: text("") }, put("p", "1")))), "bad_request not_applied");
});
