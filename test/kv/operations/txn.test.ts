import t from "tap";
import type { KeyRecord, TxnStep } from "../../../src/kv/command.ts";
import { Asker, asRepeat, code } from "../test-bench.ts";
import { put, putAll, text, txn } from "../test-state.ts";

const EXISTS = { target: "exists", key: text("a"), exists: true } as const;
const getStep = (key: string): TxnStep => ({ kind: "get", key: text(key) });
const putStep = (key: string, value: string, previous = false): TxnStep => ({
  kind: "put",
  key: text(key),
  value: text(value),
  previous,
});
const delStep = (key: string, previous = false): TxnStep => ({ kind: "delete", key: text(key), previous });
const rangeStep = (start: string, end?: string): TxnStep => ({
  kind: "delete-range",
  start: text(start),
  end: end === undefined ? undefined : text(end),
});

t.test("one of two lists is done, in order and at one revision", async (t) => {
  const asker = new Asker();
  const swap = txn({
    compares: [EXISTS],
    steps: [putStep("a", "2", true), getStep("a"), delStep("b", true), rangeStep("c/", "c0"), getStep("b")],
    otherwise: [putStep("a", "1"), putStep("b", "1"), putStep("c/1", "1"), putStep("c/2", "1")],
  });
  t.match(asker.ask(swap), {
    result: { kind: "txn", revision: 1, succeeded: false, answers: { length: 4 } },
  });
  const done = asker.ask(swap);
  t.match(done, {
    result: {
      revision: 2,
      succeeded: true,
      answers: [
        { kind: "put", createRevision: 1, version: 2, previous: { value: text("1") } },
        { kind: "get", record: { value: text("2"), modRevision: 2 } },
        { kind: "delete", deleted: true, previous: { modRevision: 1 } },
        { kind: "delete-range", count: 2 },
        { kind: "get", record: undefined },
      ],
    },
  });
  t.same(asker.content(), { a: "2" });
  t.equal(asker.bench.machine.keyCount, 1);
  t.same(asker.again(swap), asRepeat(done));
});

t.test("compares that are not all true choose the other list; without any the first is done", async (t) => {
  const asker = new Asker();
  asker.ask(put("a", "1"));
  const absent = { target: "exists", key: text("b"), exists: true } as const;
  t.match(asker.ask(txn({ compares: [EXISTS, absent], otherwise: [getStep("a")] })), {
    result: { succeeded: false, revision: 1, answers: [{ record: { value: text("1") } }] },
  });
  t.match(asker.ask(txn({ steps: [delStep("x")] })), {
    result: { succeeded: true, revision: 1, answers: [{ deleted: false }] },
  });
  t.match(asker.ask(txn({ compares: [absent], steps: [putStep("c", "1")] })), {
    result: { succeeded: false, revision: 1, answers: { length: 0 } },
  });
  t.equal(asker.bench.machine.revision, 1, "what changes nothing takes no revision");
});

t.test("a transaction that would change too many keys changes none", async (t) => {
  const asker = new Asker();
  const entries = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`k${index}`, ""]));
  asker.ask(putAll(entries));
  const tooMany = asker.ask(txn({ steps: [putStep("a", "1"), rangeStep("k", "l")] }));
  t.equal(code(tooMany), "bad_value not_applied");
  t.match(tooMany, { failure: { message: /more than 10000 keys/ } });
  t.same([asker.bench.machine.revision, asker.bench.machine.keyCount], [1, 10_000]);
  t.same(asker.bench.state.get(text("a")), undefined);
  t.match(asker.ask(txn({ steps: [rangeStep("k", "l"), rangeStep("k5", "k6")] })), {
    result: { answers: [{ count: 10_000 }, { count: 0 }] },
  });
});

t.test("a transaction whose answer would be too large changes nothing", async (t) => {
  const asker = new Asker();
  const big = "x".repeat(1_048_576);
  asker.ask(put("a", big));
  const steps = [putStep("b", "1"), ...Array.from({ length: 4 }, () => getStep("a"))];
  t.match(asker.ask(txn({ steps })), { failure: { code: "bad_value", message: /4194304.*txn_bytes_max/ } });
  t.equal(asker.bench.machine.revision, 1);
  const large = txn({ steps: [putStep("b", "1"), ...Array.from({ length: 3 }, () => getStep("a"))] });
  t.match(asker.ask(large), { result: { revision: 2 } });
  t.equal(code(asker.again(large)), "result_too_large unknown");
});

t.test("values that are too many to read refuse the whole", async (t) => {
  const asker = new Asker();
  const record: KeyRecord = {
    value: new Uint8Array(1_048_576),
    createRevision: 1,
    modRevision: 1,
    version: 1,
    leaseId: 0,
  };
  for (let index = 0; index < 65; index++) {
    const key = text(`k${index}`);
    asker.bench.state.keys.set(Buffer.from(key).toString(), [key, record]);
  }
  t.equal(code(asker.ask(txn({ steps: [putStep("a", "1"), rangeStep("k", "l")] }))), "bad_value not_applied");
  t.equal(asker.bench.state.keys.size, 65);
});
