import t from "tap";
import { openCore } from "../../../src/cli/open-core.ts";
import { SCENARIOS, withTimers } from "../../../src/lab/explore/scenarios.ts";
import { Symmetry } from "../../../src/lab/explore/symmetry.ts";
import { TupleTable } from "../../../src/lab/explore/tuple-table.ts";
import { countsOf, ONE_CANDIDATE, searchOf } from "./tiny.ts";

const core = await openCore();

const scenario = (name: string) => {
  const found = SCENARIOS.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no scenario ${name}`);
  return found;
};

t.test("a tiny instance is searched to its end, the same way each time", async (t) => {
  const first = searchOf(ONE_CANDIDATE, { core }).run();
  t.same(countsOf(first), countsOf(searchOf(ONE_CANDIDATE, { core }).run()));
  t.same(countsOf(first), ["exhausted", 149, 12, 0]);
  t.same(countsOf(searchOf(scenario("learner"), { core }).run()), ["exhausted", 60_410, 24, 0]);
});

t.test("the reduced search finds one state for each that differ by names alone, and no other", async (t) => {
  const full = searchOf(ONE_CANDIDATE, { core, isReduced: false });
  full.run();
  const { table } = full;
  const symmetry = new Symmetry(table, table.messages, ONE_CANDIDATE);
  const normal = new TupleTable(3);
  const group = new Int32Array(3);
  for (let index = 0; index < full.groups.size; index++) {
    full.groups.read(index, group);
    symmetry.normalize(group);
    normal.add(group);
  }
  const reduced = searchOf(ONE_CANDIDATE, { core }).run();
  t.equal(reduced.states, normal.size);
  t.ok(reduced.states < full.groups.size, `${reduced.states} of ${full.groups.size}`);
});

t.test("bounds on states and depth end a search, and it says so", async (t) => {
  t.same(countsOf(searchOf(ONE_CANDIDATE, { core, depthMax: 3 }).run()).slice(0, 1), ["depth-reached"]);
  t.same(countsOf(searchOf(ONE_CANDIDATE, { core, statesMax: 10 }).run()).slice(0, 1), ["states-reached"]);
});

t.test("a search in slices ends early when it is told to, with what it has found", async (t) => {
  const slices = searchOf(scenario("learner"), { core }).slices();
  t.match(slices.next(false), { done: false, value: { states: 1, depth: 0 } });
  const next = slices.next(false);
  t.equal(next.done, false);
  t.match(slices.next(true), { done: true, value: { ...next.value, end: { kind: "interrupted" } } });
});

t.test("states that are equal behave alike, whatever life led to them", async (t) => {
  for (const { name } of SCENARIOS) {
    const result = searchOf(withTimers(scenario(name)), { core, isThorough: true, statesMax: 500 }).run();
    t.equal(result.end.kind, "states-reached", name);
  }
});
