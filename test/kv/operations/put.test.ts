import t from "tap";
import type { Condition, Operation } from "../../../src/kv/command.ts";
import { Asker, asRepeat, code } from "../test-bench.ts";
import { command, put, text } from "../test-state.ts";

const putIf = (key: string, value: string, condition: Condition): Operation =>
  ({ ...put(key, value), condition }) as Operation;
const ABSENT: Condition = { kind: "revision", revision: 0 };

t.test("a conditional put stores, or changes nothing and takes no revision", async (t) => {
  const asker = new Asker();
  t.match(asker.ask(putIf("a", "1", ABSENT)), { result: { revision: 1, version: 1 } });
  t.match(asker.ask(putIf("a", "2", ABSENT)), {
    failure: { code: "condition_failed", conflict: { kind: "revision", revision: 1 } },
  });
  t.match(asker.ask(putIf("a", "2", { kind: "revision", revision: 1 })), {
    result: { revision: 2, version: 2 },
  });
  t.equal(
    code(asker.ask(putIf("a", "3", { kind: "revision", revision: 1 }))),
    "condition_failed not_applied",
  );
  t.match(asker.ask(putIf("a", "3", { kind: "value", value: text("2") })), { result: { revision: 3 } });
  t.equal(
    code(asker.ask(putIf("a", "4", { kind: "value", value: text("2") }))),
    "condition_failed not_applied",
  );
  t.same([asker.content(), asker.bench.machine.revision], [{ a: "3" }, 3]);
});

t.test("a failed condition is the answer to every repeat, whatever has happened since", async (t) => {
  const asker = new Asker();
  asker.ask(put("a", "1"));
  const refused = putIf("a", "2", ABSENT);
  const answer = asker.ask(refused);
  asker.bench.one(
    0,
    command({ kind: "delete", key: text("a"), previous: false }, { client: 2, sequence: 1 }),
  );
  t.same(asker.again(refused), asRepeat(answer), "although it would hold by now");
  t.same(asker.content(), {});
});

t.test("a condition sees what came before it in the batch", async (t) => {
  const { bench } = new Asker();
  const { outcomes } = bench.apply(
    0,
    command(putIf("a", "1", ABSENT), { client: 1, sequence: 1 }),
    command(putIf("a", "2", ABSENT), { client: 2, sequence: 1 }),
    command(putIf("a", "3", { kind: "revision", revision: 1 }), { client: 3, sequence: 1 }),
  );
  t.same(outcomes.map(code), ["result", "condition_failed not_applied", "result"]);
  t.same(bench.state.get(text("a"))?.value, text("3"));
});
