import t from "tap";
import { Asker, code } from "../test-bench.ts";
import { put, putAll, text } from "../test-state.ts";

t.test("all entries are stored at one revision, or none", async (t) => {
  const asker = new Asker();
  asker.ask(put("b", "0"));
  t.match(asker.ask(putAll({ a: "1", b: "2", c: "" })), {
    result: { kind: "put-all", revision: 2, count: 3 },
  });
  t.same(asker.content(), { a: "1", b: "2", c: "" });
  t.match(asker.bench.state.get(text("b")), { createRevision: 1, modRevision: 2, version: 2 });
  t.equal(asker.bench.machine.keyCount, 3);
  t.equal(code(asker.ask(putAll({ d: "1", "": "2" }))), "bad_request not_applied");
  t.equal(asker.bench.machine.revision, 2);
});
