import t from "tap";
import type { Condition, Operation } from "../../../src/kv/command.ts";
import { Asker, code } from "../test-bench.ts";
import { del, put, text } from "../test-state.ts";

const delIf = (key: string, condition: Condition): Operation =>
  ({ ...del(key, true), condition }) as Operation;

t.test("a conditional delete removes what it names and nothing else", async (t) => {
  const asker = new Asker();
  asker.ask(put("a", "1"));
  const stale = asker.ask(delIf("a", { kind: "revision", revision: 9 }));
  t.match(stale, { failure: { code: "condition_failed", conflict: { revision: 1 } } });
  t.equal(code(asker.ask(delIf("a", { kind: "value", value: text("2") }))), "condition_failed not_applied");
  t.match(asker.ask(delIf("a", { kind: "value", value: text("1") })), {
    result: { deleted: true, revision: 2, previous: { value: text("1") } },
  });
  t.match(asker.ask(delIf("a", { kind: "revision", revision: 2 })), {
    failure: { code: "condition_failed", conflict: { revision: 0 } },
  });
  t.match(asker.ask(delIf("a", { kind: "revision", revision: 0 })), {
    result: { deleted: false, revision: 2 },
  });
  t.equal(asker.bench.machine.revision, 2);
});
