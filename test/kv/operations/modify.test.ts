import t from "tap";
import type { Change, Operation } from "../../../src/kv/command.ts";
import { Asker, asRepeat, code } from "../test-bench.ts";
import { modify, put, text } from "../test-state.ts";

type Row = readonly [kind: Change["kind"], stored: string | undefined, argument: string, expected: string];

/** What a change makes of a stored value: the new value, `same`, or the code of a failure. */
const TABLE: readonly Row[] = [
  ["incr", undefined, "5", "5"],
  ["incr", "40", "2", "42"],
  ["incr", "-1", "-9223372036854775807", "-9223372036854775808"],
  ["incr", "9007199254740993", "1", "9007199254740994"],
  ["incr", "9223372036854775807", "1", "bad_value"],
  ["incr", "-9223372036854775808", "-1", "bad_value"],
  ["incr", "", "1", "bad_value"],
  ["incr", "1.0", "1", "bad_value"],
  ["incr", "9223372036854775808", "-1", "bad_value"],
  ["incr", "7", "0", "7"],
  ["max", undefined, "-3", "-3"],
  ["max", "2", "10", "10"],
  ["max", "10", "2", "same"],
  ["max", "10", "10", "same"],
  ["max", "ten", "2", "bad_value"],
  ["min", undefined, "3", "3"],
  ["min", "2", "10", "same"],
  ["min", "10", "2", "2"],
  ["min", "-5", "-5", "same"],
  ["append", undefined, "x", "x"],
  ["append", "ab", "c", "abc"],
  ["append", "ab", "", "ab"],
  ["prepend", "ab", "c", "cab"],
  ["prepend", undefined, "c", "c"],
  ["set-if-absent", undefined, "x", "x"],
  ["set-if-absent", "old", "x", "same"],
  ["set-if-absent", "", "x", "same"],
  ["json-merge", undefined, '{"a":1,"b":null}', '{"a":1}'],
  ["json-merge", '{"a": 1, "b": 2}', '{"b":null,"c":[1]}', '{"a":1,"c":[1]}'],
  ["json-merge", "not json", "{}", "bad_value"],
  ["json-merge", "", "{}", "bad_value"],
];

for (const [kind, stored, argument, expected] of TABLE) {
  t.test(`${kind} ${argument} on ${stored ?? "nothing"} gives ${expected}`, async (t) => {
    const asker = new Asker();
    if (stored !== undefined) asker.ask(put("k", stored));
    const { revision } = asker.bench.machine;
    const operation = {
      ...modify("k", { kind, argument: text(argument) } as Change),
      previous: true,
    } as Operation;
    const outcome = asker.ask(operation);
    if (expected === "bad_value") {
      t.equal(code(outcome), "bad_value not_applied");
      t.same(
        [asker.bench.machine.revision, asker.content()],
        [revision, stored === undefined ? {} : { k: stored }],
      );
      return;
    }
    const changed = expected !== "same";
    const value = changed ? expected : (stored ?? "");
    t.match(outcome, { result: { kind: "modify", changed, revision: changed ? revision + 1 : revision } });
    t.match(outcome, { result: { value: text(value), modRevision: changed ? revision + 1 : revision } });
    t.same(asker.content(), { k: value });
    t.same(asker.again(operation), asRepeat(outcome), "a repeat does nothing");
    t.same(asker.content(), { k: value });
  });
}

t.test("cas stores in the place of exactly what was expected", async (t) => {
  const asker = new Asker();
  const cas = (expected: string, argument: string): Operation =>
    modify("k", { kind: "cas", expected: text(expected), argument: text(argument) });
  t.match(asker.ask(cas("", "1")), { failure: { code: "condition_failed", conflict: { revision: 0 } } });
  asker.ask(put("k", "1"));
  t.match(asker.ask(cas("0", "2")), { failure: { code: "condition_failed", conflict: { revision: 1 } } });
  t.match(asker.ask(cas("1", "2")), { result: { changed: true, version: 2, revision: 2 } });
  t.same(asker.content(), { k: "2" });
});

t.test("values come back only when they are asked for", async (t) => {
  const asker = new Asker();
  const append = modify("k", { kind: "append", argument: text("x") });
  t.match(asker.ask(append), { result: { value: text("x"), previous: undefined } });
  const silent = { ...append, returnsValue: false, previous: true } as Operation;
  t.match(asker.ask(silent), { result: { value: undefined, previous: { value: text("x") } } });
});

t.test("a value does not outgrow its limit", async (t) => {
  const asker = new Asker();
  const half = text("x".repeat(600_000));
  asker.ask(modify("k", { kind: "append", argument: half }));
  const outgrown = asker.ask(modify("k", { kind: "prepend", argument: half }));
  t.match(outgrown, { failure: { code: "bad_value", message: /1200000 bytes.*1048576.*value_bytes_max/ } });
  t.equal(asker.bench.state.get(text("k"))?.version, 1);
});

t.test("a large new value is not kept for a repeat, unless it was not asked for", async (t) => {
  const asker = new Asker();
  const append = modify("k", { kind: "append", argument: text("x".repeat(5000)) });
  t.equal(code(asker.ask(append)), "result");
  t.equal(code(asker.again(append)), "result_too_large unknown");
  const silent = { ...append, returnsValue: false } as Operation;
  const answer = asker.ask(silent);
  t.same(asker.again(silent), asRepeat(answer));
  t.match(answer, { result: { version: 2 } });
});
