import t from "tap";
import { EventHistory } from "../../../src/kv/event-history.ts";
import { changesOf } from "../recorded.ts";
import { Asker } from "../test-bench.ts";
import { del, put } from "../test-state.ts";

const compact = (revision: number) => ({ kind: "compact", revision }) as const;

function asker() {
  const made = new Asker();
  const history = new EventHistory(made.bench.state, made.bench.machine);
  return { ask: made.ask.bind(made), history, machine: made.bench.machine };
}

t.test("what is forgotten stays so, and no more is forgotten than was changed", async (t) => {
  const { ask, machine } = asker();
  for (let round = 0; round < 5; round++) ask(put("a", "1"));
  t.match(ask(compact(3)), { result: { revision: 5, compacted: 3 } });
  t.match(ask(compact(1)), { result: { revision: 5, compacted: 3 } });
  t.match(ask(compact(2 ** 53 - 1)), { result: { revision: 5, compacted: 5 } });
  t.equal(machine.revision, 5, "it takes no revision");
});

t.test("a history ends where it is forgotten, though its rows may be there", async (t) => {
  const { ask, history } = asker();
  ask(put("a", "1"));
  ask(del("a"));
  ask(put("a", "2"));
  ask(put("b", "1"));
  const revisions = () => changesOf(history, "a").map(({ revision }) => revision);
  t.same(revisions(), [3, 2, 1]);
  ask(compact(1));
  t.same(revisions(), [3, 2]);
  ask(compact(4));
  t.same(revisions(), [], "the key itself is older than the window");
  ask(put("a", "3"));
  t.match([...history.events(5)], [{ revision: 5, previousRevision: 3 }]);
  t.throws(() => [...history.events(4)], { name: "AssertionError" });
});
