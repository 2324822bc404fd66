import t from "tap";
import { slot } from "../../../src/base/ids.ts";
import { FRESH_META } from "../../../src/kv/state.ts";
import { executionKey, Model } from "../../../src/lab/oracles/model.ts";
import { apply } from "./commands.ts";

const CLIENT = new Uint8Array(16).fill(1);
const resultOf = (model: Model, sequence: number): unknown =>
  model.executionOf(executionKey(CLIENT, sequence))?.outcome;

t.test("changes take revisions and versions, a delete of nothing takes none", async (t) => {
  const model = new Model();
  apply(model, 10, { sequence: 1, value: "a" }, { sequence: 2, value: "b" }, { sequence: 3 });
  apply(model, 20, { sequence: 4 }, { sequence: 5, value: "c" });
  t.match(resultOf(model, 2), { result: { revision: 2, createRevision: 1, version: 2 } });
  t.match(resultOf(model, 4), { result: { revision: 3, deleted: false } });
  t.match(resultOf(model, 5), { result: { revision: 4, createRevision: 4, version: 1 } });
  t.strictSame(model.metaAt(2), { ...FRESH_META, revision: 3, timeMs: 10 });
  t.strictSame(model.metaAt(3), { ...FRESH_META, revision: 4, timeMs: 20, keyCount: 1 });
});

t.test("the past of a key is known by watermark and by revision", async (t) => {
  const model = new Model();
  apply(model, 10, { sequence: 1, value: "a" }, { sequence: 2, value: "b" });
  apply(model, 10, { sequence: 3 });
  t.equal(model.recordAt("k", 1), undefined);
  t.match(model.recordAt("k", 2), { version: 2 });
  t.equal(model.recordAt("k", 3), undefined);
  t.match(model.recordAtRevision("k", 1), { version: 1 });
  t.equal(model.recordAtRevision("k", 3), undefined);
  t.equal(model.recordAtRevision("other", 3), undefined);
});

t.test("a request is executed once, however often it is chosen", async (t) => {
  const model = new Model();
  apply(model, 10, { sequence: 1, value: "a" }, { sequence: 1, value: "a" });
  apply(model, 900_000, { sequence: 1, value: "a" });
  apply(model, 9_000_000, { sequence: 1, value: "a" });
  t.equal(model.metaAt(model.watermark).revision, 1);
  t.equal(model.executions.size, 1);
});

t.test("what its client has acknowledged, or what is past its deadline, is not executed", async (t) => {
  const model = new Model();
  apply(model, 10, { sequence: 3, value: "c", acknowledged: 2 });
  apply(model, 11, { sequence: 2, value: "b" }, { sequence: 4, value: "d", deadlineMs: 10 });
  t.equal(resultOf(model, 2), undefined);
  t.equal(resultOf(model, 4), undefined);
});

t.test("cluster time does not fall, and the model wants every slot in turn", async (t) => {
  const model = new Model();
  apply(model, 50, { sequence: 1, value: "a" });
  apply(model, 40, { sequence: 2, value: "a" });
  model.apply(slot(3), undefined);
  t.equal(model.metaAt(4).timeMs, 50);
  t.throws(() => model.apply(slot(5), undefined), /^I14/);
  t.throws(() => model.metaAt(5), /^I14/);
});
